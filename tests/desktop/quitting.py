#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Quit while other people are connected to the local server. Runs inside tests/desktop/session."""

import re
import subprocess
import unittest

from desk import hands, pictures, programs
from desk.bus import eventually, throughout
from desk.case import DesktopCase

QUESTION = "Quit Belfry?"


class Quitting(DesktopCase):
    def listen(self, desktop, name):
        """Another person's `belfry listen` on this desktop's server."""
        token_file = self.own / f"token-{name}"
        token_file.touch(0o600)
        token_file.write_text(programs.add_person(desktop, name, "receiver"))
        listener = subprocess.Popen(
            [programs.BELFRY, "listen", "--server", desktop.address(), "--token-file", str(token_file)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.addCleanup(listener.wait)
        self.addCleanup(listener.kill)
        return listener

    def asked(self, desktop):
        """What the question says, once it is there."""
        desktop.reader.wait_for("alert", QUESTION)
        return desktop.reader.outline(is_text=True)

    def wait_for_others(self, desktop, tray, count):
        """As the settings of the local server count them."""
        tray.choose("Settings…")
        desktop.reader.wait_for("dialog", "Settings")
        hands.choose_page(desktop, "Local server")
        eventually(f"{count} others", lambda: re.search(rf"\b{count} others? connected", desktop.reader.outline(is_text=True)))
        hands.keys(desktop, "^Settings$", "Escape")

    def test_it_asks_once_and_cancel_stays(self):
        desktop, tray = self.start_connected("--hidden")
        listeners = [self.listen(desktop, name) for name in ("ben", "cam")]
        self.wait_for_others(desktop, tray, 2)
        tray.choose("Quit")
        self.assertIn("2 others are connected to your local server.", self.asked(desktop))
        tray.choose("Quit")
        throughout("one question", lambda: len(list(desktop.reader.all("alert", QUESTION))) == 1, 0.5)
        hands.press(desktop.reader.wait_for("push button", "Cancel"))
        eventually("no question", lambda: not desktop.reader.find("alert", QUESTION))
        throughout("it stays", desktop.is_running, 0.5)
        self.assertIn("connected to", tray.tooltip())
        self.assertTrue(all(each.poll() is None for each in listeners))

        tray.choose("Quit")
        self.asked(desktop)
        hands.press(desktop.reader.wait_for("push button", "Quit"))
        self.assertEqual(desktop.wait_for_exit()[0], 0)

    def test_turning_the_server_off_asks_the_same(self):
        desktop, tray = self.start_connected("--hidden")
        self.listen(desktop, "ben")
        self.wait_for_others(desktop, tray, 1)
        question = "Turn the local server off?"
        tray.choose("Local server", "Turn off…")
        desktop.reader.wait_for("alert", question)
        self.assertIn("1 other is connected to your local server.", desktop.reader.outline(is_text=True))
        pictures.save("turn-off")
        hands.press(desktop.reader.wait_for("push button", "Cancel"))
        eventually("no question", lambda: not desktop.reader.find("alert", question))
        self.assertIn("connected to", tray.tooltip())
        tray.choose("Local server", "Turn off…")
        hands.press(desktop.reader.wait_for("push button", "Turn off"))
        eventually("off", lambda: "the local server is off" in tray.tooltip())
        tray.choose("Local server", "Turn on")
        eventually("on again", lambda: "connected to" in tray.tooltip())

    def test_the_keyboard_answers_it(self):
        desktop, tray = self.start_connected()
        self.listen(desktop, "ben")
        self.wait_for_others(desktop, tray, 1)
        tray.choose("Quit")
        self.assertIn("1 other is connected to your local server.", self.asked(desktop))
        hands.keys(desktop, f"^{QUESTION[:-1]}", "Escape")
        eventually("no question", lambda: not desktop.reader.find("alert", QUESTION))
        self.assertTrue(desktop.is_running())
        hands.keys(desktop, "^Belfry$", "ctrl+q")
        self.asked(desktop)
        hands.keys(desktop, f"^{QUESTION[:-1]}", "alt+q")
        self.assertEqual(desktop.wait_for_exit()[0], 0)

    def test_nobody_else_is_nothing_to_ask_and_a_session_that_ends_never_asks(self):
        desktop, tray = self.start_connected("--hidden")
        tray.choose("Quit")
        self.assertEqual(desktop.wait_for_exit()[0], 0)

        again, tray = self.start_connected("--hidden")
        self.listen(again, "ben")
        self.wait_for_others(again, tray, 1)
        tray.choose("Quit")
        self.asked(again)
        self.assertEqual(again.stop()[0], 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
