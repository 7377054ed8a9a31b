#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures the desktop from outside, the parts that BELFRY_TEST_PARTS names, and writes their figures as JSON into
BELFRY_TEST_FIGURES: a part → [what, measured, goal or "", reached or null]. See tests/desktop/measure."""

import http.client
import json
import os
import statistics
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

from desk import hands, programs
from desk.bus import eventually
from desk.popups import Popups
from desk.programs import Desktop, Server

IS_QUICK = os.environ.get("BELFRY_TEST_QUICK") == "1"
TRIGGERS, STARTS, IDLE_SECONDS = (10, 2, 5) if IS_QUICK else (200, 9, 60)
SPACING = 0.45  # more than 5 within 2 s are summarised, and not what is measured
SETTLING = 5  # seconds, after which a start's own work is over

figures = []


def quantile(values, part):
    return sorted(values)[min(len(values) - 1, int(part * len(values)))]


def say(what, value, unit, digits=0, at_most=None):
    """One figure; `at_most` is its goal, where it has one."""
    measured, goal = f"{value:.{digits}f} {unit}", "" if at_most is None else f"≤ {at_most} {unit}"
    figures.append([what, measured, goal, None if at_most is None else value <= at_most])
    print(f"{what:<66}{measured:>12}{goal:>14}", flush=True)


def post(connection, token, body, sent):
    sent.append(time.monotonic())
    connection.request(
        "POST",
        "/api/notifications/trigger/",
        json.dumps(body),
        {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    answer = connection.getresponse()
    answer.read()
    sent.append(time.monotonic())
    assert answer.status == 200, answer.status


def latency(desktop, popups):
    """From just before the request is written to the Notify call on the bus, and to the 200."""
    owner = programs.owner(desktop)
    token = programs.token_of(desktop, owner["name"])
    connection = http.client.HTTPConnection(urlsplit(desktop.address()).netloc, timeout=10)
    to_popup, to_answer = [], []
    for number in range(TRIGGERS + 5):
        title, sent = f"Measured {number}", []
        body = {"user_id": owner["id"], "title": title, "message": "How fast?"}
        script = threading.Thread(target=post, args=(connection, token, body, sent))
        begun = time.monotonic()
        script.start()
        popup = eventually(title, lambda: next(iter(popups.titled(title)), None))
        script.join()
        if number >= 5:  # the first warm up
            to_popup.append((popup.seen_at - sent[0]) * 1000)
            to_answer.append((sent[1] - sent[0]) * 1000)
        eventually("shown", lambda: popup.number)
        popups.close_all()
        eventually("the next one", lambda: time.monotonic() - begun > SPACING)
    for name, values in (("trigger to popup (Notify on the bus)", to_popup), ("trigger to 200", to_answer)):
        say(f"{name}, p50 of {TRIGGERS}", statistics.median(values), "ms", 1)
        say(f"{name}, p99", quantile(values, 0.99), "ms", 1)


def starts(own):
    """The first of all warms the disk's cache, and is not counted."""
    first, again, connected = [], [], []
    for number in range(STARTS + 1):
        for times in (first, again):
            desktop = Desktop(own / f"start-{number}", "--hidden")
            desktop.tray()
            times.append((time.monotonic() - desktop.started_at) * 1000)
            desktop.wait_until_connected()
            connected.append((time.monotonic() - desktop.started_at) * 1000)
            desktop.stop()
            desktop.kill()
    first, again, connected = first[1:], again[1:], connected[2:]
    say(f"start to tray icon, warm, median of {STARTS}", statistics.median(again), "ms", at_most=300)
    say("the slowest of them", max(again), "ms")
    say(f"first start of a person (new data) to tray icon, median of {STARTS}", statistics.median(first), "ms")
    say(f"start to connected, median of {2 * STARTS}", statistics.median(connected), "ms")


def processor_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def idle(desktop, what):
    """Of the whole process: the server too, where it is inside."""
    since = time.monotonic()
    eventually("the start's own work", lambda: time.monotonic() - since > SETTLING, SETTLING + 5)
    before, since = processor_seconds(desktop.pid), time.monotonic()
    eventually("the idle time", lambda: time.monotonic() - since > IDLE_SECONDS, IDLE_SECONDS + 5)
    share = (processor_seconds(desktop.pid) - before) / (time.monotonic() - since) * 100
    say(f"processor over {IDLE_SECONDS} s, of a core, {what}", share, "%", 3, at_most=0.1)
    sizes = dict(
        line.split()[:2] for line in Path(f"/proc/{desktop.pid}/smaps_rollup").read_text().splitlines()[1:]
    )
    say(f"resident memory (RSS), {what}", int(sizes["Rss:"]) / 1024, "MiB")
    say(f"its own share (PSS), {what}", int(sizes["Pss:"]) / 1024, "MiB")


def with_its_own_server(own, what):
    desktop = Desktop(own / "measured", "--hidden")
    try:
        desktop.wait_until_connected()
        what(desktop)
    finally:
        desktop.kill()


def after_messages(desktop):
    latency(desktop, Popups())
    idle(desktop, f"the same after {TRIGGERS} messages")


def at_an_office(own):
    """Signed in by hand, the local server off; then started again, as on any morning."""
    office = Server(own / "office").start()
    office.add_person("ann", "receiver")
    desktop = Desktop(own / "at-office", "--hidden")
    try:
        tray = desktop.wait_until_connected()
        hands.sign_in(desktop, tray, office.address, "ann", "a long enough one")
        eventually("connected", lambda: "connected to" in tray.tooltip())
        tray.choose("Local server", "Turn off…")
        eventually("the local server off", lambda: not is_hosting(tray))
        desktop.stop()
        desktop.kill()
        desktop = Desktop(own / "at-office", "--hidden")
        desktop.wait_until_connected()
        idle(desktop, "in the tray, connected to another server")
    finally:
        desktop.kill()
        office.end()


def is_hosting(tray):
    local = next(entry for entry in tray.menu() if entry and entry.label == "Local server")
    return local.children[0].label == "Turn off…"


PARTS = {
    "starts": starts,
    "office": at_an_office,
    "own": lambda own: with_its_own_server(own, lambda desktop: idle(desktop, "in the tray, its own server inside")),
    "latency": lambda own: with_its_own_server(own, after_messages),
}


def main():
    parts = {}
    for part in os.environ["BELFRY_TEST_PARTS"].split():
        with tempfile.TemporaryDirectory(prefix="belfry-measure.") as own:
            figures.clear()
            PARTS[part](Path(own))
            parts[part] = list(figures)
    Path(os.environ["BELFRY_TEST_FIGURES"]).write_text(json.dumps(parts))


if __name__ == "__main__":
    main()
