#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every key that F1 lists, pressed in the real window over a real inbox; what it did is read as a screen reader reads it,
counted by the tray, or pasted into another program. Runs inside tests/desktop/session."""

import re
import subprocess
import unittest

from desk import hands, pictures
from desk.bus import eventually, throughout
from desk.case import DesktopCase
from desk.programs import Script, add_person

WINDOW = "^Belfry$"


class HistoryKeys(DesktopCase):
    def open_with(self, count):
        """A window over so many messages, quiet, so that no popup comes between."""
        self.desktop, self.tray = self.start_connected()
        self.reader = self.desktop.reader
        self.tray.choose("Do not disturb", "Until I turn it off")
        self.script, self.owner = self.script_of_owner(self.desktop)
        ops = Script(self.desktop.address(), add_person(self.desktop, "ops"))
        for number in range(1, count + 1):
            ops.trigger(self.owner, f"Title {number:03}", f"Message {number:03}")
        self.wait_for_unread(count)
        eventually("the newest chosen", lambda: self.reader.chosen())
        self.press("Home")
        self.wait_for_chosen(count)

    def press(self, *names):
        hands.keys(self.desktop, WINDOW, *names)

    def numbers(self, rows):
        return [int(found[1]) for row in rows if (found := re.search(r"Title (\d+)", row))]

    def chosen(self):
        return self.numbers(self.reader.chosen())

    def wait_for_chosen(self, *numbers):
        eventually(f"chosen: {numbers}", lambda: self.chosen() == list(numbers))

    def wait_for_unread(self, count):
        """As the inbox counts."""
        said = f"{count} unread" if count else "connected to"
        eventually(said, lambda: said in self.tray.tooltip())

    def wait_for_focus(self, name):
        eventually(f"the focus in {name}", lambda: hands.focused_name(self.reader) == name)

    def is_unread(self, number):
        return any(f"Title {number:03}" in row and row.startswith("Unread") for row in self.reader.rows())

    def test_moving(self):
        self.open_with(130)
        for key, number in (("Down", 129), ("Down", 128), ("Up", 129)):
            self.press(key)
            self.wait_for_chosen(number)
        self.press("Next")
        page_down = eventually("a page further", lambda: (at := self.chosen()) and at[0] < 127 and at)[0]
        self.press("Next")
        eventually("another page", lambda: (at := self.chosen()) and at[0] < page_down)
        self.press("Prior", "Prior")
        eventually("back up", lambda: (at := self.chosen()) and at[0] >= 129)
        self.press("End")
        self.wait_for_chosen(1)  # beyond the first page
        self.press("Home")
        self.wait_for_chosen(130)

    def test_marking(self):
        self.open_with(5)
        self.press("Down")
        self.wait_for_chosen(4)
        eventually("read after a second in view", lambda: not self.is_unread(4))
        self.press("space")
        eventually("unread again", lambda: self.is_unread(4))
        self.wait_for_unread(5)
        throughout("what was set by hand stays", lambda: self.is_unread(4), 1.5)
        self.press("space")
        eventually("read", lambda: not self.is_unread(4))
        self.wait_for_unread(4)
        self.press("Home", "Return")
        eventually("open and read", lambda: not self.is_unread(5))
        self.wait_for_focus("label “Message text”")
        self.press("ctrl+shift+a")
        self.wait_for_unread(0)
        eventually("none in bold", lambda: not any(row.startswith("Unread") for row in self.reader.rows()))

    def test_deleting(self):
        self.open_with(5)
        self.press("Delete")
        self.wait_for_chosen(4)
        eventually("it is gone", lambda: self.numbers(self.reader.rows()) == [4, 3, 2, 1])
        self.reader.wait_for("push button", "Undo")
        self.wait_for_unread(4)
        self.press("ctrl+z")
        eventually("it is back", lambda: self.numbers(self.reader.rows()) == [5, 4, 3, 2, 1])
        self.wait_for_unread(5)
        self.press("Home", "Delete")
        self.wait_for_chosen(4)
        hands.press(self.reader.wait_for("push button", "Undo"))
        eventually("back by the button", lambda: self.numbers(self.reader.rows()) == [5, 4, 3, 2, 1])
        self.press("End", "Delete")
        eventually("the oldest gone", lambda: self.numbers(self.reader.rows()) == [5, 4, 3, 2])
        self.wait_for_chosen(2)
        # Deleted is deleted at once, also where the program ends before the undo has passed.
        self.assertEqual(self.desktop.stop()[0], 0)
        again, _ = self.start_connected()
        eventually("without it", lambda: self.numbers(again.reader.rows()) == [5, 4, 3, 2])

    def test_all_of_them(self):
        self.open_with(130)
        self.assertEqual(self.desktop.stop()[0], 0)
        self.desktop, self.tray = self.start_connected()  # reads its newest page only
        self.reader = self.desktop.reader
        self.wait_for_chosen(130)
        self.press("ctrl+a")
        button = self.reader.wait_for("push button", "Select all 130")
        self.assertIn("100 messages selected", self.reader.outline(is_text=True))
        hands.press(button)
        eventually("said", lambda: "All messages that match are selected." in self.reader.outline(is_text=True))
        self.press("space")
        self.wait_for_unread(0)
        self.press("ctrl+a")
        hands.press(self.reader.wait_for("push button", "Select all 130"))
        # A button pressed by a screen reader goes down and up first: a key may overtake it.
        eventually("said", lambda: "All messages that match are selected." in self.reader.outline(is_text=True))
        self.press("Delete")
        eventually("all gone", lambda: not self.reader.rows())
        self.reader.wait_for("push button", "Send yourself a test message")
        hands.press(self.reader.wait_for("push button", "Undo"))
        eventually("all back", lambda: len(self.numbers(self.reader.rows())) >= 100)

    def test_searching_and_leaving(self):
        self.open_with(12)
        self.press("ctrl+f")
        self.wait_for_focus("text “Search messages”")
        hands.write("title 005")
        eventually("found", lambda: self.numbers(self.reader.rows()) == [5])
        self.assertIn("Showing only: “", self.reader.outline(is_text=True))
        self.press("Down")
        self.wait_for_focus("list “Messages”")
        self.press("Escape")
        eventually("all again", lambda: len(self.numbers(self.reader.rows())) == 12)
        self.assertTrue(self.reader.has_window(), "the first one clears the search only")
        self.press("Escape")
        eventually("the window gone", lambda: not self.reader.has_window())
        self.assertTrue(self.desktop.is_running(), "closing hides")

    def test_copying(self):
        self.open_with(3)
        self.press("Down", "shift+Down", "ctrl+c")
        other, _ = self.start_connected(name="other")
        other.reader.wait_for("frame", "Belfry")
        search = other.reader.wait_for("text", "Search messages")
        hands.keys(other, WINDOW, "ctrl+f", "ctrl+v")
        pasted = eventually("pasted into another program", lambda: other.reader.text_of(search))
        for part in ("Title 002", "Message 002", "Title 001", "Message 001", "ops, "):
            self.assertIn(part, pasted)
        self.assertLess(pasted.index("Title 002"), pasted.index("Title 001"), "in the list's order")

    def test_acknowledging(self):
        self.open_with(1)
        sent = self.script.trigger(self.owner, "Fire drill at 10:00", "Leave by the stairs.", require_ack=True)
        eventually("it asks", lambda: any("asks to be acknowledged" in row for row in self.reader.rows()))
        self.press("Home", "ctrl+Return")
        eventually("it says so", lambda: any("Fire drill" in row and "acknowledged" in row and "asks" not in row for row in self.reader.rows()))

        def is_known():
            listed = self.script.call("GET", "/api/notifications/?limit=1")["notifications"][0]
            return listed["id"] == sent["id"] and listed.get("acked_at")

        eventually("the server has it", is_known)

    def test_the_list_of_keys(self):
        self.open_with(1)
        self.press("F1")
        self.reader.wait_for("dialog", "Keys")
        listed = self.reader.outline()
        for key in ("↑ ↓  PgUp  PgDn  Home  End", "Return", "Ctrl+Return", "Space", "Del", "Ctrl+Z", "Ctrl+F", "Ctrl+A", "Ctrl+C", "Ctrl+Shift+A", "Esc", "Ctrl+Q", "Ctrl+,", "F1"):  # fmt: skip
            self.assertIn(f": {key}", listed)
        hands.keys(self.desktop, "^Keys$", "Escape")
        eventually("the list of keys gone", lambda: not self.reader.find("dialog", "Keys"))
        self.assertTrue(pictures.window_of(self.desktop.pid, WINDOW), "and only it")
        self.press("ctrl+comma")
        self.reader.wait_for("dialog", "Settings")
        hands.keys(self.desktop, "^Settings$", "Escape")
        self.press("ctrl+q")
        self.assertEqual(self.desktop.wait_for_exit()[0], 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
