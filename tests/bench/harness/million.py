# SPDX-License-Identifier: GPL-3.0-or-later
"""What 1,000,000 streams take, worked out from one run's costs (docs/performance/million.md)."""

STREAMS = 1_000_000
PING_SECONDS = 30
PACKET = 66            # Ethernet, IPv4 and TCP with timestamps around a segment; an acknowledgement is one too
KERNEL_BYTES = 3900    # of an idle connection: socket, file and epoll entries (measured by slab counts)
MESSAGE = 220          # bytes of an event on the wire
OPEN_FILES = 1_048_576 # of the systemd unit; less what is kept for the rest
CORES = 8              # of the machine that is planned


def plan(f):
    """Rows of (what, how it is worked out, plain, TLS); `f` is report.Figures. Nothing where a figure is missing."""
    streams = 10_000
    rss, rss_tls = f("idle", "belfry", "rss_per_stream"), f("tls", "belfry-tls", "rss_per_stream")
    idle = f("idle", "belfry", "cpu_percent")
    rate = f("scale-fanout", "belfry", "deliveries_per_cpu_s", "19000")
    plain, tls = f("tls", "belfry", "deliveries_per_cpu_s"), f("tls", "belfry-tls", "deliveries_per_cpu_s")
    accept, accept_tls = f("idle", "belfry", "accept_us"), f("tls", "belfry-tls", "accept_us")
    targeted = f("targeted", "belfry", "deliveries_per_cpu_s")
    if None in (rss, rss_tls, idle, rate, plain, tls, accept, accept_tls, targeted):
        return []

    def gigabytes(own):
        return f"{STREAMS * (own + KERNEL_BYTES) / 1e9:.1f} GB"

    slower = plain / tls
    fan_out, fan_out_tls = STREAMS / rate, STREAMS / rate * slower
    idle_cores = idle / 100 * STREAMS / streams
    pings = STREAMS / PING_SECONDS
    ping_bits = pings * (41 + 2 * PACKET) * 8 / 1e6
    burst = STREAMS * (MESSAGE + 2 * PACKET) * 8 / 1e9
    return [
        ("memory", f"{rss:,.0f} or {rss_tls:,.0f} bytes a stream, and {KERNEL_BYTES:,} in the kernel",
         gigabytes(rss), gigabytes(rss_tls)),
        ("idle: pings", f"{pings:,.0f} a second", f"{idle_cores:.2f} cores", f"{idle_cores * slower:.2f} cores"),
        ("idle: network", "a ping, and its acknowledgement", f"{ping_bits:.0f} Mbit/s", f"{ping_bits * 1.1:.0f} Mbit/s"),
        ("one message to everybody", f"{1e6 / rate:.1f} or {1e6 / rate * slower:.1f} µs a delivery",
         f"{fan_out:.1f} CPU-s: {fan_out / (CORES - 1):.1f} s on {CORES} cores",
         f"{fan_out_tls:.1f} CPU-s: {fan_out_tls / (CORES - 1):.1f} s"),
        ("the same: network", f"{MESSAGE} bytes, a segment, its acknowledgement",
         f"{burst:.1f} Gbit: {max(burst / 10, fan_out / (CORES - 1)):.1f} s at 10 Gbit/s",
         f"{burst * 1.1:.1f} Gbit"),
        ("everybody comes back at once", f"{accept:.0f} or {accept_tls:.0f} µs to accept, authenticate and start",
         f"{STREAMS * accept / 1e6:.0f} CPU-s: {STREAMS * accept / 1e6 / (CORES - 1):.0f} s",
         f"{STREAMS * accept_tls / 1e6:.0f} CPU-s: {STREAMS * accept_tls / 1e6 / (CORES - 1):.0f} s"),
        ("messages to one person each", f"{1e6 / targeted:.0f} µs each, committed and authenticated",
         f"{targeted:,.0f} a CPU-second", "about the same"),
        ("descriptors", f"one a stream; {OPEN_FILES:,} a process", "1 process", "1 process"),
    ]


def table(f):
    lines = ["| what | worked out from | plain | TLS |", "|---|---|---|---|"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in plan(f)])
