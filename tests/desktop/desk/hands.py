# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person does in a window: keys and clicks by the X server, controls by their names."""

import subprocess

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402

from desk import pictures  # noqa: E402
from desk.bus import eventually  # noqa: E402


def keys(desktop, title, *names):
    """Presses keys in the window under that title, which comes to the front first."""
    window = eventually(f"the window {title}", lambda: pictures.window_of(desktop.pid, title))
    subprocess.run(["xdotool", "windowactivate", "--sync", window], check=True, timeout=10)
    for name in names:
        subprocess.run(["xdotool", "key", "--clearmodifiers", name], check=True, timeout=10)


def press(control):
    """As a click: what a screen reader's person does with a button, a box or a menu entry."""
    Atspi.Action.do_action(control, 0)


def type_into(control, text):
    Atspi.EditableText.set_text_contents(control, text)


def states(control):
    return {state for state in (Atspi.StateType.FOCUSED, Atspi.StateType.CHECKED, Atspi.StateType.SENSITIVE) if control.get_state_set().contains(state)}


def focused_name(reader):
    """What the keyboard is in, as it is read out."""
    for control in reader.everything():
        if control.get_state_set().contains(Atspi.StateType.FOCUSED) and control.get_role_name() not in ("frame", "dialog"):
            return f"{control.get_role_name()} “{control.get_name()}”"
    return None


def sign_in(desktop, tray, address, name, password):
    """By Settings, Server and account, Sign in …: as the first time on an office's server."""
    reader = desktop.reader
    tray.choose("Settings…")
    settings = reader.wait_for("dialog", "Settings")
    choose_page(desktop, "Server and account")
    press(reader.wait_for("push button", "Sign in to another server…"))
    reader.wait_for("dialog", "Sign in")
    fill_sign_in(reader, address, name, password)
    press(eventually("a button to press", lambda: usable(reader, "push button", "Sign in")))
    eventually("the dialog gone", lambda: reader.find("dialog", "Sign in") is None)
    return settings


def choose_page(desktop, name):
    """Of the settings, by the keyboard."""
    reader = desktop.reader
    Atspi.Component.grab_focus(reader.wait_for("list", "Pages"))
    keys(desktop, "^Settings$", "Home")
    for _ in range(10):
        chosen = [each.get_name() for each in reader.all("list item") if each.get_state_set().contains(Atspi.StateType.SELECTED)]
        if name in chosen:
            return
        keys(desktop, "^Settings$", "Down")
    raise AssertionError(f"no page “{name}”")


def fill_sign_in(reader, address, name, password):
    type_into(reader.wait_for("text", "Server address:"), address)
    type_into(reader.wait_for("text", "Name:"), name)
    password_field = eventually("the password's field", lambda: reader.find("password text", "Password:"))
    type_into(password_field, password)


def usable(reader, role, name):
    found = reader.find(role, name)
    return found if found and found.get_state_set().contains(Atspi.StateType.SENSITIVE) else None
