# SPDX-License-Identifier: GPL-3.0-or-later
"""The session bus, and waiting for what comes over it."""

import time

import dbus
import dbus.mainloop.glib
from gi.repository import GLib

dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)

SESSION = dbus.SessionBus()


def eventually(what, condition, seconds=20):
    """The first true value of condition(); an AssertionError that says `what` after so many seconds."""
    deadline = time.monotonic() + seconds
    context = GLib.MainContext.default()
    while True:
        while context.iteration(False):
            pass
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"still not after {seconds} s: {what}")
        tick = GLib.timeout_add(15, lambda: True)
        context.iteration(True)
        GLib.source_remove(tick)


def throughout(what, condition, seconds):
    """That condition() holds all the time; for what must not happen."""
    deadline = time.monotonic() + seconds
    try:
        eventually(what, lambda: not condition() or time.monotonic() > deadline, seconds + 5)
    finally:
        assert condition(), f"not all of {seconds} s: {what}"


def call(service, path, interface, method, *arguments):
    return SESSION.get_object(service, path, introspect=False).get_dbus_method(method, interface)(
        *arguments, timeout=10
    )


def get(service, path, interface, name):
    return call(service, path, "org.freedesktop.DBus.Properties", "Get", interface, name)


def pid_of(connection):
    return int(SESSION.call_blocking("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "GetConnectionUnixProcessID", "s", (connection,)))
