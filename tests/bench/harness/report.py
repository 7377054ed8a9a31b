# SPDX-License-Identifier: GPL-3.0-or-later
"""From the rounds to the tables and the plots of docs/performance."""
import json
from statistics import median

import million
from machine import PROJECT
from plot import bars
from scenarios import SCENARIOS
from servers import NAMES

PAGES = PROJECT / "docs" / "performance"
BEGIN, END = "<!-- figures: written by tests/bench/run -->", "<!-- end of figures -->"


class Figures:
    """What was measured, round by round. `f(...)` is a median; None where nothing was measured."""

    def __init__(self, results):
        self.rounds = results.get("rounds", {})

    def of_rounds(self, scenario, figure):
        """`figure(value)` for each round, where `value(server, name, row)` is that round's; without those that lack
        one."""
        found = []
        for one in self.rounds.get(scenario, []):
            try:
                found.append(figure(lambda server, name, row="": one[row][server][name]))
            except (KeyError, ZeroDivisionError):
                pass
        return found

    def __call__(self, scenario, server, name, row=""):
        values = self.of_rounds(scenario, lambda value: value(server, name, row))
        return median(values) if values else None

    def ratios(self, scenario, name, own, other, own_row="", other_row=""):
        """One a round: what is compared was measured within minutes, whatever the machine did in between."""
        return self.of_rounds(scenario, lambda value: value(own, name, own_row) / value(other, name, other_row))

    def each(self):
        for scenario, rounds in self.rounds.items():
            for one in rounds:
                for row, servers in one.items():
                    for server, figures in servers.items():
                        yield scenario, row, server, figures


def quotient(a, b):
    return a / b if a is not None and b else None


def show(value, unit="", digits=2):
    if value is None:
        return "–"
    if abs(value) >= 1000:
        return f"{value:,.0f}{unit}"
    return f"{value:.{digits}f}{unit}"


def goals(results):
    """Rows of (what, goal, measured as text, whether it is reached or None, range of the rounds, further figures)."""
    f = Figures(results)
    rows = []

    def row(what, goal, values, limit, unit="", beside="", at_most=True, digits=2):
        """Of a figure a round its median; of a single figure that."""
        values = values if isinstance(values, list) else [] if values is None else [values]
        value = median(values) if values else None
        reached = None if value is None else (value <= limit if at_most else value >= limit)
        span = f"{show(min(values), '', digits)} to {show(max(values), '', digits)}" if len(values) > 1 else ""
        rows.append((what, goal, show(value, unit, digits), reached, span, beside))

    rate, p99 = "deliveries_per_cpu_s", "receive_p99_ms"
    for streams, times in (("10000", 1.35), ("1000", 1.55)):
        name = f"fanout-{streams}"
        own, nchan, bare = (f(name, server, rate) for server in ("belfry", "nchan", "bare"))
        what = f"fan-out to {int(streams):,}: deliveries per CPU-second, each message fsynced first"
        row(what, f"≥ {times} × nchan", f.ratios(name, rate, "belfry", "nchan"), times, " ×",
            f"{show(own)} against {show(nchan)}", False)
        row(what, "≥ 0.92 × bare", f.ratios(name, rate, "belfry", "bare"), 0.92, " ×", f"bare {show(bare)}", False)
    own, nchan = f("fanout-10000", "belfry", p99), f("fanout-10000", "nchan", p99)
    two = f("fanout-10000", "belfry2", p99)
    row("fan-out p99 at 10,000, same rate", "≤ 0.85 × nchan's",
        f.ratios("fanout-10000", p99, "belfry", "nchan"), 0.85, " ×",
        f"{show(own, ' ms', 1)} against {show(nchan, ' ms', 1)}")
    row("the same with two loops", "≤ 0.7 × nchan's", f.ratios("fanout-10000", p99, "belfry2", "nchan"), 0.7, " ×",
        show(two, " ms", 1))

    memory = "rss_per_stream"
    for what, own, other, limit, scenario in (
            ("resident memory per idle stream, plain", "belfry", "nchan", 1.2, "idle"),
            ("resident memory per idle stream, TLS", "belfry-tls", "nchan-tls", 17, "tls")):
        value, peer = (quotient(f(scenario, server, memory), 1024) for server in (own, other))
        row(what, f"≤ {limit} KB", value, limit, " KB", f"nchan {show(peer, ' KB', 1)}")

    own, bare, nchan = (f("idle", server, "cpu_percent") for server in ("belfry", "bare", "nchan"))
    row("idle: 10,000 streams, 30 s pings, over 60 s", "≤ 0.4 % of a core", own, 0.4, " %", f"nchan {show(nchan, ' %')}")
    row("the same", "≤ 1.5 × bare", f.ratios("idle", "cpu_percent", "belfry", "bare"), 1.5, " ×",
        f"bare {show(bare, ' %')}")

    own, plain, nchan = (f("tls", server, rate) for server in ("belfry-tls", "belfry", "nchan-tls"))
    row("TLS: deliveries per CPU-second to 5,000", "≥ 0.70 × own plain",
        f.ratios("tls", rate, "belfry-tls", "belfry"), 0.7, " ×", f"{show(own)} against {show(plain)}", False)
    row("the same", "≥ 1.2 × nchan with TLS", f.ratios("tls", rate, "belfry-tls", "nchan-tls"), 1.2, " ×",
        f"nchan {show(nchan)}", False)

    own, nchan = f("targeted", "belfry", rate), f("targeted", "nchan", rate)
    row("targeted, 10,000 people, 64 senders, durable and authenticated: deliveries per CPU-second",
        "≥ 0.6 × nchan (volatile, open)", f.ratios("targeted", rate, "belfry", "nchan"), 0.6, " ×",
        f"{show(own)} against {show(nchan)}", False)
    row("the same: trigger → receive p99", "≤ 25 ms", f("targeted", "belfry", p99), 25, " ms", digits=1)
    row("the same: trigger → 200 p99", "≤ 25 ms", f("targeted", "belfry", "answer_p99_ms"), 25, " ms", digits=1)
    row("the same: a second", "≥ 10,000", f("targeted", "belfry", "deliveries_per_s"), 10000, at_most=False)

    own, commit = f("one-sender", "belfry", "answer_p50_ms"), f("one-sender", "commit", "commit_p50_ms")
    above = None if own is None or commit is None else own - commit
    row("one sender: p50 trigger → 200, above a raw SQLite commit's", "≤ 0.5 ms", above, 0.5, " ms",
        f"{show(own, ' ms')} against {show(commit, ' ms')}")
    own, nchan = f("idle", "belfry", "accept_us"), f("idle", "nchan", "accept_us")
    row("CPU to accept, authenticate and start a stream", "≤ 2 × nchan's unauthenticated",
        f.ratios("idle", "accept_us", "belfry", "nchan"), 2, " ×",
        f"{show(own, ' µs', 1)} against {show(nchan, ' µs', 1)}")

    grown, own = (quotient(f("deaf", "belfry", "rss_grown_bytes", row), 1048576) for row in ("beside", "alone"))
    queue = quotient(f("deaf", "belfry", "deaf_queue_bytes", "beside"), 1024)
    row("a subscriber that never reads: what the server grew by, above what it grows by without one", "≤ 1 MiB",
        None if None in (grown, own) else grown - own, 1, " MiB",
        f"{show(grown)} against {show(own, ' MiB')}; {show(queue, ' KiB', 0)} more in the kernel")
    own, alone = f("deaf", "belfry", p99, "beside"), f("deaf", "belfry", p99, "alone")
    row("the same: p99 of the 1,000 others", "as without, within noise (± 15 %)",
        f.ratios("deaf", p99, "belfry", "belfry", "beside", "alone"), 1.15, " ×",
        f"{show(own, ' ms', 1)} against {show(alone, ' ms', 1)}")

    def growth(scenario, server, few, many):
        """Of the cost of a delivery, a round each: ×."""
        return f.ratios(scenario, rate, server, server, few, many)

    few, many = (quotient(1e6, f("scale-fanout", "belfry", rate, streams)) for streams in ("10000", "19000"))
    bare = growth("scale-fanout", "bare", "10000", "19000")
    row("a delivery at 19,000 streams against one at 10,000", "≤ 1.2 ×",
        growth("scale-fanout", "belfry", "10000", "19000"), 1.2, " ×",
        f"{show(few, ' µs')} → {show(many, ' µs')}; bare {show(median(bare) if bare else None, ' ×')}")
    grows = {server: growth("scale-targeted", server, "100", "18000") for server in ("belfry", "bare", "nchan")}
    row("a targeted message's cost from 100 to 18,000 streams: growth above the bare loop's", "≤ 10 points",
        [100 * (own - bare) for own, bare in zip(grows["belfry"], grows["bare"])], 10, "",
        "; ".join(f"{NAMES[server]} {show(100 * median(grow) - 100 if grow else None, ' %', 0)}"
                  for server, grow in grows.items()), digits=0)

    hour = f("idle", "belfry", "bytes_per_stream_hour")
    row("pings a stream and hour", "≤ 41 bytes each: 4,920", hour, 4920 * 1.05, " bytes")
    own_faults = sum(figures.get(name, 0) for _, _, server, figures in f.each() if server.startswith("belfry")
                     for name in ("lost", "doubled", "strayed", "ended"))
    delivered = sum(figures.get("arrived", 0) for _, _, server, figures in f.each() if server.startswith("belfry"))
    row("messages lost, doubled or misdirected by Belfry, in all runs", "0", own_faults, 0, "",
        f"of {delivered:,.0f} deliveries", digits=0)
    return rows


def goals_table(results):
    lines = ["| what | goal | measured | | the rounds | medians |", "|---|---|---|---|---|---|"]
    for what, goal, value, reached, span, beside in goals(results):
        lines.append(f"| {what} | {goal} | **{value}** | {'–' if reached is None else '✓' if reached else '✗'} | "
                     f"{span} | {beside} |")
    return "\n".join(lines)


def full_tables(results):
    """Every server's figures, scenario by scenario."""
    f = Figures(results)
    columns = {"deliveries_per_cpu_s": ("deliveries per CPU-s", 0), "deliveries_per_s": ("deliveries/s", 0),
               "cpu_percent": ("CPU %", 2), "receive_p50_ms": ("receive p50 ms", 2), "receive_p99_ms": ("p99 ms", 2),
               "answer_p50_ms": ("answer p50 ms", 2), "answer_p99_ms": ("p99 ms", 2), "accept_us": ("accept µs", 1),
               "rss_per_stream": ("RSS/stream bytes", 0), "bytes_per_delivery": ("bytes/delivery", 0),
               "generator_cpu_percent": ("generator CPU %", 0), "lost": ("lost", 0), "doubled": ("doubled", 0)}
    text = []
    for name, rounds in f.rounds.items():
        text.append(f"### {SCENARIOS[name].title}\n")
        text.append("| server | " + " | ".join(title for title, _ in columns.values()) + " |")
        text.append("|---|" + "---|" * len(columns))
        for row in rounds[0] if rounds else []:
            for server in rounds[0][row]:
                title = NAMES.get(server, "raw SQLite commit") + (f" · {row}" if row else "")
                if server == "commit":
                    text.append(f"| {title} | " + " | ".join(
                        show(f(name, server, "commit_" + column[7:], row)) if column.startswith("answer") else "–"
                        for column in columns) + " |")
                    continue
                text.append(f"| {title} | " + " | ".join(
                    show(f(name, server, column, row), "", digits) for column, (_, digits) in columns.items()) + " |")
        text.append("")
    return "\n".join(text)


def surroundings(results):
    rounds = sorted({len(each) for each in results["rounds"].values() if each})
    lines = [f"Measured {results['date']}, medians of {' to '.join(map(str, dict.fromkeys((rounds[0], rounds[-1]))))} "
             "interleaved rounds, server on one core, generator on the other, on:", ""]
    return "\n".join(lines + [f"- {name}: {value}" for name, value in results["machine"].items()])


def put_between(path, text):
    page = path.read_text()
    head, rest = page.split(BEGIN, 1)
    path.write_text(head + BEGIN + "\n" + text + "\n" + END + rest.split(END, 1)[1])


def write_pages(results):
    f = Figures(results)
    PAGES.mkdir(parents=True, exist_ok=True)
    (PAGES / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    put_between(PAGES / "README.md", "\n" + surroundings(results) + "\n\n" + goals_table(results) + "\n")
    put_between(PAGES / "figures.md", "\n" + surroundings(results) + "\n\n" + full_tables(results))
    put_between(PAGES / "million.md", "\n" + million.table(f) + "\n")

    servers = ["belfry", "bare-batches", "bare", "nchan", "node", "better-sse", "django"]
    groups = [(title, [(NAMES[server], f(name, server, "deliveries_per_cpu_s")) for server in servers])
              for title, name in (("fan-out to 10,000", "fanout-10000"), ("fan-out to 1,000", "fanout-1000"),
                                  ("one person at a time", "targeted"))]
    bars(PAGES / "deliveries.svg", "Deliveries per CPU-second (more is better)", groups)
    groups = [("fan-out to 10,000, p99 ms", [(NAMES[server], f("fanout-10000", server, "receive_p99_ms"))
                                             for server in ["belfry", "belfry2", "bare-batches", "bare", "nchan", "node",
                                                            "better-sse"]]),
              ("memory per idle stream, bytes", [(NAMES[server], f("idle", server, "rss_per_stream"))
                                                 for server in servers]),
              ("idle CPU, 10,000 streams, ‰ of a core",
               [(NAMES[server], None if (value := f("idle", server, "cpu_percent")) is None else 10 * value)
                for server in servers])]
    bars(PAGES / "costs.svg", "Latency, memory, idle (less is better)", groups)
