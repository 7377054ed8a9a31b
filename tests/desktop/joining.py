#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The local server is opened to the office, somebody is invited and joins by the link, and gets a message. Two desktops
in a network of their own, which talk over its address. Runs inside tests/desktop/session --network own."""

import unittest

from desk import hands, pictures, programs
from desk.bus import eventually, throughout
from desk.case import DesktopCase
from desk.programs import Script

OFFICE = "10.77.0.1"
PASSWORD = "correct horse battery"


class Joining(DesktopCase):
    def open_to_the_office(self, desktop, tray):
        """By Settings, Local server. The address and the pin that are shown there."""
        reader = desktop.reader
        tray.choose("Settings…")
        reader.wait_for("dialog", "Settings")
        hands.choose_page(desktop, "Local server")
        hands.press(reader.wait_for("radio button", "The office network: other computers, too, encrypted"))
        address = reader.text_of(reader.wait_for("text", "Address for others:"))
        pin = reader.text_of(reader.wait_for("text", "Pin of the server:"))
        eventually("signed in again", lambda: "connected to" in tray.tooltip())
        return address, pin

    def make_link(self, desktop):
        reader = desktop.reader
        hands.press(reader.wait_for("push button", "Invite somebody…"))
        reader.wait_for("dialog", "Invite somebody")
        hands.press(eventually("a button to press", lambda: hands.usable(reader, "push button", "Make a link")))
        return reader.text_of(reader.wait_for("text", "Link:"))

    def fill_join(self, desktop, name):
        reader = desktop.reader
        reader.wait_for("dialog", "Join a server")
        hands.type_into(reader.wait_for("text", "Your name:"), name)
        hands.type_into(reader.wait_for("password text", "New password:"), PASSWORD)
        hands.type_into(reader.wait_for("password text", "Once more:"), PASSWORD)

    def test_a_colleague_is_invited_joins_and_gets_a_message(self):
        host, tray = self.start_connected(name="first")
        address, pin = self.open_to_the_office(host, tray)
        self.assertTrue(address.startswith(f"https://{OFFICE}:"), address)
        self.assertEqual(pin, programs.belfry("pin", "--data", str(host.directory / "server")))
        self.assertEqual(host.address(), address, "the tray's menu shows what others use")
        link = self.make_link(host)
        self.assertTrue(link.startswith(f"belfry://{OFFICE}:"), link)
        pictures.save("inviting")

        # The colleague's first start ever is by the link.
        colleague = self.start(link, name="second")
        reader = colleague.reader
        self.fill_join(colleague, "Ann")
        self.assertEqual(reader.text_of(reader.wait_for("text", "Server:")), address.removeprefix("https://"))
        self.assertEqual(reader.text_of(reader.wait_for("text", "Pin of the server:")), pin)
        # Her own server is in use: what is to become of that is asked.
        reader.wait_for("radio button", "Those of the new account, from now on")
        reader.wait_for("radio button", "Still those of this computer's own server")
        self.assertEqual(reader.nameless(), [], "every control has a name")
        pictures.save("joining")
        self.assertEqual([each["name"] for each in programs.people(host)].count("Ann"), 0, "nothing before “Join”")
        hands.press(eventually("a button to press", lambda: hands.usable(reader, "push button", "Join")))
        eventually("the dialog gone", lambda: reader.find("dialog", "Join a server") is None)
        colleague.wait_until_connected()

        ann = next(each for each in programs.people(host) if each["name"] == "Ann")
        self.assertEqual(ann["role"], "receiver")
        loopback = "http://127.0.0.1:" + address.rpartition(":")[2]
        owner = programs.owner(host)["name"]
        script = Script(loopback, programs.token_of(host, owner))
        script.trigger(ann["id"], "Welcome", "This is how it rings.")
        self.popups.wait_for("Welcome")
        eventually("its row", lambda: any("Welcome" in row for row in reader.rows()))
        self.assertFalse(any("Welcome" in row for row in host.reader.rows()), "for her alone")

        # The invite is used up, and she counts where the host is about to quit.
        eventually("said where it was made", lambda: "open no more" in host.reader.outline(is_text=True))
        host.tray().choose("Quit")
        host.reader.wait_for("alert", "Quit Belfry?")

        # Her sign-in is kept: another start is signed in by itself.
        self.assertEqual(colleague.stop()[0], 0)
        colleague = self.start(name="second")
        colleague.wait_until_connected()
        eventually("the row is there", lambda: any("Welcome" in row for row in colleague.reader.rows()))
        accounts = lambda: [each.get_name() for each in colleague.reader.all("list item")]  # noqa: E731
        colleague.tray().choose("Settings…")
        hands.choose_page(colleague, "Server and account")
        eventually("both accounts kept", lambda: sum(" on " in name for name in accounts()) == 2)

    def test_a_link_is_handed_to_the_desktop_that_runs(self):
        host, tray = self.start_connected(name="first")
        self.open_to_the_office(host, tray)
        link = self.make_link(host)
        colleague = self.start("--hidden", name="second")
        colleague.wait_until_connected()
        before = colleague.tray().tooltip()

        again = self.start(link, name="second")
        self.assertEqual(again.wait_for_exit()[0], 0)
        reader = colleague.reader
        self.fill_join(colleague, "Ann")
        hands.press(reader.wait_for("push button", "Cancel"))
        eventually("the dialog gone", lambda: reader.find("dialog", "Join a server") is None)
        throughout("nothing has changed", lambda: colleague.tray().tooltip() == before, 1)

        broken = self.start(link[:40], name="second")
        self.assertEqual(broken.wait_for_exit()[0], 0)
        reader.wait_for("alert", "Invite")
        self.assertIn("Copy it whole", reader.outline(is_text=True))


if __name__ == "__main__":
    unittest.main(verbosity=2)
