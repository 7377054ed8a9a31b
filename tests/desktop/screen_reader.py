#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every window as a screen reader has it: what each control is called, and where Tab leads. Runs inside
tests/desktop/session."""

import unittest

from desk import hands, programs
from desk.bus import eventually
from desk.case import DesktopCase
from desk.programs import Script
from desk.reader import states
from gi.repository import Atspi

WINDOW = "^Belfry$"
# What holds or frames others, and is named by them.
SILENT = {"filler", "frame", "dialog", "panel", "layered pane", "split pane", "scroll bar", "unknown", "separator", "menu bar"}
PAGES = {
    "General": ["check box “Start Belfry when I sign in to this computer”", "combo box “As the system has it”"],
    "Notifications": [
        "check box “Messages of low priority”",
        "check box “Ordinary messages”",
        "check box “Messages of high priority”",
        "combo box “Off”",
    ],
    "Server and account": ["list “Your accounts”", "push button “Sign in to another server…”"],
    "About": ["label “Licence and parts”"],
}


class ScreenReader(DesktopCase):
    def setUp(self):
        super().setUp()
        self.desktop, self.tray = self.start_connected()
        self.reader = self.desktop.reader

    def assert_all_named(self, where):
        for control in self.reader.everything_active():
            if control.get_role_name() not in SILENT:
                self.assertTrue(control.get_name().strip(), f"a {control.get_role_name()} without a name: {where}")
            if control.get_role_name() not in SILENT or states(control).contains(Atspi.StateType.FOCUSABLE):
                self.assertNotIn(control.get_role_name(), ("filler", "unknown"), f"something focusable that is nothing: {where}")
            self.assertNotIn("&", control.get_name(), "a mnemonic read out")

    def tabs(self, title):
        """From the first control on, as it is read: round in the order of Tab."""
        return hands.tab_order(self.desktop, title)

    def assert_round(self, found, wanted, where):
        """The same places in the same order, wherever it began."""
        self.assertEqual(sorted(found), sorted(wanted), where)
        at = wanted.index(found[0])
        self.assertEqual(found, wanted[at:] + wanted[:at], where)

    def test_the_history(self):
        owner = programs.owner(self.desktop)["id"]
        ops = Script(self.desktop.address(), programs.add_person(self.desktop, "ops"))
        ops.trigger(owner, "Deployment done", "Version 4.2 is on all machines.", type="success")
        eventually("the first that came is chosen", lambda: any("Deployment done" in row for row in self.reader.chosen()))
        ops.trigger(
            owner, "Backup finished late", "It took 4 h 12 min.", type="warning", priority="critical", category="backup",
            url="https://wiki.example/backup", answers=["I look at it", "Not mine"],
        )  # fmt: skip
        rows = eventually("both rows", lambda: len(found := self.reader.rows()) == 3 and found)
        for part in ("Unread", "Warning", "Critical", "Backup finished late", "It took 4 h 12 min.", "from \u2068ops\u2069", "now", "asks for an answer"):
            self.assertIn(part, rows[1], "a row says what it shows")
        self.assertEqual(rows[0], "Today")
        eventually("and stays so", lambda: any("Deployment done" in row for row in self.reader.chosen()))
        hands.keys(self.desktop, WINDOW, "Home")
        eventually("the newest is chosen", lambda: any("Backup finished late" in row for row in self.reader.chosen()))
        self.reader.wait_for("push button", "Open link")
        self.assert_all_named("the history")
        for box in ("combo box",):
            for each in self.reader.all(box):
                self.assertIn("of the messages shown", each.get_description(), "what the box filters")
        self.assertTrue(self.reader.find("label", "Connected"), "the dot is said in words")
        self.assert_round(
            self.tabs(WINDOW),
            [
                "text “Search messages”", "combo box “All types”", "check box “Unread only”", "list “Messages”",
                "label “Message text”", "push button “I look at it”", "push button “Not mine”", "push button “Open link”",
                "push button “Copy”", "push button “Mark unread”", "push button “Delete”", "push button “Mark all read”",
            ],
            "the history",
        )  # fmt: skip
        described = self.reader.find("push button", "Open link").get_description()
        self.assertIn("wiki.example", described)

    def test_the_settings(self):
        self.tray.choose("Settings…")
        self.reader.wait_for("dialog", "Settings")
        for page, places in PAGES.items():
            hands.choose_page(self.desktop, page)
            self.assert_all_named(page)
            self.assert_round(self.tabs("^Settings$"), ["list “Pages”", *places, "push button “Close”"], page)

    def test_the_small_ones(self):
        self.reader.wait_for("frame", "Belfry")
        hands.keys(self.desktop, WINDOW, "F1")
        self.reader.wait_for("dialog", "Keys")
        self.assert_all_named("the list of keys")
        eventually("a way out", lambda: hands.focused_name(self.reader) == "push button “Close”")
        hands.keys(self.desktop, "^Keys$", "Escape")
        self.tray.choose("About Belfry")
        self.reader.wait_for("dialog", "About Belfry")
        self.assert_all_named("about")
        self.assert_round(self.tabs("^About Belfry$"), ["label “Licence and parts”", "push button “Close”"], "about")
        hands.keys(self.desktop, "^About Belfry$", "Escape")
        self.tray.choose("Settings…")
        self.reader.wait_for("dialog", "Settings")
        hands.choose_page(self.desktop, "Local server")
        self.assert_all_named("the local server's page")
        hands.choose_page(self.desktop, "Server and account")
        hands.press(self.reader.wait_for("push button", "Sign in to another server…"))
        self.reader.wait_for("dialog", "Sign in")
        self.assert_all_named("sign in")


if __name__ == "__main__":
    unittest.main(verbosity=2)
