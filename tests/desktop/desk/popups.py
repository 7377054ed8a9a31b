# SPDX-License-Identifier: GPL-3.0-or-later
"""What reaches the notification daemon, seen on the bus, and what a person does with it."""

import os
import time
from dataclasses import dataclass

import dbus
from dbus.lowlevel import HANDLER_RESULT_HANDLED

from desk.bus import call, eventually

SERVICE = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"
BY_CALL = 3  # a reason of NotificationClosed


@dataclass
class Popup:
    replaces: int
    title: str
    text: str
    buttons: dict
    hints: dict
    milliseconds: int
    seen_at: float
    number: int = 0  # the daemon's, once it has answered


class Popups:
    """Watches the daemon from a connection of its own, as `busctl monitor` does."""

    def __init__(self):
        self.shown = []
        self.closed = {}
        self._asked = {}
        self._monitor = dbus.bus.BusConnection(os.environ["DBUS_SESSION_BUS_ADDRESS"])
        self._monitor.add_message_filter(self._saw)
        rules = [f"interface='{SERVICE}'", f"type='method_return',sender='{SERVICE}'"]
        self._monitor.call_blocking(
            "org.freedesktop.DBus",
            "/org/freedesktop/DBus",
            "org.freedesktop.DBus.Monitoring",
            "BecomeMonitor",
            "asu",
            (rules, dbus.UInt32(0)),
        )

    def _saw(self, _, message):
        kind, member = message.get_type(), message.get_member()
        if kind == 1 and member == "Notify":
            _, replaces, _, title, text, actions, hints, timeout = message.get_args_list()
            buttons = {str(actions[at]): str(actions[at + 1]) for at in range(0, len(actions) - 1, 2)}
            popup = Popup(
                int(replaces), str(title), str(text), buttons, dict(hints), int(timeout), time.monotonic()
            )
            self.shown.append(popup)
            self._asked[message.get_sender(), message.get_serial()] = popup
        elif kind == 2:
            popup = self._asked.pop((message.get_destination(), message.get_reply_serial()), None)
            if popup:
                popup.number = int(message.get_args_list()[0])
                self.closed.pop(popup.number, None)  # a daemon that was started again gives its numbers out anew
                for each in self.shown:
                    if each is not popup and each.number == popup.number and popup.replaces != popup.number:
                        each.number = 0
        elif kind == 4 and member == "NotificationClosed":
            number, reason = message.get_args_list()
            self.closed[int(number)] = int(reason)
        return HANDLER_RESULT_HANDLED

    def titled(self, title):
        """All that were sent under a title, answered by the daemon or not yet."""
        return [popup for popup in self.shown if popup.title == title]

    def wait_for(self, title, seconds=20):
        def is_up():
            return next((popup for popup in self.titled(title) if popup.number), None)

        return eventually(f"a popup “{title}”", is_up, seconds)

    def standing(self):
        return [popup for popup in self.shown if popup.number and popup.number not in self.closed]

    def wait_until_closed(self, popup, seconds=20):
        eventually(f"the popup “{popup.title}” closed", lambda: popup.number in self.closed, seconds)
        return self.closed[popup.number]

    def click(self, popup):
        """As the person who clicks one; the daemon's own command can do so for the newest only."""
        assert self.standing()[-1] is popup, f"“{popup.title}” is not the newest"
        call(SERVICE, PATH, "org.dunstproject.cmd0", "NotificationAction", dbus.UInt32(0))

    def stop(self):
        self.close_all()
        self._monitor.close()

    def close_all(self):
        call(SERVICE, PATH, "org.dunstproject.cmd0", "NotificationCloseAll")
