# SPDX-License-Identifier: GPL-3.0-or-later
"""What is measured: one entry a row of docs/performance, each side by side with its peers."""
import contextlib
import json
import subprocess
import time

from machine import BUILD, WORK, say
from servers import NAMES, Server

GENERATOR_CORE = "1"


class Scenario:
    """Servers that take turns at the same load; `loads` are further variants: name of the row → arguments."""

    def __init__(self, title, servers, loads, quick):
        self.title, self.servers, self.loads, self.quick = title, servers, loads, quick


SCENARIOS = {
    "fanout-10000": Scenario(
        "Fan-out to 10,000 streams, 5 messages a second",
        ["belfry", "nchan", "bare", "bare-batches", "belfry2", "node", "better-sse"],
        {"": "scenario=fanout streams=10000 senders=2 rate=5 seconds=4"}, {"seconds": 2}),
    "fanout-1000": Scenario(
        "Fan-out to 1,000 streams, 50 messages a second (Django: 2)",
        ["belfry", "nchan", "bare", "bare-batches", "node", "better-sse", "django"],
        {"": "scenario=fanout streams=1000 senders=2 rate=50 seconds=4"}, {"seconds": 2}),
    "tls": Scenario(
        "Fan-out to 5,000 streams over TLS, 8 messages a second",
        ["belfry-tls", "belfry", "nchan-tls"],
        {"": "scenario=fanout streams=5000 senders=2 rate=8 seconds=4"}, {"seconds": 2}),
    "targeted": Scenario(
        "One person at a time, 10,000 people, 64 senders",
        ["belfry", "nchan", "bare", "node"],
        {"": "scenario=targeted streams=10000 senders=64 seconds=4"}, {"seconds": 2}),
    "one-sender": Scenario(
        "One sender, one person at a time, 1,000 people",
        ["belfry", "commit", "nchan"],
        {"": "scenario=targeted streams=1000 senders=1 seconds=2.5"}, {"seconds": 1}),
    "deaf": Scenario(
        "1,000 readers of 8 KB messages, 40 a second, and one that never reads",
        ["belfry"],
        {"alone": "scenario=fanout streams=1000 senders=2 rate=40 bytes=8000 seconds=6",
         "beside": "scenario=fanout streams=1000 senders=2 rate=40 bytes=8000 seconds=6 deaf=1"}, {"seconds": 5}),
    "scale-fanout": Scenario(
        "Fan-out as streams grow, the same deliveries a second",
        ["belfry", "bare"],
        {"10000": "scenario=fanout streams=10000 senders=2 rate=5 seconds=4",
         "19000": "scenario=fanout streams=19000 senders=2 rate=2.5 seconds=4"}, {"seconds": 2}),
    "scale-targeted": Scenario(
        "One person at a time as streams grow, 64 senders",
        ["belfry", "bare", "nchan"],
        {"100": "scenario=targeted streams=100 senders=64 seconds=3",
         "18000": "scenario=targeted streams=18000 senders=64 seconds=3"}, {"seconds": 2}),
    "idle": Scenario(
        "10,000 idle streams, a ping each 30 s, all servers at once",
        ["belfry", "nchan", "bare", "node", "better-sse"],
        {"": "scenario=idle streams=10000 senders=1 seconds=60"}, {"seconds": 15}),
}


def generator(server, load, **more):
    """Runs the load against a server; its figures, with `fine` false where anything was lost or doubled."""
    arguments = dict(item.split("=", 1) for item in load.split())
    arguments.update({name: str(value) for name, value in more.items()})
    if server.family == "django":
        arguments["rate"] = "2"
    command = ["taskset", "-c", GENERATOR_CORE, str(BUILD / "tests" / "bench" / "bench_load"), *server.arguments]
    if server.family == "belfry":
        # Accounts are known before anything is measured; the tokens of the measured part are others and seen first then.
        people = {name: value for name, value in arguments.items() if name in ("streams", "senders", "deaf")}
        subprocess.run([*command, "tls=0", "scenario=people", *map("=".join, people.items())], check=True)
    return subprocess.Popen([*command, "serial=measured", *map("=".join, arguments.items())], stdout=subprocess.PIPE,
                            text=True)


def figures_of(process):
    out = process.communicate()[0]
    try:
        figures = json.loads(out)
    except json.JSONDecodeError:
        figures = {}
    figures["fine"] = process.returncode == 0
    return figures


def raw_commit(load, **more):
    arguments = dict(item.split("=", 1) for item in load.split()) | {name: str(value) for name, value in more.items()}
    place = WORK / "run" / "raw"
    place.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(["taskset", "-c", "0", BUILD / "tests" / "bench" / "bench_commit", place,
                           arguments["seconds"]], capture_output=True, text=True, check=True)
    for file in place.iterdir():
        file.unlink()
    return json.loads(done.stdout) | {"fine": True}


def run_one(kind, load, **more):
    if kind == "commit":
        return raw_commit(load, **more)
    with Server(kind) as server:
        return figures_of(generator(server, load, **more))


def run_together(kinds, load, **more):
    """All servers at once: what they do is so little that it does not disturb, and a minute is long."""
    with contextlib.ExitStack() as stack:
        running = []
        for place, kind in enumerate(kinds):
            server = stack.enter_context(Server(kind))
            # Everybody's minute begins when the last one's streams are open.
            running.append((kind, generator(server, load, warmup=4 + 3 * (len(kinds) - place), **more)))
            time.sleep(3)
        return {kind: figures_of(process) for kind, process in running}


def run(name, is_quick):
    """One round of a scenario: {row: {server: figures}}."""
    scenario = SCENARIOS[name]
    more = scenario.quick if is_quick else {}
    rows = {}
    for row, load in scenario.loads.items():
        if name == "idle":
            rows[row] = run_together(scenario.servers, load, **more)
            continue
        rows[row] = {}
        for kind in scenario.servers:
            say(f"  {name} {row} · {NAMES.get(kind, 'raw SQLite commit')}")
            rows[row][kind] = run_one(kind, load, **more)
            if not rows[row][kind]["fine"]:
                say(f"    not everything was right: {rows[row][kind]}")
    return rows
