# SPDX-License-Identifier: GPL-3.0-or-later
"""What is installed, built, and what machine this is."""
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]
BENCH = PROJECT / "tests" / "bench"
BUILD = PROJECT / "build" / "release"
WORK = PROJECT / "build" / "bench"

# name of the command or file that shows it is there → Debian's package
PACKAGES = {
    "/usr/sbin/nginx": "nginx",
    "/usr/lib/nginx/modules/ngx_nchan_module.so": "libnginx-mod-nchan",
    "/usr/bin/gunicorn": "gunicorn",
    "/usr/lib/python3/dist-packages/django": "python3-django",
    "/usr/lib/x86_64-linux-gnu/pkgconfig/sqlite3.pc": "libsqlite3-dev",
}


def say(text):
    print(text, file=sys.stderr, flush=True)


def install_packages(packages, more=()):
    """Those of Debian's packages whose file or command is not there, each named before it is installed."""
    missing = [package for path, package in packages.items() if not Path(path).exists()] + list(more)
    if missing:
        say(f"Installing from the system's packages: {' '.join(missing)}")
        root = [] if os.geteuid() == 0 else ["sudo"]
        # Runlevel 1: a package that brings a service does not start it.
        subprocess.run([*root, "env", "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1", "apt-get", "install", "-q", "-y",
                        "--no-install-recommends", *missing], check=True)


def install():
    """What the peers are: Debian's packages and one of npm's."""
    tools = (("nodejs", "node"), ("npm", "npm"))
    install_packages(PACKAGES, [tool for tool, command in tools if not shutil.which(command)])
    if not (BENCH / "peers" / "node_modules" / "better-sse").exists():
        say("Installing from npm, into tests/bench/peers: better-sse")
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=BENCH / "peers", check=True, stdout=sys.stderr)


def build(*targets):
    say("Building belfry and the benchmarks' own programs (release) …")
    targets = targets or ("belfry", "bench_load", "bench_bare", "bench_commit")
    subprocess.run(["cmake", "--preset", "release"], cwd=PROJECT, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["cmake", "--build", "--preset", "release", "--target", *targets], cwd=PROJECT, check=True,
                   stdout=sys.stderr)


def raise_open_files():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def _first_line(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return ((done.stdout or done.stderr).strip().splitlines() or [""])[0]
    except OSError:
        return "absent"


def describe():
    """What the figures were measured on: a dictionary of sentences' ends."""
    cpu = next((line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                if line.startswith("model name")), os.uname().machine)
    memory = int(Path("/proc/meminfo").read_text().split()[1]) / 1048576
    system = next((line.split("=", 1)[1].strip('"') for line in Path("/etc/os-release").read_text().splitlines()
                   if line.startswith("PRETTY_NAME=")), "")
    place = _first_line("findmnt", "-no", "FSTYPE,SOURCE", "-T", str(PROJECT))
    is_virtual = "hypervisor" in Path("/proc/cpuinfo").read_text()
    return {
        "machine": f"{os.cpu_count()} cores, {cpu}{' (virtual)' if is_virtual else ''}, {memory:.0f} GiB",
        "system": f"{system}, Linux {os.uname().release}",
        "disk": place,
        "open files": str(resource.getrlimit(resource.RLIMIT_NOFILE)[1]),
        "nginx": _first_line("/usr/sbin/nginx", "-v").replace("nginx version: ", ""),
        "node": _first_line("node", "--version"),
        "gunicorn": _first_line("gunicorn", "--version"),
        "commit": _first_line("git", "-C", str(PROJECT), "describe", "--always", "--dirty"),
        "load before": " ".join(Path("/proc/loadavg").read_text().split()[:3]),
    }
