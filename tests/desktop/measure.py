#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures the desktop from outside. Runs inside tests/desktop/session; see tests/desktop/measure."""

import http.client
import json
import os
import statistics
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

from desk import programs
from desk.bus import eventually
from desk.popups import Popups
from desk.programs import Desktop

TRIGGERS, STARTS, IDLE_SECONDS = 200, 5, 30
SPACING = 0.45  # more than 5 within 2 s are summarised, and not what is measured


def quantile(values, part):
    return sorted(values)[min(len(values) - 1, int(part * len(values)))]


def say(what, value):
    print(f"{what:<58}{value:>14}", flush=True)


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
        say(f"{name}, p50 of {TRIGGERS}", f"{statistics.median(values):.1f} ms")
        say(f"{name}, p99", f"{quantile(values, 0.99):.1f} ms")


def starts(own):
    first, again, connected = [], [], []
    for number in range(STARTS):
        for times in (first, again):
            desktop = Desktop(own / f"start-{number}", "--hidden")
            desktop.tray()
            times.append((time.monotonic() - desktop.started_at) * 1000)
            desktop.wait_until_connected()
            connected.append((time.monotonic() - desktop.started_at) * 1000)
            desktop.stop()
            desktop.kill()
    say(f"first start to tray icon (new data), median of {STARTS}", f"{statistics.median(first):.0f} ms")
    say(f"later start to tray icon, median of {STARTS}", f"{statistics.median(again):.0f} ms")
    say(f"start to connected, median of {2 * STARTS}", f"{statistics.median(connected):.0f} ms")


def processor_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def idle(desktop, what):
    sizes = dict(
        line.split()[:2] for line in Path(f"/proc/{desktop.pid}/smaps_rollup").read_text().splitlines()[1:]
    )
    say(f"resident memory (RSS), {what}", f"{int(sizes['Rss:']) / 1024:.0f} MiB")
    say(f"its own share (PSS), {what}", f"{int(sizes['Pss:']) / 1024:.0f} MiB")
    before, since = processor_seconds(desktop.pid), time.monotonic()
    eventually("the idle time", lambda: time.monotonic() - since > IDLE_SECONDS, IDLE_SECONDS + 5)
    share = (processor_seconds(desktop.pid) - before) / (time.monotonic() - since) * 100
    say(f"processor over {IDLE_SECONDS} s, {what}", f"{share:.2f} %")


def main():
    popups = Popups()
    with tempfile.TemporaryDirectory(prefix="belfry-measure.") as own:
        own = Path(own)
        starts(own)
        desktop = Desktop(own / "measured", "--hidden")
        try:
            desktop.wait_until_connected()
            idle(desktop, "in the tray, server inside")
            latency(desktop, popups)
        finally:
            desktop.kill()


if __name__ == "__main__":
    main()
