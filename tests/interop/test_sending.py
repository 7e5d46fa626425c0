"""Sending a message from the command line: over real HTTP, to a server that answers or does not."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from services.interop.sending import send_file
from tests.interop.messages import FIXTURES, fixture


class Listener(HTTPServer):
    """Remembers the last request and gives the answer it was told to."""

    status = 200
    path = ""
    headers: dict[str, str]
    body = b""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"


class _Handler(BaseHTTPRequestHandler):
    server: Listener

    def do_POST(self) -> None:
        self.server.path, self.server.headers = self.path, dict(self.headers)
        self.server.body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(b'{"resourceType": "OperationOutcome"}')

    def log_message(self, format: str, *args: object) -> None:
        """Silence."""


@pytest.fixture
def listener() -> Iterator[Listener]:
    server = Listener(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_file_is_sent_as_what_it_is(listener: Listener, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("  secret-of-the-sender\n")
    answer = send_file(FIXTURES / "referral-new.xml", url=listener.url, token_file=token)
    assert (answer.accepted, answer.status) == (True, 200)
    assert listener.path == "/interop/fhir/$process-message"
    assert listener.headers["Content-Type"] == "application/fhir+xml"
    assert listener.headers["Authorization"] == "Bearer secret-of-the-sender"
    assert listener.body == fixture("referral-new.xml")


def test_the_content_tells_when_the_name_does_not(listener: Listener, tmp_path: Path) -> None:
    for name, sent in (("referral-new.xml", "xml"), ("referral-new.json", "json")):
        file = tmp_path / "message"
        file.write_bytes(fixture(name))
        send_file(file, url=listener.url)
        assert listener.headers["Content-Type"] == f"application/fhir+{sent}"


def test_a_refusal_is_told(listener: Listener) -> None:
    listener.status = 422
    answer = send_file(FIXTURES / "booking.json", url=listener.url)
    assert (answer.accepted, answer.status) == (False, 422)
    assert "OperationOutcome" in answer.text
    assert "Authorization" not in listener.headers


def test_silence_is_told_in_a_sentence() -> None:
    answer = send_file(FIXTURES / "booking.json", url="http://127.0.0.1:9")
    assert not answer.accepted
    assert answer.text.startswith("Nobody answers at http://127.0.0.1:9.")
