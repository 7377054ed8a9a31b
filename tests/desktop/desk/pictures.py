# SPDX-License-Identifier: GPL-3.0-or-later
"""Screenshots, into the directory that the test runs in."""

import os
import subprocess


def window_of(pid, title):
    """The X window of a process under a title; None where there is none to be seen."""
    run = subprocess.run(
        ["xdotool", "search", "--onlyvisible", "--all", "--pid", str(pid), "--name", title],
        capture_output=True,
        text=True,
        timeout=10,
    )
    return run.stdout.split()[0] if run.stdout.split() else None


def states_of(pid, title):
    """What the window manager says of a process's windows under a title: Normal, Iconic; nothing of hidden ones."""
    run = subprocess.run(
        ["xdotool", "search", "--all", "--pid", str(pid), "--name", title], capture_output=True, text=True, timeout=10
    )
    states = set()
    for window in run.stdout.split():
        told = subprocess.run(["xprop", "-id", window, "WM_STATE"], capture_output=True, text=True, timeout=10).stdout
        states.update(word for word in ("Normal", "Iconic") if f"window state: {word}" in told)
    return states


def save(name, window="root", least_bytes=1000):
    """Few colours and no dates inside, so that it stays small; returns the path."""
    path = os.path.abspath(f"{name}.png")
    subprocess.run(["import", "-silent", "-window", window, "-strip", "-colors", "255", f"PNG8:{path}"], check=True, timeout=30)
    assert os.path.getsize(path) > least_bytes, f"an empty picture: {path}"
    return path


def differ(one, other):
    """Whether two pictures of one size look different."""
    run = subprocess.run(["compare", "-metric", "AE", one, other, "null:"], capture_output=True, text=True, timeout=20)
    return run.returncode == 1
