#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A first start where there is no keyring, or a locked one. Runs inside tests/desktop/session --keyring none | locked."""

import unittest

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


if __name__ == "__main__":
    unittest.main(verbosity=2)
