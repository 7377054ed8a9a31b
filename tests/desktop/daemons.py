#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A notification daemon that hangs, or ends and comes again. Runs inside tests/desktop/session."""

import time
import unittest

import dbus
from desk.bus import SESSION, eventually, throughout
from desk.case import DesktopCase
from desk.daemon import Daemon
from desk.popups import BY_CALL, PATH, SERVICE

DAEMON = Daemon()


def tearDownModule():
    DAEMON.reap()


class Daemons(DesktopCase):
    def setUp(self):
        super().setUp()
        self.addCleanup(DAEMON.restore)

    def single(self):
        return [popup for popup in self.popups.shown if popup.title.startswith("Meanwhile")]

    def signal_from_another(self, name, *arguments):
        """As if it came from the daemon, but from a connection that is not its."""
        message = dbus.lowlevel.SignalMessage(PATH, SERVICE, name)
        message.append(*arguments, signature="uu" if name == "NotificationClosed" else "us")
        SESSION.send_message(message)
        SESSION.flush()

    def test_while_it_hangs_all_goes_on_and_then_a_few_and_a_summary_are_shown(self):
        desktop, tray = self.start_connected()
        script, owner = self.script_of_owner(desktop)
        script.trigger(owner, "Before")
        self.popups.wait_for("Before")
        DAEMON.hang()
        sent = [script.trigger(owner, f"Meanwhile {number}")["id"] for number in range(6)]
        throughout("a while", lambda: True, 2.2)  # past the two seconds in which more than five are a burst anyway
        sent += [script.trigger(owner, f"Later {number}")["id"] for number in range(4)]
        script.trigger(owner, "Fire drill at 10:00", priority="critical")
        eventually("all in the list", lambda: sum("Unread" in row for row in desktop.reader.rows()) == 12)
        since = time.monotonic()
        self.assertIn("12 unread", tray.tooltip())
        self.assertLess(time.monotonic() - since, 1, "it answers at once")

        DAEMON.go_on()
        self.popups.wait_for("Fire drill at 10:00")
        # Five and a summary at most; “Before” may be one of the five.
        self.assertLessEqual(len(self.single()), 5)
        self.popups.wait_for(f"{10 - len(self.single())} new messages")
        throughout("no more", lambda: not self.popups.titled("Later 0"), 1.2)
        # What it has answered for is shown, and so taken away where it is read elsewhere.
        script.read(sent[0])
        self.popups.wait_until_closed(self.popups.titled("Meanwhile 0")[0])
        self.assertEqual(desktop.stop()[0], 0)

    def test_a_quit_does_not_wait_for_one_that_hangs(self):
        desktop, _ = self.start_connected("--hidden")
        script, owner = self.script_of_owner(desktop)
        script.trigger(owner, "Before")
        self.popups.wait_for("Before")
        DAEMON.hang()
        script.trigger(owner, "Meanwhile")
        eventually("it on its way", lambda: self.popups.titled("Meanwhile"))
        code, seconds = desktop.stop()
        self.assertEqual(code, 0)
        self.assertLess(seconds, 4)

    def test_one_that_comes_again_is_shown_what_is_critical_and_nobody_else_speaks_for_it(self):
        desktop, tray = self.start_connected("--hidden")
        script, owner = self.script_of_owner(desktop)
        ordinary = script.trigger(owner, "Deployment done")["id"]
        first = self.popups.wait_for("Deployment done")
        critical = script.trigger(owner, "Fire drill at 10:00", priority="critical")["id"]
        drill = self.popups.wait_for("Fire drill at 10:00")

        for popup in (first, drill):
            self.signal_from_another("ActionInvoked", dbus.UInt32(popup.number), "read")
            self.signal_from_another("NotificationClosed", dbus.UInt32(popup.number), dbus.UInt32(2))
        throughout("nothing is read by that", lambda: "2 unread" in tray.tooltip(), 1)

        DAEMON.end()
        DAEMON.start()
        again = eventually("the critical one again", lambda: self.popups.titled("Fire drill at 10:00")[1:])[0]
        self.assertEqual(again.replaces, 0, "the old numbers are forgotten")
        eventually("answered", lambda: again.number)
        # The ordinary one had a number too, which the new daemon may have given to another.
        script.read(ordinary)
        eventually("it is read", lambda: "1 unread" in tray.tooltip())
        throughout("the critical one stays", lambda: again.number not in self.popups.closed, 1)
        self.assertEqual(len(self.popups.titled("Deployment done")), 1)

        script.trigger(owner, "And another")
        self.popups.wait_for("And another")
        script.read(critical)
        self.assertEqual(self.popups.wait_until_closed(again), BY_CALL)

    def test_what_comes_while_there_is_none_is_in_the_list_and_critical_ones_are_shown_when_one_comes(self):
        desktop, tray = self.start_connected("--hidden")
        script, owner = self.script_of_owner(desktop)
        script.trigger(owner, "Fire drill at 10:00", priority="critical")
        self.popups.wait_for("Fire drill at 10:00")
        DAEMON.end()
        script.trigger(owner, "Nobody shows this")
        eventually("counted", lambda: "2 unread" in tray.tooltip())
        DAEMON.start()
        eventually("the critical one again", lambda: len(self.popups.titled("Fire drill at 10:00")) == 2)
        script.trigger(owner, "And another")
        self.popups.wait_for("And another")


if __name__ == "__main__":
    unittest.main(verbosity=2)
