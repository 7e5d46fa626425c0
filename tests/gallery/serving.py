"""Serves the gallery under the strict policy, with a stream that a test can ring and cut."""

import mimetypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread
from urllib.parse import parse_qs, urlsplit

from shared.i18n import asset_folder
from shared.web.security import CONTENT_SECURITY_POLICY
from tests.gallery.page import gallery

PORT = 8010


class Gallery(ThreadingHTTPServer):
    """The pages, and the switches that a test turns."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Visit)
        self.changes = self.cuts = 0
        self.turned = Condition()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"

    def handle_error(self, request: object, client_address: object) -> None:
        """A page that was closed while it listened is no error."""

    def change(self) -> None:
        """Something changed: the pages are told, and show the number of the change."""
        with self.turned:
            self.changes += 1
            self.turned.notify_all()

    def cut(self) -> None:
        """Every open stream ends, as when the server is started anew."""
        with self.turned:
            self.cuts += 1
            self.turned.notify_all()


class Visit(BaseHTTPRequestHandler):
    """One request."""

    server: Gallery

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        language = parse_qs(address.query).get("language", ["en"])[0]
        if address.path.startswith("/static/"):
            self._file(address.path.removeprefix("/static/"))
        elif address.path == "/gallery/stream":
            self._stream()
        elif address.path == "/gallery/board":
            self._send(self._board(language).encode(), "text/html; charset=utf-8")
        else:
            self._send(gallery(language).encode(), "text/html; charset=utf-8")

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""

    def _board(self, language: str) -> str:
        changes = self.server.changes
        drawn = gallery(language, template="board.html")
        return drawn.replace("PHQ-9", f"#{changes}") if changes else drawn

    def _file(self, name: str) -> None:
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        self._send((asset_folder() / "static" / name).read_bytes(), kind)

    def _send(self, body: bytes, kind: str) -> None:
        self._head(kind)
        self.wfile.write(body)

    def _head(self, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        self.end_headers()

    def _stream(self) -> None:
        self._head("text/event-stream")
        with self.server.turned:
            changes, cuts = self.server.changes, self.server.cuts
            self.wfile.write(b"event: ready\ndata: .\n\n")  # as the stream of every service begins
            while self.server.turned.wait():
                if self.server.cuts != cuts:
                    return
                missed, changes = self.server.changes - changes, self.server.changes
                self.wfile.write(b"event: changed\ndata: .\n\n" * missed)


@contextmanager
def served() -> Iterator[Gallery]:
    """The gallery at an address of its own, for as long as the block lasts."""
    house = Gallery()
    thread = Thread(target=house.serve_forever, daemon=True)
    thread.start()
    yield house
    house.cut()
    house.shutdown()
    house.server_close()
    thread.join()


def main() -> None:
    """`make gallery`: for whoever changes a component; `?language=fr` shows it in French."""
    with Gallery(PORT) as house:
        sys.stdout.write(f"Every component is at {house.address}. End with Ctrl-C.\n")
        with suppress(KeyboardInterrupt):
            house.serve_forever()


if __name__ == "__main__":
    main()
