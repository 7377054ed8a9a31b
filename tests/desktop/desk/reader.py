# SPDX-License-Identifier: GPL-3.0-or-later
"""The windows as a screen reader has them (AT-SPI): what has no name here is not there for some people."""

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

from desk.bus import eventually  # noqa: E402


def states(control):
    """Asked anew: Qt does not tell of every change, and what was remembered would be read out in its place."""
    control.clear_cache()
    return control.get_state_set()


class Reader:
    """The windows of one process."""

    def __init__(self, pid):
        self._pid = pid

    def _application(self):
        root = Atspi.get_desktop(0)
        for at in range(root.get_child_count()):
            child = root.get_child_at_index(at)
            try:
                if child and child.get_process_id() == self._pid:
                    return child
            except GLib.Error:
                pass  # one that has just gone
        return None

    def find(self, role, name=None, is_shown=True):
        """The first that has the role (and the name), shown where asked; None where there is none."""
        return next(self.all(role, name, is_shown), None)

    def all(self, role, name=None, is_shown=True):
        application = self._application()
        for each in _walk(application) if application else ():
            try:
                if each.get_role_name() == role and name in (None, each.get_name()):
                    if not is_shown or each.get_state_set().contains(Atspi.StateType.SHOWING):
                        yield each
            except GLib.Error:
                pass

    def everything(self):
        """All that is shown, in the order of the tree."""
        application = self._application()
        for each in _walk(application) if application else ():
            try:
                if each.get_state_set().contains(Atspi.StateType.SHOWING):
                    yield each
            except GLib.Error:
                pass

    def everything_active(self):
        """All that is shown in the window that has the keyboard."""
        application = self._application()
        for at in range(application.get_child_count() if application else 0):
            window = application.get_child_at_index(at)
            if window and states(window).contains(Atspi.StateType.ACTIVE):
                yield from (each for each in _walk(window) if _is_shown(each))

    def wait_for(self, role, name=None, seconds=20):
        return eventually(f"a {role} “{name or ''}” on screen", lambda: self.find(role, name), seconds)

    def has_window(self):
        return any(self.find(role) is not None for role in ("frame", "dialog"))

    def rows(self):
        """The messages in the history window, as they are read out."""
        found = self.find("list", "Messages")
        if found is None:
            return []
        try:
            return [found.get_child_at_index(at).get_name() for at in range(found.get_child_count())]
        except (GLib.Error, AttributeError):
            return []  # it changed meanwhile: looked at again

    def chosen(self):
        """The messages that are selected, as they are read out."""
        found = self.find("list", "Messages")
        try:
            rows = [found.get_child_at_index(at) for at in range(found.get_child_count())] if found else []
            return [row.get_name() for row in rows if states(row).contains(Atspi.StateType.SELECTED)]
        except (GLib.Error, AttributeError):
            return []  # it changed meanwhile: looked at again

    def nameless(self):
        """What a person can use, but not find by name."""
        roles = {"push button", "check box", "combo box", "text", "list", "tree", "menu item", "check menu item"}
        application = self._application()
        found = []
        for each in _walk(application) if application else ():
            try:
                if each.get_role_name() in roles and each.get_state_set().contains(Atspi.StateType.SHOWING):
                    if not each.get_name().strip():
                        found.append(each.get_role_name())
            except GLib.Error:
                pass
        return found

    @staticmethod
    def text_of(control):
        """What is read out of it: its text where it has one, else its name."""
        try:
            return Atspi.Text.get_text(control, 0, -1) if Atspi.Accessible.get_interfaces(control).count("Text") else control.get_name()
        except GLib.Error:
            return ""

    def outline(self, is_text=False):
        """All that is there, a control a line."""
        application = self._application()
        lines = []
        for each in _walk(application) if application else ():
            try:
                lines.append(f"{each.get_role_name()}: {self.text_of(each) if is_text else each.get_name()}")
            except GLib.Error:
                pass
        return "\n".join(lines)


def _is_shown(node):
    try:
        return node.get_state_set().contains(Atspi.StateType.SHOWING)
    except GLib.Error:
        return False  # it has just gone


def _walk(node, depth=0):
    if node is None or depth > 30:
        return
    yield node
    try:
        for at in range(node.get_child_count()):
            yield from _walk(node.get_child_at_index(at), depth + 1)
    except GLib.Error:
        pass
