"""A centre on each kind of queue, and its connections, which are closed when the test is over."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shared.backbone.bus import Bus, link
from shared.settings import Settings
from tests.transport.transports import AMQP, EVERY, Transport, prepared

HEARS = {"asker": [], "answerer": [], "newcomer": [], "keeper": ["receipt.#", "heartbeat.#"]}
Open = Callable[[str], Bus]


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than in a centre, for servers that many tests use at the same time."""
    monkeypatch.setattr(link, "PATIENCE", 30.0)
    monkeypatch.setattr(link, "CONNECTING", 20.0)


@pytest.fixture(params=EVERY)
def transport(request: pytest.FixtureRequest) -> Transport:
    kind: Transport = request.param
    return kind


@pytest.fixture
def settings(transport: Transport, tmp_path: Path) -> Iterator[Settings]:
    with prepared(transport, tmp_path) as settings:
        yield settings


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Settings]:
    """A centre on RabbitMQ."""
    with prepared(AMQP, tmp_path) as settings:
        yield settings


@pytest.fixture
def opened() -> Iterator[Callable[[Settings, str], Bus]]:
    """Opens the queue for a service, as it is done where all hear what they hear."""
    buses: list[Bus] = []

    def open_for(settings: Settings, service: str) -> Bus:
        buses.append(Bus(settings, service, HEARS[service], HEARS))
        return buses[-1]

    yield open_for
    for bus in buses:
        bus.close()
