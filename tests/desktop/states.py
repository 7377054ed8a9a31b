#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the window says and keeps when things are not as they should be, and over a restart. Runs inside
tests/desktop/session."""

import subprocess
import unittest

from desk import hands, pictures, programs
from desk.bus import eventually
from desk.case import DesktopCase
from desk.programs import Script

WINDOW = "^Belfry$"


def size_of(window):
    told = subprocess.run(["xdotool", "getwindowgeometry", "--shell", window], capture_output=True, text=True, check=True, timeout=10)
    place = dict(line.split("=") for line in told.stdout.splitlines())
    return int(place["WIDTH"]), int(place["HEIGHT"])


class States(DesktopCase):
    def text(self, desktop):
        return desktop.reader.outline(is_text=True)

    def test_signed_out_says_so_and_the_history_stays(self):
        office = self.start_server()
        office.add_person("ann", "receiver")
        ops = Script(office.address, office.add_person("ops"))
        desktop, tray = self.start_connected()
        hands.sign_in(desktop, tray, office.address, "ann", "a long enough one")
        hands.keys(desktop, "^Settings$", "Escape")
        eventually("connected", lambda: "connected to" in tray.tooltip())
        ops.trigger(1, "Before it")
        self.popups.wait_for("Before it")
        plain = tray.icon()

        programs.belfry("token", "revoke", "ann", "--data", str(office.directory))
        eventually("the tray says so", lambda: "please sign in again" in tray.tooltip())
        self.assertNotEqual(tray.icon(), plain, "a bell with an exclamation mark")
        eventually("the window says so", lambda: "You are signed out. Please sign in again." in self.text(desktop))
        self.assertTrue(any("Before it" in row for row in desktop.reader.rows()), "readable all the same")

        hands.press(desktop.reader.wait_for("push button", "Sign in…"))
        desktop.reader.wait_for("dialog", "Sign in")
        address = desktop.reader.wait_for("text", "Server address:")
        self.assertIn(office.address.removeprefix("http://"), desktop.reader.text_of(address), "prefilled")
        self.assertEqual(desktop.reader.text_of(desktop.reader.wait_for("text", "Name:")), "ann")
        hands.type_into(eventually("the password's field", lambda: desktop.reader.find("password text", "Password:")), "a long enough one")
        hands.press(eventually("a button to press", lambda: hands.usable(desktop.reader, "push button", "Sign in")))
        ops.trigger(1, "After it")
        self.popups.wait_for("After it")
        self.assertEqual(sum("Before it" in row for row in desktop.reader.rows()), 1, "the same history goes on")

    def test_a_history_that_cannot_be_read_is_a_sentence_and_messages_are_shown_all_the_same(self):
        desktop, _ = self.start_connected("--hidden")
        self.assertEqual(desktop.stop()[0], 0)
        inbox = desktop.directory / "inbox.db"
        for part in desktop.directory.glob("inbox.db*"):
            part.unlink()
        inbox.write_bytes(b"This is no database, and none that was here before.\n" * 200)
        desktop, tray = self.start_connected()
        eventually("said", lambda: "Belfry can't use its history on this computer" in self.text(desktop))
        script, owner = self.script_of_owner(desktop)
        script.trigger(owner, "Shown all the same")
        self.popups.wait_for("Shown all the same")
        self.assertTrue(inbox.read_bytes().startswith(b"This is no database"), "and it is left as it is")
        self.assertEqual(desktop.stop()[0], 0)

    def test_size_place_and_filters_come_back(self):
        desktop, _ = self.start_connected()
        script, owner = self.script_of_owner(desktop)
        script.trigger(owner, "A warning", type="warning")
        script.trigger(owner, "And the rest")
        eventually("both", lambda: len(desktop.reader.rows()) >= 2)
        window = eventually("the window", lambda: pictures.window_of(desktop.pid, WINDOW))
        subprocess.run(["xdotool", "windowsize", "--sync", window, "900", "500"], check=True, timeout=10)
        hands.press(desktop.reader.wait_for("check box", "Unread only"))
        hands.keys(desktop, WINDOW, "ctrl+f", "Tab", "Down", "Down", "Down")  # Info, Success, Warning
        eventually("filtered", lambda: [row for row in desktop.reader.rows() if "And the rest" in row] == [])
        said = "Showing only: unread · \u2068Warning\u2069"
        eventually("said", lambda: said in self.text(desktop))
        hands.keys(desktop, WINDOW, "ctrl+q")
        self.assertEqual(desktop.wait_for_exit()[0], 0)

        again, _ = self.start_connected()
        eventually("the filters", lambda: said in self.text(again))
        self.assertEqual(size_of(eventually("the window", lambda: pictures.window_of(again.pid, WINDOW))), (900, 500))
        hands.press(again.reader.wait_for("push button", "Clear filters"))
        eventually("all again", lambda: any("And the rest" in row for row in again.reader.rows()))


if __name__ == "__main__":
    unittest.main(verbosity=2)
