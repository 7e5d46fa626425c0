"""What `relais` says of itself, and how it hands over a message from outside."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from services.cli.main import app


def relais(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def test_it_says_which_release_it_is() -> None:
    shown = relais("--version")
    assert shown.exit_code == 0
    assert re.fullmatch(r"relais \d+\.\d+\.\d+\S*\n", shown.stdout)


def test_it_says_what_it_can_do() -> None:
    assert all(command in relais("--help").stdout for command in ("up", "fhir"))
    assert all(option in relais("up", "--help").stdout for option in ("--demo", "--port", "--data"))


def test_a_word_that_it_does_not_know_is_named() -> None:
    refused = relais("upp")
    assert refused.exit_code == 2
    assert "No such command 'upp'" in refused.stderr


class Neighbour(BaseHTTPRequestHandler):
    """A Relais as the sender sees it: takes a message with the right token, refuses any other."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        known = self.headers["Authorization"] == "Bearer token-of-the-hospital"
        self.send_response(200 if known else 401)
        self.end_headers()
        self.wfile.write(b"taken: " + body if known else b"who are you?")

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture
def neighbour() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Neighbour) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def message(tmp_path: Path) -> str:
    file = tmp_path / "message.json"
    file.write_text('{"resourceType": "Bundle"}')
    return str(file)


def test_a_message_is_sent_with_its_token(neighbour: str, message: str, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("token-of-the-hospital\n")
    sent = relais("fhir", "send", message, "--url", neighbour, "--token-file", str(token))
    assert sent.exit_code == 0
    assert sent.stdout == 'taken: {"resourceType": "Bundle"}\n'


def test_a_refusal_is_shown_and_is_no_success(neighbour: str, message: str) -> None:
    refused = relais("fhir", "send", message, "--url", neighbour)
    assert refused.exit_code == 1
    assert refused.stdout == "who are you?\n"


def test_nobody_at_the_address_is_said_in_words(message: str) -> None:
    silent = relais("fhir", "send", message, "--url", "http://127.0.0.1:1")
    assert silent.exit_code == 1
    assert silent.stderr == "Nobody answers at http://127.0.0.1:1. Is Relais running there?\n"


def test_a_file_that_is_not_there_is_named(message: str) -> None:
    missing = relais("fhir", "send", "/no/message.json")
    assert missing.exit_code == 2
    assert missing.stderr == "/no/message.json cannot be read: No such file or directory.\n"
    missing = relais("fhir", "send", message, "--token-file", "/no/token")
    assert missing.exit_code == 2
    assert missing.stderr == "/no/token cannot be read: No such file or directory.\n"
