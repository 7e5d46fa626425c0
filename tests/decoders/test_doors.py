"""A queue full of rubbish, and callers who send it: the sound event among it is still applied."""

import io
import logging
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog
from fastapi.testclient import TestClient
from sqlalchemy import text

from shared import logs
from shared.backbone.bus import EVENTS, HEARTBEAT, POSITIONS, RECEIPTS, Frame
from shared.clock import VirtualClock
from shared.identifiers import new_id
from shared.running import Team
from tests.backbone import pair
from tests.backbone.pair import Heard, ask, numbers
from tests.backbone.schemas import on_postgres
from tests.clinic import Clinic
from tests.decoders.corpus import BROKEN, HUGE, WORD, sound_event
from tests.decoders.test_corpus import HARMLESS, SPOILT
from tests.interop.sender import Sender, outcome

MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
KINDS = {"events": EVENTS, "receipts": RECEIPTS, "heartbeat": HEARTBEAT, "positions": POSITIONS}
FHIR = {"json": "application/fhir+json", "xml": "application/fhir+xml"}
SMALL = {name: frame for name, frame in BROKEN.items() if len(frame) < HUGE}


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def team(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Team]:
    """Two services that exchange events, on files and on PostgreSQL."""
    with on_postgres() if request.param == "postgres" else nullcontext(pair.FILES) as url:
        team = pair.start(pair.prepare(tmp_path, url), VirtualClock(MONDAY))
        yield team
        team.stop()


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """All that is logged, in all detail."""
    monkeypatch.setattr(logging.root, "handlers", logging.root.handlers)
    monkeypatch.setattr(logging.root, "level", logging.root.level)
    monkeypatch.setattr(logs, "_least", logging.WARNING)
    stream = io.StringIO()
    logs.write_to(stream, "debug")
    yield stream
    structlog.reset_defaults()


def rubbish(door: str) -> list[bytes]:
    """All that is broken, and what is spoilt but for most of its cut ends."""
    spoilt = {name: frame for name, frame in SPOILT[door]() if not name.startswith("cut")}
    return [*SMALL.values(), *(spoilt[name] for name in spoilt if name not in HARMLESS)]


@pytest.mark.parametrize("door", KINDS)
def test_rubbish_keeps_no_sound_event_out(team: Team, door: str, log: io.StringIO) -> None:
    """In one transaction with it, so that a database that chokes on one of them would lose all."""
    patient = new_id()
    ask(team["asker"], patient, 1)
    bodies = rubbish(door)
    frames = [Frame(KINDS[door], body, lambda: None) for body in bodies]
    assert team["answerer"]._receiver.receive(frames) == {}
    team.settle()
    assert numbers(team["answerer"], Heard, patient) == [1]
    with team["answerer"].reader.connect() as connection:
        reasons = connection.execute(text("select reason from dead_frame")).scalars().all()
    assert len(reasons) == len(set(bodies))
    assert all(reason for reason in reasons)
    assert WORD not in "".join(reasons) + log.getvalue()


def test_an_event_without_a_number_is_kept_apart(team: Team) -> None:
    unnumbered = sound_event().replace('"deliveryseq":1', '"sequence":1')
    team["answerer"]._receiver.receive([Frame(EVENTS, f"[{unnumbered}]".encode(), lambda: None)])
    with team["answerer"].reader.connect() as connection:
        reason = connection.execute(text("select reason from dead_frame")).scalar_one()
    assert reason == "the message has no delivery number"


def test_of_a_frame_that_is_far_too_large_the_beginning_is_kept(team: Team) -> None:
    whole = BROKEN["50 MB"]
    team["answerer"]._receiver.receive([Frame(EVENTS, whole, lambda: None)])
    with team["answerer"].reader.connect() as connection:
        row = connection.execute(text("select reason, frame from dead_frame")).one()
    assert row.reason == "the frame is larger than the limit"
    assert len(row.frame) < HUGE / 10
    assert whole.startswith(bytes(row.frame))


def test_an_unknown_kind_of_content_is_kept_apart(team: Team) -> None:
    team["answerer"]._receiver.receive([Frame("application/json", b"[]", lambda: None)])
    with team["answerer"].reader.connect() as connection:
        assert connection.execute(text("select count(*) from dead_frame")).scalar_one() == 1


@pytest.fixture
def sender(clinic: Clinic) -> Sender:
    return Sender(clinic)


def test_a_fhir_message_that_is_none_is_refused_with_a_reason(
    clinic: Clinic, sender: Sender, log: io.StringIO
) -> None:
    bearer = {"Authorization": f"Bearer {sender.secret}"}
    for form in FHIR.values():
        for name, body in BROKEN.items():
            answer = sender.http.post(
                "/interop/fhir/$process-message",
                content=body,
                headers={"Content-Type": form, "Accept": FHIR["json"], **bearer},
            )
            assert answer.status_code in (400, 413, 422), name
            issues = outcome(answer)["issue"]
            assert issues[0]["diagnostics"] or issues[0]["details"], name
            assert WORD not in answer.text, name
    clinic.settle()
    assert WORD not in log.getvalue()


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
def test_a_message_that_is_packed_is_not_unpacked(sender: Sender, encoding: str) -> None:
    answer = sender.post(BROKEN["gzip"], **{"Content-Encoding": encoding})
    assert answer.status_code in (400, 415, 422)


def test_json_that_is_none_is_refused_with_a_sentence(clinic: Clinic, log: io.StringIO) -> None:
    browsers = {
        "/accounts/api/sign-in": clinic.http(),
        "/pain_physician/api/patients": clinic.http(clinic.physician),
    }
    for address, browser in browsers.items():
        for name, body in BROKEN.items():
            answer = browser.post(
                address, content=body, headers={"Content-Type": "application/json"}
            )
            assert answer.status_code in (400, 413, 422), (address, name)
            assert answer.json()["detail"], (address, name)
            assert WORD not in answer.text, (address, name)
    assert WORD not in log.getvalue()


def test_a_request_that_never_ends_is_cut_off(clinic: Clinic) -> None:
    taken = 0

    def endless() -> Iterator[bytes]:
        nonlocal taken
        while taken < HUGE:
            taken += 65_536
            yield b"[" * 65_536

    browser = TestClient(clinic.app, headers={"sec-fetch-site": "same-origin"})
    answer = browser.post(
        "/accounts/api/sign-in", content=endless(), headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 413
