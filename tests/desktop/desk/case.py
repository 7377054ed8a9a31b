# SPDX-License-Identifier: GPL-3.0-or-later
"""What every test of the desktop begins and ends with."""

import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from desk.popups import Popups
from desk.programs import Desktop, Script, Server, owner, token_of


class DesktopCase(unittest.TestCase):
    """Directories and programs of its own for each test; nothing of them is left."""

    def setUp(self):
        own = tempfile.TemporaryDirectory(prefix="belfry-desktop.")
        self.addCleanup(own.cleanup)
        self.own = Path(own.name)
        self.popups = Popups()
        self.addCleanup(self.popups.stop)

    def start(self, *arguments, name="first", **environment):
        desktop = Desktop(self.own / name, *arguments, **environment)
        self.addCleanup(desktop.kill)
        self.addCleanup(self._tell, desktop)
        return desktop

    def start_connected(self, *arguments, **environment):
        desktop = self.start(*arguments, **environment)
        return desktop, desktop.wait_until_connected()

    def start_server(self, name="office"):
        server = Server(self.own / name).start()
        self.addCleanup(server.end)
        return server

    def script_of_owner(self, desktop):
        """A script that is signed in as the desktop's own person, and that person's id."""
        person = owner(desktop)
        return Script(desktop.address(), token_of(desktop, person["name"])), person["id"]

    def start_panel(self, command=None):
        panel = subprocess.Popen((command or os.environ["BELFRY_SESSION_PANEL"]).split(), stderr=subprocess.DEVNULL)
        self.addCleanup(panel.wait)
        self.addCleanup(panel.kill)
        return panel

    def _tell(self, desktop):
        """Why it failed is seen by what was on the screen."""
        result = self._outcome.result
        has_failed = any(test is self for test, _ in [*result.failures, *result.errors])
        if desktop.is_running() and has_failed:
            print(f"--- {self.id()}: what a screen reader finds\n{desktop.reader.outline()}\n--- its log\n{desktop.log()}")
