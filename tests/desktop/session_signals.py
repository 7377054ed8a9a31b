#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the system says of session and network: sleep, a locked screen, a network that is back; on a server of an office,
signed in to by the dialog. Runs inside tests/desktop/session."""

import re
import time
import unittest

from desk import hands
from desk.bus import eventually
from desk.case import DesktopCase
from desk.programs import Script
from desk.system_bus import SystemBus


class SessionSignals(DesktopCase):
    def setUp(self):
        super().setUp()
        self.system = SystemBus()
        self.addCleanup(self.system.end)

    def start_in_office(self):
        """A desktop that is signed in to a server which can go away."""
        self.office = self.start_server()
        self.office.add_person("ann", "receiver")
        self.ops = Script(self.office.address, self.office.add_person("ops", "sender"))
        desktop, tray = self.start_connected("--hidden", **self.system.environment())
        hands.sign_in(desktop, tray, self.office.address, "ann", "a long enough one")
        self.ann = 1
        eventually("connected", lambda: "connected to" in tray.tooltip())
        return desktop, tray

    def lose(self, tray):
        """The server goes away and comes back; the desktop has not looked yet, for a while."""
        self.office.end()
        waiting = eventually("waiting", lambda: re.search(r"reconnecting in (\d+) s", tray.tooltip()))
        while int(waiting[1]) < 4:
            waiting = eventually("a longer wait", lambda: re.search(r"reconnecting in ([4-9]|\d\d+) s", tray.tooltip()), 60)
        self.office.start()

    def reconnects_at_once(self, tray, what):
        since = time.monotonic()
        what()
        eventually("connected", lambda: "connected to" in tray.tooltip())
        self.assertLess(time.monotonic() - since, 2.5, "it did not wait for its turn")

    def test_a_wake_up_reconnects_at_once(self):
        _, tray = self.start_in_office()
        self.system.sleep(True)
        self.lose(tray)
        self.reconnects_at_once(tray, lambda: self.system.sleep(False))

    def test_a_network_that_is_back_reconnects_at_once(self):
        _, tray = self.start_in_office()
        self.system.connect(False)
        self.lose(tray)
        self.reconnects_at_once(tray, lambda: self.system.connect(True))

    def test_on_a_locked_screen_only_critical_ones_say_what_they_say(self):
        desktop, _ = self.start_connected("--hidden", **self.system.environment())
        script, owner = self.script_of_owner(desktop)
        name = script.call("GET", "/api/me/")["name"]
        script.trigger(owner, "Salaries of all", "in full")
        self.popups.wait_for("Salaries of all")
        self.system.lock(True)
        covered = self.popups.wait_for(f"New message from \u2068{name}\u2069")
        self.assertNotIn("in full", covered.text)
        self.assertEqual(covered.replaces, self.popups.titled("Salaries of all")[0].number, "in its place")
        before = len(self.popups.shown)
        script.trigger(owner, "The next secret", "for nobody else")
        script.trigger(owner, "Fire drill at 10:00", "Leave by the stairs.", priority="critical")
        self.popups.wait_for("Fire drill at 10:00")
        eventually("both", lambda: len(self.popups.shown) >= before + 2)
        for popup in self.popups.shown[before:]:
            self.assertNotIn("secret", popup.title + popup.text)
            self.assertNotIn("nobody else", popup.text)
        self.system.lock(False)
        self.popups.wait_for("The next secret")


if __name__ == "__main__":
    unittest.main(verbosity=2)
