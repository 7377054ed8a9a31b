#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""When popups stand, count, change and go, on a real daemon. Runs inside tests/desktop/session."""

import datetime
import re
import unittest

from desk.bus import eventually, throughout
from desk.case import DesktopCase
from desk.popups import BY_CALL
from desk.programs import Script, add_person


class PopupRules(DesktopCase):
    def start_with_ops(self):
        desktop, tray = self.start_connected("--hidden")
        self.script, self.owner = self.script_of_owner(desktop)
        self.ops = Script(desktop.address(), add_person(desktop, "ops"))
        return desktop, tray

    def test_more_than_five_at_once_are_five_and_a_summary_that_counts_on(self):
        _, tray = self.start_with_ops()
        sent = [self.ops.trigger(self.owner, f"Order {number}")["id"] for number in range(12)]
        self.popups.wait_for("7 new messages")
        self.assertEqual(len({popup.title for popup in self.popups.shown if popup.title.startswith("Order")}), 5)
        eventually("all are counted", lambda: "12 unread" in tray.tooltip())
        sent.append(self.ops.trigger(self.owner, "Order 12")["id"])
        self.popups.wait_for("8 new messages")
        self.script.call("POST", "/api/notifications/read/", {"ids": sent[-2:]})
        self.popups.wait_for("6 new messages")  # what was read elsewhere counts no more
        self.script.call("POST", "/api/notifications/read/", {"ids": sent})
        eventually("nothing stands", lambda: not self.popups.standing())

    def test_what_is_taken_back_goes_and_what_is_replaced_changes_in_its_place(self):
        _, tray = self.start_with_ops()
        sent = self.ops.trigger(self.owner, "Wrong number")
        popup = self.popups.wait_for("Wrong number")
        self.ops.call("DELETE", f"/api/notifications/{sent['id']}/")
        self.assertEqual(self.popups.wait_until_closed(popup), BY_CALL)
        eventually("nor counted", lambda: "connected to" in tray.tooltip())

        self.ops.trigger(self.owner, "Backup: 10 %", key="backup")
        first = self.popups.wait_for("Backup: 10 %")
        self.ops.trigger(self.owner, "Backup: done", key="backup")
        second = self.popups.wait_for("Backup: done")
        self.assertEqual(second.replaces, first.number)
        eventually("one is unread", lambda: "1 unread" in tray.tooltip())

    def test_buttons_carry_the_answers_and_low_ones_are_for_the_list_only(self):
        _, tray = self.start_with_ops()
        self.ops.trigger(self.owner, "By the way", priority="low")
        sent = self.ops.trigger(self.owner, "Who takes the late shift?", answers=["I do", "Not me"])
        popup = self.popups.wait_for("Who takes the late shift?")
        self.assertEqual(self.popups.titled("By the way"), [])
        self.assertLessEqual({"I do", "Not me"}, set(popup.buttons.values()))
        # Answered on another machine: closed here, and no longer to be answered.
        self.script.call("POST", f"/api/notifications/{sent['id']}/ack/", {"answer": "I do"})
        self.assertEqual(self.popups.wait_until_closed(popup), BY_CALL)
        eventually("the other one counts", lambda: "1 unread" in tray.tooltip())

    def test_quiet_outlives_a_restart_and_ends_by_the_clock(self):
        desktop, tray = self.start_with_ops()
        tray.choose("Do not disturb", "1 hour")
        eventually("quiet, with its end", lambda: re.search(r"quiet until .*\d\d", tray.tooltip()))
        self.ops.trigger(self.owner, "Nobody needs this now")
        self.ops.trigger(self.owner, "The heating is out", priority="high")
        eventually("both are in the list", lambda: "2 unread" in tray.tooltip())
        self.assertEqual(desktop.stop()[0], 0)

        # The hour passes while it is not running, but for some seconds.
        settings = desktop.directory / "desktop.ini"
        end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=6)
        told = re.sub(r"(?m)^quiet_until=.*$", f"quiet_until={end:%Y-%m-%dT%H:%M:%S.000Z}", settings.read_text())
        self.assertIn(f"{end:%H:%M:%S}", told)
        settings.write_text(told)
        _, tray = self.start_connected("--hidden")
        eventually("still quiet", lambda: "quiet until" in tray.tooltip(), 5)
        self.assertEqual(self.popups.shown, [])
        self.popups.wait_for("The heating is out")
        eventually("quiet no more", lambda: "quiet" not in tray.tooltip())
        throughout("and the other one not", lambda: not self.popups.titled("Nobody needs this now"), 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
