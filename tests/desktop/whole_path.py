#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole path on real parts: a first start, a message out of the tray's menu, the popup, the row in the window, a
script over HTTP, and the way out. Runs inside tests/desktop/session."""

import subprocess
import unittest

from desk import pictures, programs
from desk.bus import eventually, throughout
from desk.case import DesktopCase
from desk.popups import BY_CALL
from desk.programs import Script

MENU = [
    "Show history",
    "Send test message",
    None,
    "Do not disturb",
    None,
    "Local server",
    None,
    "Settings…",
    "About Belfry",
    "Quit",
]


class WholePath(DesktopCase):
    def test_a_first_start_asks_nothing_and_a_test_message_arrives(self):
        desktop, tray = self.start_connected()
        self.assertIsNone(desktop.reader.find("dialog"), "a first start asks nothing")
        self.assertIn("Belfry – connected to", tray.tooltip())
        plain = tray.icon()

        labels = [entry and entry.label for entry in tray.menu()]
        self.assertEqual(labels[-len(MENU) :], MENU)
        self.assertLessEqual(len(labels), len(MENU) + 1)
        quiet = next(entry for entry in tray.menu() if entry and entry.label == "Do not disturb")
        self.assertEqual(
            [entry.label for entry in quiet.children], ["30 minutes", "1 hour", "Until tomorrow", "Until I turn it off"]
        )
        server = next(entry for entry in tray.menu() if entry and entry.label == "Local server")
        self.assertEqual(server.children[0].label, "Turn off…")

        tray.choose("Send test message")
        popup = eventually("the test message at the daemon", lambda: self.popups.standing())[0]
        self.assertIn("default", popup.buttons)
        eventually("the tray counts it", lambda: "1 unread" in tray.tooltip())
        self.assertNotEqual(tray.icon(), plain, "a bell with a dot")
        self.assertIn("1 unread", [entry and entry.label for entry in tray.menu()])

        tray.choose("Show history")
        eventually(
            "the row in the history window", lambda: any(popup.title in row for row in desktop.reader.rows())
        )
        self.assertEqual(desktop.reader.nameless(), [], "every control has a name")
        throughout("shown once", lambda: len(self.popups.titled(popup.title)) == 1, 1)
        self.assertEqual(self.popups.titled(popup.title), [popup], "shown once")

    def test_a_script_is_shown_and_what_is_done_with_it_counts_everywhere(self):
        desktop, tray = self.start_connected("--hidden")
        self.assertFalse(desktop.reader.has_window(), "hidden")
        script, owner = self.script_of_owner(desktop)
        ops = Script(desktop.address(), programs.add_person(desktop, "ops"))

        ops.trigger(owner, "Deployment done", "Version 4.2 is on all machines.", type="success")
        first = self.popups.wait_for("Deployment done")
        self.assertIn("Version 4.2 is on all machines.", first.text)
        self.assertEqual(int(first.hints["urgency"]), 1)

        # A click on the popup opens the window on that row, and the popup goes.
        self.popups.click(first)
        desktop.reader.wait_for("frame", "Belfry")
        eventually("its row", lambda: any("Deployment done" in row for row in desktop.reader.rows()))
        self.popups.wait_until_closed(first)
        eventually("what the person opened is read", lambda: "connected to" in tray.tooltip())

        # Read on another machine: closed here.
        sent = ops.trigger(owner, "Disk of db-3 is 91 % full", "Clean up, or ask ops.", type="warning", priority="high")
        second = self.popups.wait_for("Disk of db-3 is 91 % full")
        self.assertEqual(second.milliseconds, 15000)
        script.read(sent["id"])
        self.assertEqual(self.popups.wait_until_closed(second, 5), BY_CALL)

        # What a sender writes is text to the daemon, never markup.
        ops.trigger(owner, "Not <b>bold</b>", "a < b & c > d")
        marked = self.popups.wait_for("Not <b>bold</b>")
        self.assertIn("a &lt; b &amp; c &gt; d", marked.text)

        # Critical stays until closed, also when it is quiet; normal ones wait in the list.
        tray.choose("Do not disturb", "Until I turn it off")
        eventually("the tray says quiet", lambda: "quiet" in tray.tooltip())
        ops.trigger(owner, "Nobody needs this now")
        ops.trigger(owner, "Fire drill at 10:00", "Leave by the stairs.", type="error", priority="critical", require_ack=True)
        critical = self.popups.wait_for("Fire drill at 10:00")
        self.assertEqual((int(critical.hints["urgency"]), critical.milliseconds), (2, 0))
        self.assertIn("Acknowledge", critical.buttons.values())
        self.assertEqual(self.popups.titled("Nobody needs this now"), [])

        # SIGTERM: nothing asked, popups closed, done within 5 s.
        code, seconds = desktop.stop()
        self.assertEqual(code, 0)
        self.assertLess(seconds, 5)
        self.popups.wait_until_closed(critical)

        # Started again: the critical one holds still; what was shown is not shown again.
        before = len(self.popups.shown)
        self.start_connected("--hidden")
        eventually("the critical one again", lambda: len(self.popups.titled("Fire drill at 10:00")) == 2)
        throughout(
            "nothing else",
            lambda: {popup.title for popup in self.popups.shown[before:]} == {"Fire drill at 10:00"},
            1,
        )

    def test_the_command_line_reaches_the_same_server(self):
        desktop, _ = self.start_connected("--hidden")
        owner = programs.owner(desktop)["name"]
        token_file = self.own / "token"
        token_file.touch(0o600)
        token_file.write_text(programs.token_of(desktop, owner))
        programs.belfry(
            *("send", "--server", desktop.address(), "--token-file", str(token_file)),
            *("--to", owner, "--title", "From a script", "--message", "It works!"),
        )
        self.popups.wait_for("From a script")

    def test_a_second_start_shows_the_window_and_ends(self):
        first, _ = self.start_connected("--hidden")
        hidden = self.start("--hidden")
        self.assertEqual(hidden.wait_for_exit()[0], 0)
        self.assertFalse(first.reader.has_window(), "--hidden shows none")
        second = self.start()
        self.assertEqual(second.wait_for_exit()[0], 0)
        first.reader.wait_for("frame", "Belfry")
        self.assertTrue(first.is_running())
        first.tray().choose("Quit")
        self.assertEqual(first.wait_for_exit()[0], 0)

    def test_the_picture_of_it_all(self):
        desktop, tray = self.start_connected()
        owner = programs.owner(desktop)["id"]
        senders = {name: Script(desktop.address(), programs.add_person(desktop, name)) for name in ("ops", "ci", "reception")}
        for name, title, message, members in [
            ("ci", "Deployment done", "Version 4.2 is on all machines.", {"type": "success"}),
            ("ops", "Backup finished late", "The nightly run took 4 h 12 min instead of 50 min. The disk of db-3 is slow.", {"type": "warning", "category": "backup", "url": "https://wiki.example/backup"}),
            ("reception", "Visitor for you", "Ms Nguyễn is waiting at the entrance.", {}),
            ("ops", "Fire drill at 10:00", "Leave by the stairs, meet at the car park.", {"type": "error", "priority": "critical", "require_ack": True}),
        ]:  # fmt: skip
            senders[name].trigger(owner, title, message, **members)
            self.popups.wait_for(title)
        eventually("all rows", lambda: len([row for row in desktop.reader.rows() if "Unread" in row]) == 4)
        window = eventually("the window", lambda: pictures.window_of(desktop.pid, "^Belfry$"))
        subprocess.run(["xdotool", "windowmove", "--sync", window, "40", "90"], check=True, timeout=10)
        place = ["windowactivate", "--sync", window, "mousemove", "--window", window, "250", "192", "click", "1"]
        subprocess.run(["xdotool", *place], check=True, timeout=10)
        eventually("it in the detail", lambda: "The nightly run" in desktop.reader.outline(is_text=True))
        eventually("the tray counts", lambda: "unread" in tray.tooltip())
        pictures.save("desktop")


if __name__ == "__main__":
    unittest.main(verbosity=2)
