#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A backend that is no Belfry, of the kind that offices have: GET /api/notifications/sse/?token=JWT, no ids, pings as
data, notifications with whatever members it has. Runs inside tests/desktop/session."""

import base64
import json
import queue
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from desk import hands
from desk.bus import eventually, throughout
from desk.case import DesktopCase

LIMITATION = "This server keeps no history"


def jwt(**claims):
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part({'alg': 'HS256', 'typ': 'JWT'})}.{part(claims)}.c2lnbmF0dXJl"


class Backend:
    """Written by nobody here: as small as such a backend can be."""

    def __init__(self, key):
        self.key, self.streams, self.asked, self.triggered = key, [], [], []
        backend = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def answer(self, status, body=b"", kind="text/html"):
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self):
                backend.asked.append(self.path)
                at = urlsplit(self.path)
                if at.path != "/api/notifications/sse/":
                    return self.answer(404, b"<h1>Not Found</h1>")
                if parse_qs(at.query).get("token") != [backend.key]:
                    return self.answer(401, b'{"detail":"Authentication credentials were not provided."}', "application/json")
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.end_headers()
                mine = queue.Queue()
                backend.streams.append(mine)
                while (data := mine.get()) is not None:
                    self.wfile.write(f"data: {json.dumps(data)}\n\n".encode())
                    self.wfile.flush()
                self.close_connection = True

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if self.path != "/api/notifications/trigger/" or self.headers.get("Authorization") != f"Bearer {backend.key}":
                    return self.answer(404, b"<h1>Not Found</h1>")
                asked = json.loads(body)
                backend.triggered.append(asked)
                backend.send({key: asked[key] for key in ("title", "message", "type") if key in asked})
                self.answer(201, b"OK", "text/plain")  # says so, and no more

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def say(self, data):
        for stream in self.streams:
            stream.put(data)

    def send(self, notification):
        self.say({"type": "notification", "data": notification})

    def drop(self):
        """Every stream ends, as at a restart."""
        streams, self.streams = self.streams, []
        for stream in streams:
            stream.put(None)

    def stop(self):
        self.drop()
        self._server.shutdown()
        self._server.server_close()


class Classic(DesktopCase):
    def sign_in(self, desktop, tray, backend):
        reader = desktop.reader
        tray.choose("Settings…")
        reader.wait_for("dialog", "Settings")
        hands.choose_page(desktop, "Server and account")
        hands.press(reader.wait_for("push button", "Sign in to another server…"))
        reader.wait_for("dialog", "Sign in")
        hands.press(reader.wait_for("radio button", "I have an access key"))
        hands.type_into(reader.wait_for("text", "Server address:"), backend.address)
        field = eventually("the key's field", lambda: reader.find("password text", "Access key:") or reader.find("text", "Access key:"))
        hands.type_into(field, backend.key)
        eventually("what it is", lambda: "not a Belfry server: some things will not be there" in reader.outline(is_text=True))
        hands.press(eventually("a button to press", lambda: hands.usable(reader, "push button", "Sign in")))
        eventually("asked first", lambda: "This is not a Belfry server. Sign in anyway?" in reader.outline(is_text=True))
        self.assertFalse([path for path in backend.asked if "token=" in path], "nothing secret before the answer")
        hands.press(eventually("an answer", lambda: hands.usable(reader, "push button", "Sign in anyway")))
        eventually("the dialog gone", lambda: reader.find("dialog", "Sign in") is None)

    def test_it_shows_what_comes_and_does_without_what_is_not_there(self):
        backend = Backend(jwt(user_id=7, name="ann"))
        self.addCleanup(backend.stop)
        desktop, tray = self.start_connected()
        self.sign_in(desktop, tray, backend)
        hands.keys(desktop, "^Settings$", "Escape")
        eventually("its stream", lambda: backend.streams)
        backend.say({"type": "ping"})
        eventually("connected", lambda: "connected to" in tray.tooltip() and "127.0.0.1" in tray.tooltip())

        backend.send({"title": "Order 42", "message": "Three boxes", "type": "success"})
        self.popups.wait_for("Order 42")
        backend.send({"message": "no title at all"})
        backend.send({"title": "Order 42", "message": "Three boxes", "type": "success"})
        backend.send({"title": "Odd", "type": "no such type", "id": "text", "extra": {"a": [1]}})
        rows = eventually("all four, none taken for another's double", lambda: len(found := desktop.reader.rows()) >= 4 and found)
        self.assertEqual(sum("Order 42" in row for row in rows), 2)
        self.assertTrue(any("no title at all" in row for row in rows))
        eventually("counted", lambda: "4 unread" in tray.tooltip())
        self.assertNotIn(LIMITATION, desktop.reader.outline(is_text=True), "not before it matters")

        # Read here, and nobody is asked to keep that.
        hands.keys(desktop, "^Belfry$", "Home", "space")
        eventually("read", lambda: "3 unread" in tray.tooltip())
        self.assertNotIn("will be sent", "\n".join(desktop.reader.rows()))

        # The test message goes by its trigger, to oneself.
        tray.choose("Send test message")
        self.popups.wait_for("Test")
        self.assertEqual([(asked["user_id"], asked["title"]) for asked in backend.triggered], [(7, "Test")])
        throughout("no trouble", lambda: not self.popups.titled("The test message was not sent"), 1)

        # It was away: what came meanwhile can't be had, and that is said, once.
        backend.drop()
        eventually("a new stream", lambda: backend.streams)
        backend.say({"type": "ping"})
        eventually("said", lambda: LIMITATION in desktop.reader.outline(is_text=True))
        self.assertEqual(desktop.stop()[0], 0)
        backend.drop()
        again, tray = self.start_connected()
        eventually("its stream", lambda: backend.streams)
        backend.send({"title": "After a restart"})
        self.popups.wait_for("After a restart")
        self.assertNotIn(LIMITATION, again.reader.outline(is_text=True))
        self.assertFalse([path for path in backend.asked if "since_id" in path or "limit" in path], "no list is asked for")


if __name__ == "__main__":
    unittest.main(verbosity=2)
