# SPDX-License-Identifier: GPL-3.0-or-later
"""A system bus of the test's own, with logind and NetworkManager as python3-dbusmock plays them."""

import os
import subprocess
import sys

import dbus

from desk.bus import eventually

LOGIND = "org.freedesktop.login1"
NETWORK = "org.freedesktop.NetworkManager"
MOCK = "org.freedesktop.DBus.Mock"
SESSION_ID = "c1"


class SystemBus:
    def __init__(self):
        self._bus_process = subprocess.Popen(
            ["dbus-daemon", "--session", "--nofork", "--print-address=1"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        self.address = self._bus_process.stdout.readline().strip()
        self._bus = dbus.bus.BusConnection(self.address)
        self._mocks = []
        for service, template in ((LOGIND, "logind"), (NETWORK, "networkmanager")):
            self._mocks.append(
                subprocess.Popen(
                    [sys.executable, "-m", "dbusmock", "--system", "--template", template],
                    env={**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": self.address},
                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                )  # fmt: skip
            )
            eventually(service, lambda: self._bus.name_has_owner(service))
        manager = self._object(LOGIND, "/org/freedesktop/login1")
        self._session = str(manager.AddSession(SESSION_ID, "seat0", dbus.UInt32(os.getuid()), "ann", True, dbus_interface=MOCK))

    def environment(self):
        return {"DBUS_SYSTEM_BUS_ADDRESS": self.address, "XDG_SESSION_ID": SESSION_ID}

    def _object(self, service, path):
        return self._bus.get_object(service, path)

    def sleep(self, is_going):
        manager = self._object(LOGIND, "/org/freedesktop/login1")
        manager.EmitSignal(f"{LOGIND}.Manager", "PrepareForSleep", "b", [is_going], dbus_interface=MOCK)

    def lock(self, is_locked):
        session = self._object(LOGIND, self._session)
        session.UpdateProperties(f"{LOGIND}.Session", {"LockedHint": dbus.Boolean(is_locked)}, dbus_interface=MOCK)

    def connect(self, is_connected):
        network = self._object(NETWORK, "/org/freedesktop/NetworkManager")
        network.SetGlobalConnectionState(dbus.UInt32(70 if is_connected else 20), dbus_interface=MOCK)
        network.SetConnectivity(dbus.UInt32(4 if is_connected else 1), dbus_interface=MOCK)

    def end(self):
        self._bus.close()
        for process in (*self._mocks, self._bus_process):
            process.kill()
            process.wait()
        self._bus_process.stdout.close()
