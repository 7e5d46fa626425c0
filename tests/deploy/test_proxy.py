"""The door of a centre: an address leads to its service, live pages hear at once, figures stay in.

A real Caddy runs with the Caddyfile of the container; only its ports are others, and behind it
stands one server that tells what it was asked.
"""

import json
import os
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest

from tests.deploy.prepared import Centre, prepared
from tests.deploy.resolved import ROOT
from tests.nodes.programs import PATIENCE, free_port, until

pytestmark = [pytest.mark.proxy, pytest.mark.slow]

HERE = "127.0.0.1"


class Behind(BaseHTTPRequestHandler):
    """Every service at once: it says what it was asked, and where the proxy wanted to go."""

    protocol_version = "HTTP/1.1"
    go_on = Event()

    def do_GET(self) -> None:
        if self.path.endswith("/live"):
            self._tell_slowly()
            return
        self._answer(json.dumps({"path": self.path, **dict(self.headers)}).encode() + b" " * 2000)

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _tell_slowly(self) -> None:
        """A live page: one word now, and the next only after the first was heard."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b"event: ready\ndata: .\n\n")
        self.wfile.flush()
        self.go_on.wait(PATIENCE)
        self.wfile.write(b"event: changed\ndata: .\n\n")
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@dataclass(frozen=True)
class Door:
    """Caddy, as people and programs see it."""

    port: int
    plain: int
    health: int
    context: ssl.SSLContext

    @contextmanager
    def get(self, path: str, **headers: str) -> Iterator[HTTPResponse]:
        connection = HTTPSConnection(HERE, self.port, timeout=PATIENCE, context=self.context)
        with closing(connection):
            connection.request("GET", path, headers=headers)
            with closing(connection.getresponse()) as response:
                yield response

    def asked(self, path: str, **headers: str) -> dict[str, str]:
        """What reached the service."""
        with self.get(path, **headers) as response:
            assert response.status == 200, path
            told: dict[str, str] = json.loads(response.read())
            return told


@pytest.fixture(scope="module")
def behind() -> Iterator[int]:
    server = ThreadingHTTPServer((HERE, 0), Behind)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    Behind.go_on.set()
    server.shutdown()
    server.server_close()
    thread.join(PATIENCE)


def opened(folder: Path, behind: int) -> Iterator[Door]:
    """Caddy as in its container, for a centre that is reached by an address of this machine."""
    centre = prepared(folder / "centre", "--address", HERE)
    context = ssl.create_default_context(cafile=centre.here("/run/secrets/ca_certificate"))
    door = Door(free_port(), free_port(), free_port(), context)
    rules = folder / "Caddyfile"
    rules.write_text(here((ROOT / "deploy" / "Caddyfile").read_text(), door, behind))
    with (folder / "log").open("wb") as log:
        process = started(centre, rules, log.fileno())
        try:
            until(lambda: is_open(door, process), f"Caddy did not start, see {folder}/log")
            yield door
        finally:
            process.kill()
            process.wait()


def here(rules: str, door: Door, behind: int) -> str:
    """The rules with the ports of this test; where each request would go becomes a header."""
    for name in ("{re.service.1}", "accounts"):
        wanted = f"header_up X-Wanted {name}-api:8000"
        rules = rules.replace(
            f"reverse_proxy {name}-api:8000 {{", f"reverse_proxy {HERE}:{behind} {{\n{wanted}"
        )
    for usual, port in (("8080", door.plain), ("8443", door.port), ("8081", door.health)):
        rules = rules.replace(usual, str(port))
    return rules


def started(centre: Centre, rules: Path, log: int) -> subprocess.Popen[bytes]:
    told = centre.compose()["services"]["proxy"]["environment"]
    environment = {name: centre.here(value) for name, value in told.items()}
    return subprocess.Popen(
        [shutil.which("caddy") or "caddy", "run", "--config", str(rules), "--adapter", "caddyfile"],
        env={"PATH": os.defpath, "HOME": str(rules.parent), **environment},
        stdout=log,
        stderr=log,
    )


def is_open(door: Door, process: subprocess.Popen[bytes]) -> bool:
    assert process.poll() is None, "Caddy has ended"
    with suppress(OSError), socket.create_connection((HERE, door.port), 5):
        return True
    return False


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory, behind: int) -> Iterator[Door]:
    yield from opened(tmp_path_factory.mktemp("proxy"), behind)


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/rtms_unit/referrals?page=2", "rtms_unit"),
        ("/coordinator/board", "coordinator"),
        ("/pain_physician/patients/1/refer", "pain_physician"),
        ("/accounts/sign-in", "accounts"),
        ("/", "accounts"),
        ("/static/app.css", "accounts"),
        ("/api/openapi.json", "accounts"),
    ],
)
def test_the_first_word_of_an_address_is_the_service(door: Door, path: str, service: str) -> None:
    asked = door.asked(path)
    assert asked["X-Wanted"] == f"{service}-api:8000"
    assert asked["path"] == path


@pytest.mark.parametrize(
    "path",
    [
        "/metrics",
        "/metrics/",
        "/accounts/metrics",
        "/rtms_unit/metrics",
        "/Accounts/",
        "/169.254.169.254/x",
        "/evil.example.org/x",
        "/accounts-api/x",
        "/nothing",
    ],
)
def test_nothing_else_is_reached(door: Door, path: str) -> None:
    with door.get(path) as response:
        assert response.status == 404


def test_live_pages_hear_at_once(door: Door) -> None:
    Behind.go_on.clear()
    with door.get("/coordinator/live", **{"Accept-Encoding": "gzip"}) as stream:
        assert stream.readline() == b"event: ready\n"
        Behind.go_on.set()
        assert b"event: changed" in stream.read()


@pytest.mark.parametrize(
    ("path", "encoding"), [("/static/app.css", "gzip"), ("/coordinator/board", None)]
)
def test_only_what_holds_no_secret_is_compressed(
    door: Door, path: str, encoding: str | None
) -> None:
    with door.get(path, **{"Accept-Encoding": "gzip"}) as response:
        assert response.headers["Content-Encoding"] == encoding


def test_nobody_can_pretend_to_call_from_elsewhere(door: Door) -> None:
    asked = door.asked("/accounts/x", **{"X-Forwarded-For": "203.0.113.9", "Forwarded": "for=a"})
    assert asked["X-Forwarded-For"] == HERE
    assert asked["X-Forwarded-Proto"] == "https"
    assert asked["Host"] == f"{HERE}:{door.port}"


def test_plain_http_leads_to_https(door: Door) -> None:
    with closing(HTTPConnection(HERE, door.plain, timeout=PATIENCE)) as connection:
        connection.request("GET", "/coordinator/board")
        answer = connection.getresponse()
        assert answer.status == 308
        assert str(answer.headers["Location"]).startswith(f"https://{HERE}")


def test_the_engine_can_see_whether_it_lives(door: Door) -> None:
    with closing(HTTPConnection(HERE, door.health, timeout=PATIENCE)) as connection:
        connection.request("GET", "/")
        assert connection.getresponse().status == 200


def test_a_service_that_is_away_is_told_in_words(tmp_path: Path) -> None:
    for door in opened(tmp_path, free_port()):
        with door.get("/rtms_unit/referrals") as response:
            assert response.status == 503
            assert response.headers["Retry-After"] == "5"
            assert b"Please try again" in response.read()
