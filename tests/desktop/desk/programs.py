# SPDX-License-Identifier: GPL-3.0-or-later
"""The two programs, and the calls that a script makes."""

import json
import os
import signal
import subprocess
import time
import urllib.request
from pathlib import Path

from desk.bus import eventually
from desk.reader import Reader
from desk.tray import Tray

DESKTOP = os.environ["BELFRY_TEST_DESKTOP"]
BELFRY = os.environ["BELFRY_TEST_BELFRY"]


class Desktop:
    """belfry-desktop, started as a person starts it."""

    def __init__(self, directory, *arguments, **environment):
        self.directory = Path(directory)
        self.started_at = time.monotonic()
        self._log = open(f"{directory}.log", "ab")
        self._process = subprocess.Popen(
            [DESKTOP, "--data", str(directory), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            env={**os.environ, **environment},
        )
        self.pid = self._process.pid
        self.reader = Reader(self.pid)

    def is_running(self):
        return self._process.poll() is None

    def seconds_since_start(self):
        return time.monotonic() - self.started_at

    def tray(self, seconds=20):
        return Tray.wait_for(self.pid, seconds)

    def wait_until_connected(self):
        tray = self.tray()
        trouble = ("connecting", "reconnecting", "server is off", "sign in", "keyring")
        said = []

        def is_connected():
            said[:] = [tray.tooltip()]
            return not any(word in said[0] for word in trouble)

        try:
            eventually("the tray says connected", is_connected)
        except AssertionError as error:
            raise AssertionError(f"{error}, but {said}") from None
        return tray

    def address(self):
        """Of its own server, as the tray's menu tells a person."""

        def shown():
            # Whatever the language, it is the one entry of a menu that begins like an address.
            entries = [each for entry in self.tray().menu() if entry for each in entry.children if each]
            return next((each.label.split()[0] for each in entries if each.label.startswith("http")), None)

        return eventually("the local server's address in the menu", shown)

    def wait_for_exit(self, seconds=5):
        """Its exit code, and how long it took."""
        since = time.monotonic()
        eventually(f"the end of belfry-desktop {self.directory.name}", lambda: not self.is_running(), seconds)
        return self._process.returncode, time.monotonic() - since

    def log(self):
        return Path(f"{self.directory}.log").read_text(errors="replace")

    def stop(self):
        self._process.send_signal(signal.SIGTERM)
        return self.wait_for_exit()

    def kill(self):
        if self.is_running():
            self._process.kill()
        self._process.wait()
        self._log.close()


class Server:
    """belfry serve, on a port that stays its own over restarts."""

    def __init__(self, directory):
        self.directory = Path(directory)
        self._process = None
        self.address = None

    def start(self):
        at = self.address.removeprefix("http://") if self.address else "127.0.0.1:0"
        self._process = subprocess.Popen(
            [BELFRY, "serve", "--listen", at, "--data", str(self.directory)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        said = self._process.stdout.readline()
        assert said.startswith("listening on http"), said
        self.address = said.split()[2]
        return self

    def add_person(self, name, role="sender", password="a long enough one"):
        belfry("user", "add", name, "--role", role, "--password-stdin", "--data", str(self.directory), given=password + "\n")
        return belfry("token", "create", name, "--data", str(self.directory))

    def end(self):
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()


def belfry(*arguments, given=""):
    """One run of the command line; what it printed."""
    run = subprocess.run([BELFRY, *arguments], input=given, capture_output=True, text=True, timeout=30)
    assert run.returncode == 0, f"belfry {' '.join(arguments)}: {run.stderr}"
    return run.stdout.strip()


def people(desktop):
    return json.loads(belfry("user", "list", "--data", str(desktop.directory / "server")))["users"]


def owner(desktop):
    return people(desktop)[0]


def token_of(desktop, name):
    return belfry("token", "create", name, "--data", str(desktop.directory / "server"))


def add_person(desktop, name, role="sender"):
    belfry("user", "add", name, "--role", role, "--password-stdin", "--data", str(desktop.directory / "server"), given="a long enough one\n")
    return token_of(desktop, name)


class Script:
    """What a script over HTTP does, in nobody's library but Python's."""

    def __init__(self, address, token):
        self._address, self._token = address, token

    def call(self, method, path, body=None):
        request = urllib.request.Request(self._address + path, method=method)
        request.add_header("Authorization", f"Bearer {self._token}")
        if body is not None:
            request.add_header("Content-Type", "application/json")
            request.data = json.dumps(body).encode()
        with urllib.request.urlopen(request, timeout=10) as answer:
            text = answer.read()
            return json.loads(text) if text else None

    def trigger(self, user_id, title, message="", **members):
        return self.call("POST", "/api/notifications/trigger/", {"user_id": user_id, "title": title, "message": message, **members})

    def read(self, number):
        return self.call("POST", "/api/notifications/read/", {"ids": [number]})
