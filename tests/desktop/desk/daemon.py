# SPDX-License-Identifier: GPL-3.0-or-later
"""The notification daemon as a process: one that hangs, ends, and comes again."""

import os
import signal
import subprocess

from desk.bus import SESSION, eventually, pid_of
from desk.popups import SERVICE


class Daemon:
    """Whoever has the name; leaves one behind that works."""

    def __init__(self):
        self._started = []

    def is_there(self):
        return SESSION.name_has_owner(SERVICE)

    def hang(self):
        os.kill(pid_of(SERVICE), signal.SIGSTOP)

    def go_on(self):
        os.kill(pid_of(SERVICE), signal.SIGCONT)

    def end(self):
        os.kill(pid_of(SERVICE), signal.SIGKILL)
        eventually("no notification daemon", lambda: not self.is_there())

    def start(self):
        self._started.append(subprocess.Popen(["dunst"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        eventually("a notification daemon", self.is_there)

    def restore(self):
        if self.is_there():
            self.go_on()
        else:
            self.start()

    def reap(self):
        """At the end of the program: what was started here."""
        for each in self._started:
            each.kill()
            each.wait()
