# SPDX-License-Identifier: GPL-3.0-or-later
"""The tray icon as its host sees it: org.kde.StatusNotifierItem, and its menu by com.canonical.dbusmenu."""

from dataclasses import dataclass, field

import dbus

from desk.bus import SESSION, call, eventually, get, pid_of

WATCHER = "org.kde.StatusNotifierWatcher"
ITEM = "org.kde.StatusNotifierItem"
MENU = "com.canonical.dbusmenu"


@dataclass
class Entry:
    number: int
    label: str
    is_enabled: bool
    is_checked: bool
    children: list = field(default_factory=list)

    def child(self, label):
        return next(entry for entry in self.children if entry.label == label)


def _registered():
    if not SESSION.name_has_owner(WATCHER):
        return []
    return [str(name) for name in get(WATCHER, "/StatusNotifierWatcher", WATCHER, "RegisteredStatusNotifierItems")]


class Tray:
    """The icon of one process."""

    def __init__(self, service, path):
        self._service, self._path = service, path

    @staticmethod
    def find(pid):
        for name in _registered():
            service, slash, path = name.partition("/")
            try:
                if pid_of(service) == pid:
                    return Tray(service, slash + path)
            except dbus.DBusException:
                pass  # it has just gone
        return None

    @staticmethod
    def wait_for(pid, seconds=20):
        return eventually("a tray icon", lambda: Tray.find(pid), seconds)

    def tooltip(self):
        _, _, title, text = get(self._service, self._path, ITEM, "ToolTip")
        return str(text or title)

    def icon(self):
        """The pixels of the largest picture, to tell one look from another."""
        pictures = get(self._service, self._path, ITEM, "IconPixmap")
        return max((int(width), bytes(pixels)) for width, _, pixels in pictures)

    def click(self):
        call(self._service, self._path, ITEM, "Activate", 0, 0)

    def menu(self):
        """The entries that a person sees, without mnemonics; a separator is None."""
        path = get(self._service, self._path, ITEM, "Menu")
        _, layout = call(self._service, path, MENU, "GetLayout", 0, -1, dbus.Array([], signature="s"))
        return _children(layout)

    def choose(self, label, *labels):
        """Clicks the entry under that label, or under a menu of it."""
        entries = self.menu()
        for text in (label, *labels):
            entry = next((each for each in entries if each and each.label == text), None)
            assert entry, f"no “{text}” in the tray's menu: {[each.label for each in entries if each]}"
            entries = entry.children
        assert entry.is_enabled, f"“{entry.label}” is greyed out"
        path = get(self._service, self._path, ITEM, "Menu")
        call(self._service, path, MENU, "Event", entry.number, "clicked", dbus.String("", variant_level=1), dbus.UInt32(0))


def _children(layout):
    entries = []
    for number, properties, children in layout[2]:
        if not properties.get("visible", True):
            continue
        if properties.get("type") == "separator":
            entries.append(None)
            continue
        label = str(properties.get("label", "")).replace("__", "\0").replace("_", "").replace("\0", "_")
        entry = Entry(int(number), label, bool(properties.get("enabled", True)), properties.get("toggle-state", 0) == 1)
        entry.children = _children((number, properties, children))
        entries.append(entry)
    return entries
