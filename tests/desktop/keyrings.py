#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A first start where there is no keyring, or a locked one. Runs inside tests/desktop/session --keyring none | locked."""

import os
import unittest

from desk import hands, pictures
from desk.bus import SESSION, eventually
from desk.case import DesktopCase


class Keyrings(DesktopCase):
    def test_the_own_server_needs_none(self):
        self.assertFalse(SESSION.name_has_owner("org.freedesktop.secrets"))
        desktop, tray = self.start_connected()
        tray.choose("Send test message")
        popup = eventually("the test message at the daemon", lambda: self.popups.standing())[0]
        eventually("its row", lambda: any(popup.title in row for row in desktop.reader.rows()))
        self.assertIsNone(desktop.reader.find("dialog"), "nothing is asked")
        self.assertEqual(desktop.stop()[0], 0)
        self.start_connected()  # and signs in to it again

    def test_a_sign_in_that_is_not_kept_is_told_at_once_and_after_a_restart(self):
        if os.environ["BELFRY_SESSION_KEYRING"] == "locked":
            self.skipTest("a locked one asks, and has its own test")
        office = self.start_server()
        office.add_person("ann", "receiver")
        desktop, tray = self.start_connected()
        plain = tray.icon()
        hands.sign_in(desktop, tray, office.address, "ann", "a long enough one")
        told = "You are signed in, but only until you quit: there is no keyring to keep it in."
        eventually("said in the settings, with the reason", lambda: told + " No keyring answers: start one" in desktop.reader.outline(is_text=True))
        pictures.save("not-kept-settings")
        hands.keys(desktop, "^Settings$", "Escape")
        eventually("and over the list", lambda: told in desktop.reader.outline(is_text=True))
        hands.press(desktop.reader.wait_for("push button", "Why?"))
        eventually("why", lambda: "No keyring answers: start one" in desktop.reader.outline(is_text=True))
        pictures.save("not-kept-why")
        self.assertEqual(desktop.stop()[0], 0)

        again = self.start()
        tray = again.tray()
        eventually("the tray says what to do", lambda: "No keyring answers: start one" in tray.tooltip())
        self.assertNotEqual(tray.icon(), plain, "a bell with an exclamation mark")
        eventually("the window, too", lambda: "No keyring answers: start one" in again.reader.outline(is_text=True))
        pictures.save("not-kept-restart")
        self.assertTrue(again.reader.find("push button", "Sign in for this session…"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
