#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A desktop whose panel comes late, goes away, never comes, or is of the older kind (XEmbed). Runs inside
tests/desktop/session --panel installed."""

import subprocess
import unittest

from desk import pictures
from desk.bus import SESSION, eventually, throughout
from desk.case import DesktopCase
from desk.pictures import states_of
from desk.reader import states
from desk.tray import WATCHER, Tray
from gi.repository import Atspi

TITLE = "^Belfry$"
TRAYER = "trayer --edge top --align right --widthtype request --heighttype pixel --height 24 --SetDockType true"


def visible_windows(pid):
    """Of a process, menus and tooltips included, with their sizes."""
    run = subprocess.run(
        ["xdotool", "search", "--onlyvisible", "--all", "--pid", str(pid), "--name", ""], capture_output=True, text=True, timeout=10
    )
    for window in run.stdout.split():
        told = subprocess.run(["xdotool", "getwindowgeometry", "--shell", window], capture_output=True, text=True, timeout=10)
        place = dict(line.split("=") for line in told.stdout.splitlines() if "=" in line)
        if place:
            yield window, (int(place["WIDTH"]), int(place["HEIGHT"]))


def embedded_icon(pid):
    """The window that an XEmbed tray holds, and its size; None where there is none."""
    return next((found for found in visible_windows(pid) if max(found[1]) <= 64), None)


def menu_of(pid):
    """That an embedded icon has opened: no screen reader is told of it, as nothing else of the program is shown."""
    return next((found for found in visible_windows(pid) if min(found[1]) > 100), None)


def click(window, button):
    subprocess.run(["xdotool", "mousemove", "--window", window, "10", "10", "click", str(button)], check=True, timeout=10)


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

    def wait_until_in_front(self, desktop):
        """And for longer than two clicks of a double one are apart, which shows the window and is to leave it."""
        eventually("in front", lambda: states(desktop.reader.find("frame", "Belfry")).contains(Atspi.StateType.ACTIVE))
        throughout("it stays", desktop.reader.has_window, 0.7)

    def test_an_xembed_tray_holds_the_icon_and_its_clicks_do_what_they_do_elsewhere(self):
        panel = self.start_panel(TRAYER)
        desktop = self.start("--hidden")
        icon, size = eventually("the icon in the tray", lambda: embedded_icon(desktop.pid))
        self.assertGreaterEqual(min(size), 16)
        throughout("it is hidden", lambda: not desktop.reader.has_window(), 0.5)

        click(icon, 1)
        desktop.reader.wait_for("frame", "Belfry")
        eventually("connected", lambda: any("Connected to" in each.get_name() for each in desktop.reader.all("label")))
        plain = pictures.save("xembed-plain", icon, 100)
        self.wait_until_in_front(desktop)
        click(icon, 1)
        eventually("hidden by a second click", lambda: not desktop.reader.has_window())

        click(icon, 3)
        eventually("its menu", lambda: menu_of(desktop.pid))
        pictures.save("xembed-menu")
        subprocess.run(["xdotool", "key", "t"], check=True, timeout=10)  # its mnemonic
        popup = eventually("the test message at the daemon", lambda: self.popups.standing())[0]
        eventually("a bell with a dot", lambda: pictures.differ(plain, pictures.save("xembed-unread", icon, 100)))
        click(icon, 1)
        eventually("its row", lambda: any(popup.title in row for row in desktop.reader.rows()))
        self.wait_until_in_front(desktop)
        click(icon, 1)
        eventually("hidden", lambda: not desktop.reader.has_window())

        panel.kill()
        panel.wait()
        eventually("the window, minimised", lambda: states_of(desktop.pid, TITLE) == {"Iconic"})
        self.start_panel(TRAYER)
        eventually("the icon again", lambda: embedded_icon(desktop.pid))
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
