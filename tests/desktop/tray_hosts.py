#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A desktop whose panel comes late, goes away, or never comes. Runs inside tests/desktop/session --panel installed."""

import unittest

from desk.bus import SESSION, eventually
from desk.case import DesktopCase
from desk.pictures import states_of
from desk.tray import WATCHER, Tray
from gi.repository import Atspi

TITLE = "^Belfry$"


class TrayHosts(DesktopCase):
    def test_a_panel_that_comes_late_gets_the_icon_and_one_that_goes_gives_the_window_back(self):
        desktop = self.start("--hidden")
        eventually("its server", lambda: (desktop.directory / "server").is_dir())
        self.assertFalse(SESSION.name_has_owner(WATCHER))
        panel = self.start_panel()
        tray = desktop.wait_until_connected()
        self.assertFalse(desktop.reader.has_window(), "hidden")
        tray.choose("Send test message")
        eventually("the test message at the daemon", lambda: self.popups.standing())

        panel.kill()
        panel.wait()
        eventually("the window, minimised", lambda: states_of(desktop.pid, TITLE) == {"Iconic"})
        self.start_panel()
        eventually("the icon again", lambda: Tray.find(desktop.pid))
        self.assertEqual(desktop.stop()[0], 0)

    def test_without_a_panel_the_window_carries_the_menu(self):
        desktop = self.start()
        desktop.reader.wait_for("frame", "Belfry")
        eventually("connected", lambda: any("Connected to" in each.get_name() for each in desktop.reader.all("label")))
        entry = eventually(
            "the tray's menu in the window", lambda: desktop.reader.find("menu item", "Send test message", is_shown=False)
        )
        Atspi.Action.do_action(entry, 0)
        popup = eventually("the test message at the daemon", lambda: self.popups.standing())[0]
        eventually("its row", lambda: any(popup.title in row for row in desktop.reader.rows()))
        self.assertEqual(desktop.stop()[0], 0)

    def test_hidden_without_a_panel_ends_minimised(self):
        desktop = self.start("--hidden")
        eventually("the window, minimised", lambda: states_of(desktop.pid, TITLE) == {"Iconic"})
        self.assertGreater(desktop.seconds_since_start(), 9, "it waits 10 s for a panel")
        self.assertEqual(desktop.stop()[0], 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
