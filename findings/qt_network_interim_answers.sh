#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Qt 6.4.2 (Debian 12: 6.4.2+dfsg-10), QNetworkAccessManager, HTTP/1.1: of the interim answers (RFC 9110 §15.2) only 100
# is passed over. 102 Processing and 103 Early Hints are taken for the answer: finished() comes with that status, without
# an error and without a byte of body, and the real answer behind it is never seen. RFC 9110 lets a server send any
# number of them before the final one; one would guess that all of 1xx are passed over alike.
#
# Seen (what the request ends with, where the final answer is 200 and "text"):
#   none first: 200, 4 bytes, NoError
#   100 first: 200, 4 bytes, NoError
#   102 first: 102, 0 bytes, NoError
#   103 first: 103, 0 bytes, NoError
# What Belfry does: a stream that "ends" with 1xx is tried again, as any end is, rather than given up for good
# (client/stream_attempt.cpp). A server that sends one before each answer gives no stream.
#
# Runs without Belfry; needs apt-get, dpkg and Debian 12's python3. Fails where any of it has changed.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q libqt6core6=6.4.2+dfsg-10 libqt6network6=6.4.2+dfsg-10 libqt6dbus6=6.4.2+dfsg-10 \
    python3-pyqt6=6.4.2-1 python3-pyqt6.sip=13.4.1-1 \
    libb2-1 libdouble-conversion3 libicu72 libpcre2-16-0 libproxy1v5 libbrotli1 libglib2.0-0 libgomp1 libmd4c0 \
    libgssapi-krb5-2 libkrb5-3 libk5crypto3 libkrb5support0 libkeyutils1 libcom-err2 libdbus-1-3 >/dev/null 2>&1 ||
    { echo "Qt 6.4.2 is not to be had here" >&2; exit 1; }
for package in *.deb; do dpkg -x "$package" unpacked; done
libraries=$work/unpacked/usr/lib/$(uname -m)-linux-gnu:$work/unpacked/lib/$(uname -m)-linux-gnu
cat >ask.py <<'PYTHON'
import socket, threading
from PyQt6.QtCore import QCoreApplication, QTimer, QUrl
from PyQt6.QtNetwork import QNetworkAccessManager, QNetworkReply, QNetworkRequest

interim = {"none": b"", "100": b"HTTP/1.1 100 Continue\r\n\r\n", "102": b"HTTP/1.1 102 Processing\r\n\r\n",
           "103": b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n"}
final = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 4\r\nConnection: close\r\n\r\ntext"


def answer_once(listener, first):
    connection, _ = listener.accept()
    asked = b""
    while b"\r\n\r\n" not in asked:
        asked += connection.recv(4096)
    connection.sendall(first + final)
    connection.close()


app = QCoreApplication([])
manager = QNetworkAccessManager()
QTimer.singleShot(20000, lambda: app.exit(1))
for name, first in interim.items():
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=answer_once, args=(listener, first), daemon=True).start()
    reply = manager.get(QNetworkRequest(QUrl(f"http://127.0.0.1:{listener.getsockname()[1]}/")))
    reply.finished.connect(lambda: app.exit(0))
    if app.exec() != 0:
        raise SystemExit("no end in time")
    status = reply.attribute(QNetworkRequest.Attribute.HttpStatusCodeAttribute)
    print(f"{name} first: {status}, {len(bytes(reply.readAll()))} bytes, {reply.error().name}")
PYTHON
LD_LIBRARY_PATH=$libraries PYTHONPATH=$work/unpacked/usr/lib/python3/dist-packages \
    /usr/bin/python3 ask.py | tee seen
diff - seen <<'EXPECTED'
none first: 200, 4 bytes, NoError
100 first: 200, 4 bytes, NoError
102 first: 102, 0 bytes, NoError
103 first: 103, 0 bytes, NoError
EXPECTED
echo "As it was: Qt 6.4.2"
