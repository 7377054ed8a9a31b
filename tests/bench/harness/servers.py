# SPDX-License-Identifier: GPL-3.0-or-later
"""Belfry and its peers: each started afresh in a directory of its own, on the cores it is given, and stopped."""
import os
import secrets
import shutil
import socket
import subprocess
import time

from machine import BENCH, BUILD, WORK, raise_open_files

CERTIFICATE = WORK / "certificate.pem"
KEY = WORK / "key.pem"

NAMES = {
    "belfry": "Belfry",
    "belfry2": "Belfry, 2 loops",
    "belfry-tls": "Belfry, TLS",
    "nchan": "nginx + nchan",
    "nchan-tls": "nginx + nchan, TLS",
    "bare": "bare epoll loop",
    "bare-batches": "bare epoll loop, io_uring",
    "node": "Node, plain http",
    "better-sse": "Node, better-sse",
    "django": "Django + gunicorn",
}


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def make_certificate():
    """ECDSA P-256 for every server alike."""
    if not CERTIFICATE.exists():
        WORK.mkdir(parents=True, exist_ok=True)
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-keyout", KEY, "-out", CERTIFICATE, "-days", "30", "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"], check=True, capture_output=True)
        KEY.chmod(0o600)


class Server:
    """`with Server("nchan") as server`: up and listening; server.arguments tell the generator of it."""

    def __init__(self, kind):
        self.kind = kind
        self.family = kind.removesuffix("-tls").removesuffix("-batches").rstrip("2")
        self.is_tls = kind.endswith("-tls")
        # One core for the server, the other for the generator; two loops share both with it.
        self.cores = "0,1" if kind == "belfry2" else "0"
        self.port = free_port()
        self.directory = WORK / "run" / f"{kind}-{self.port}"
        self.key = self.directory / "jwt.key"

    def __enter__(self):
        shutil.rmtree(self.directory, ignore_errors=True)
        self.directory.mkdir(parents=True)
        if self.is_tls:
            make_certificate()
        self.log = open(self.directory / "log", "wb")
        environment = dict(os.environ, DJANGO_SETTINGS_MODULE="")
        self.process = subprocess.Popen(["taskset", "-c", self.cores, *self._command()], cwd=self.directory,
                                        stdout=self.log, stderr=self.log, env=environment,
                                        preexec_fn=raise_open_files)
        deadline = time.monotonic() + 20
        while not self._answers():
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise RuntimeError(f"{self.kind} does not come up:\n" + (self.directory / "log").read_text())
            time.sleep(0.05)
        time.sleep(0.3)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(8)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()
        shutil.rmtree(self.directory, ignore_errors=True)

    @property
    def arguments(self):
        dialect = self.family if self.family in ("belfry", "nchan") else "plain"
        return [f"port={self.port}", f"process={self.process.pid}", f"dialect={dialect}", f"tls={int(self.is_tls)}",
                f"key={self.key}"]

    def _answers(self):
        with socket.socket() as one:
            return one.connect_ex(("127.0.0.1", self.port)) == 0

    def _command(self):
        port, peers = str(self.port), BENCH / "peers"
        if self.family == "belfry":
            self.key.write_text(secrets.token_hex(32))
            self.key.chmod(0o600)
            loops = "2" if self.kind == "belfry2" else "1"
            command = [BUILD / "bin" / "belfry", "serve", "--listen", f"127.0.0.1:{port}", "--data",
                       self.directory / "data", "--jwt-key", self.key, "--jwt-alg", "HS256", "--loops", loops,
                       "--log-level", "warn"]
            return command + (["--tls-cert", CERTIFICATE, "--tls-key", KEY] if self.is_tls else [])
        if self.family == "nchan":
            text = (peers / "nchan.conf.in").read_text()
            files = raise_open_files()
            for name, value in {
                "PORT": port, "DIR": str(self.directory), "FILES": str(files), "CONNECTIONS": str(files - 50),
                "TLS": "ssl" if self.is_tls else "",
                "CERTIFICATE": f"ssl_certificate {CERTIFICATE}; ssl_certificate_key {KEY}; ssl_protocols TLSv1.2 "
                               "TLSv1.3; ssl_session_tickets off; ssl_session_cache off;" if self.is_tls else "",
            }.items():
                text = text.replace(f"@{name}@", value)
            (self.directory / "nginx.conf").write_text(text)
            return ["/usr/sbin/nginx", "-p", self.directory, "-c", self.directory / "nginx.conf"]
        if self.family == "bare":
            batches = ["batches"] if self.kind == "bare-batches" else []
            return [BUILD / "tests" / "bench" / "bench_bare", port, *batches]
        if self.family == "node":
            return ["node", peers / "node_plain.js", port]
        if self.family == "better-sse":
            return ["node", peers / "node_better_sse.mjs", port]
        if self.family == "django":
            return ["gunicorn", "--worker-class", "gthread", "--workers", "1", "--threads", "1100",
                    "--worker-connections", "2000", "--backlog", "2048", "--bind", f"127.0.0.1:{port}",
                    "--chdir", peers, "--worker-tmp-dir", self.directory, "django_queues:application"]
        raise ValueError(self.kind)
