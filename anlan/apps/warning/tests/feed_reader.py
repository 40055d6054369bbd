"""A feed reader of somebody else's: a process of its own that answers a hub by the path of its callback and tells on its output what came."""

from __future__ import annotations

import hashlib
import hmac
import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

SECRET = b"shared with the reader"
FAILS = {"/down": 503, "/gone": 410}


class Reader(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """Answer the question whether it was we who asked."""
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self._tell("asked", {**asked, "path": parts.path})
        if parts.path == "/stranger":
            return self._answer(404, b"")
        if parts.path == "/elsewhere":
            return self._answer(302, b"")
        wrong = parts.path == "/wrong"
        return self._answer(200, b"no" if wrong else asked.get("hub.challenge", "").encode())

    def do_POST(self) -> None:
        """Take the feed, and say whether its signature holds."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        seal = f"sha256={hmac.new(SECRET, body, hashlib.sha256).hexdigest()}"
        said = {"path": urlsplit(self.path).path, "signed": self.headers.get("X-Hub-Signature") == seal}
        said |= {"link": self.headers["Link"], "type": self.headers["Content-Type"], "entries": body.count(b"<entry>")}
        self._tell("told", said)
        self._answer(FAILS.get(said["path"], 204), b"")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Location", "http://127.0.0.1:1/")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _tell(self, what: str, said: dict[str, Any]) -> None:
        sys.stdout.write(json.dumps({"what": what, **said}) + "\n")
        sys.stdout.flush()

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


if __name__ == "__main__":
    with HTTPServer(("127.0.0.1", 0), Reader) as server:
        sys.stdout.write(f"{server.server_port}\n")
        sys.stdout.flush()
        server.serve_forever()
