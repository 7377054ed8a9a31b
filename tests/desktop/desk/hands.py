# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person does in a window: keys and clicks by the X server, controls by their names."""

import subprocess

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402

from desk import pictures  # noqa: E402
from desk.bus import eventually  # noqa: E402
from desk.reader import states  # noqa: E402


def keys(desktop, title, *names):
    """Presses keys in the window under that title, which comes to the front first."""
    window = eventually(f"the window {title}", lambda: pictures.window_of(desktop.pid, title))
    subprocess.run(["xdotool", "windowactivate", "--sync", window], check=True, timeout=10)
    for name in names:
        subprocess.run(["xdotool", "key", "--clearmodifiers", name], check=True, timeout=10)


def write(text):
    """Typed on the keyboard into whatever has the focus."""
    subprocess.run(["xdotool", "type", "--clearmodifiers", text], check=True, timeout=20)


def press(control):
    """As a click: what a screen reader's person does with a button, a box or a menu entry."""
    Atspi.Action.do_action(control, 0)


def type_into(control, text):
    Atspi.EditableText.set_text_contents(control, text)


def focused_name(reader):
    """What the keyboard is in, as it is read out; None where no window of the program is active."""
    for control in reader.everything_active():
        # What has others inside passes the focus on; a list's current row says that it is focused always.
        if control.get_role_name() in ("frame", "dialog", "panel", "alert", "list item"):
            continue
        if states(control).contains(Atspi.StateType.FOCUSED):
            return f"{control.get_role_name()} “{control.get_name()}”"
    return None


def click(control):
    """With the pointer, in its middle."""
    place = Atspi.Component.get_extents(control, Atspi.CoordType.SCREEN)
    middle = [str(place.x + place.width // 2), str(place.y + place.height // 2)]
    subprocess.run(["xdotool", "mousemove", *middle, "click", "1"], check=True, timeout=10)


def tab_order(desktop, title):
    """What Tab leads to, from where the focus is until it comes round."""
    found = []
    while len(found) < 40:
        before = focused_name(desktop.reader)
        keys(desktop, title, "Tab")
        found.append(eventually(f"another place than {before}", lambda: (now := focused_name(desktop.reader)) != before and now))
        if len(found) > 1 and found[-1] == found[0]:
            return found[:-1]
    raise AssertionError(f"Tab never comes round: {found}")


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
    """Of the settings."""
    reader = desktop.reader
    click(reader.wait_for("list item", name))

    def is_chosen():
        item = reader.find("list item", name)
        return item and states(item).contains(Atspi.StateType.SELECTED)

    eventually(f"the page {name}", is_chosen)


def fill_sign_in(reader, address, name, password):
    type_into(reader.wait_for("text", "Server address:"), address)
    type_into(reader.wait_for("text", "Name:"), name)
    password_field = eventually("the password's field", lambda: reader.find("password text", "Password:"))
    type_into(password_field, password)


def usable(reader, role, name):
    found = reader.find(role, name)
    return found if found and found.get_state_set().contains(Atspi.StateType.SENSITIVE) else None
