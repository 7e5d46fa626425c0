"""One request is followed through every service that it reaches, and on to the mail server."""

import io
import json
import logging
import socket
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
import uvicorn
from sqlalchemy import text

from shared import logs
from shared.backbone.envelope import decode
from shared.identifiers import new_id
from shared.serving import serve
from tests.clinic import Clinic
from tests.journey import Journey

PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
TRACE_ID = PARENT.split("-")[1]
Line = dict[str, Any]


class Log:
    """What was written, line by line."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    def lines(self) -> list[Line]:
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]

    def of(self, correlation: object) -> list[Line]:
        return [line for line in self.lines() if line.get("correlation_id") == str(correlation)]


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[Log]:
    """The log of the house, in all detail."""
    monkeypatch.setattr(logging.root, "handlers", logging.root.handlers)
    monkeypatch.setattr(logging.root, "level", logging.root.level)
    monkeypatch.setattr(logs, "_least", logging.WARNING)
    log = Log()
    logs.write_to(log.stream, "debug")
    yield log
    structlog.reset_defaults()


def refer(clinic: Clinic, **headers: str) -> Any:
    """A physician refers a patient; the answer."""
    journey = Journey(clinic)
    journey.register()
    browser = clinic.http(clinic.physician)
    address = f"/pain_physician/api/patients/{journey.patient}/referrals"
    entry = {"performer": "psychologist", "question": "Is it grief?", "urgency": "urgent"}
    return browser.post(address, json=entry, headers=headers)


def services_of(lines: list[Line], event: str) -> set[str]:
    return {line["service"] for line in lines if line["event"] == event}


def test_a_request_is_followed_through_every_service_to_the_mail(clinic: Clinic, log: Log) -> None:
    request_id = new_id()
    answer = refer(clinic, **{"X-Request-ID": str(request_id), "traceparent": PARENT})
    assert answer.status_code == 201
    assert answer.headers["x-request-id"] == str(request_id)
    clinic.settle()
    clinic.wait(hours=2)
    lines = log.of(request_id)
    (answered,) = [line for line in lines if line["event"] == "request.answered"]
    assert answered["route"] == "/pain_physician/api/patients/{patient_id}/referrals"
    assert (answered["status"], answered["level"]) == (201, "info")
    assert {"psychologist", "coordinator", "reminders"} <= services_of(lines, "event.applied")
    assert {"pain_physician", "psychologist", "coordinator"} <= services_of(
        lines, "event.announced"
    )
    assert all("event_id" in line for line in lines if line["event"].startswith("event."))
    mails = [line for line in lines if line["event"] == "mail.tried"]
    assert [line["outcome"] for line in mails] == ["Accepted"]
    traced = {line["trace_id"] for line in lines if "trace_id" in line}
    assert traced == {TRACE_ID}
    spans = {line["span_id"] for line in lines if "span_id" in line}
    assert len(spans) > 4
    assert PARENT.split("-")[2] not in spans


def test_the_events_of_a_request_carry_its_trace(clinic: Clinic) -> None:
    refer(clinic, traceparent=PARENT, tracestate="vendor=a1")
    clinic.settle()
    found = 0
    for running in clinic.team:
        with running.reader.connect() as connection:
            for body in connection.execute(text("select body from event")).scalars():
                envelope = decode(body)
                if envelope.traceparent and TRACE_ID in envelope.traceparent:
                    found += 1
                    assert envelope.tracestate == "vendor=a1"
    assert found >= 3, "the referral, its receipt, and what is owed"


def test_what_the_clock_begins_has_a_trace_of_its_own(clinic: Clinic, log: Log) -> None:
    refer(clinic)
    clinic.settle()
    clinic.wait(days=3)
    told = [line for line in log.lines() if line["event"] == "event.announced"]
    escalated = {line["correlation_id"] for line in told if line["kind"] == "obligation.escalated"}
    asked = {line["correlation_id"] for line in told if line["kind"] == "referral.requested"}
    assert escalated
    assert not escalated & asked


@pytest.mark.parametrize(
    "name", ["Hélène Lefèvre 1961".encode(), b"17-03-1961", b"../../etc", b"x" * 4000]
)
def test_a_request_id_that_is_no_uuid_is_replaced(clinic: Clinic, log: Log, name: bytes) -> None:
    headers = {b"x-request-id": name, b"traceparent": name, b"tracestate": name}
    answer = clinic.http().get("/live", headers=headers)
    assert answer.status_code == 200
    assert len(answer.headers["x-request-id"]) == 36
    assert name.decode() not in log.stream.getvalue()


def test_every_answer_names_its_request_also_a_refusal(clinic: Clinic) -> None:
    stranger, asked = clinic.http(), str(new_id())
    for method, path in (("GET", "/nowhere"), ("POST", "/accounts/sign-in"), ("GET", "/metrics")):
        answer = stranger.request(method, path, headers={"x-request-id": asked})
        assert answer.status_code >= 400
        assert answer.headers["x-request-id"] == asked


def test_a_failure_can_be_found_by_its_request(
    clinic: Clinic, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.app.landing", lambda *_: 1 / 0)
    answer = clinic.http().get("/")
    assert answer.status_code == 500
    (line,) = [line for line in log.lines() if line["event"] == "request.failed"]
    assert line["correlation_id"] == answer.headers["x-request-id"]
    assert (line["error"], line["level"]) == ("ZeroDivisionError", "error")


def test_the_log_is_quiet_unless_asked(log: Log) -> None:
    for level, events in (("warning", []), ("info", ["noted"]), ("debug", ["noted", "step"])):
        log.stream.truncate(0)
        log.stream.seek(0)
        logs.write_to(log.stream, level)  # type: ignore[arg-type]
        logs.note("noted", service="a")
        logs.detail("step", service="a")
        assert [line["event"] for line in log.lines()] == events


def test_lines_of_libraries_join_without_what_they_would_fill_in(log: Log) -> None:
    library = logging.getLogger("some.library")
    library.warning("Message of %s refused\nTraceback: %s", "Hélène Lefèvre", "1961")
    try:
        raise ValueError("Hélène Lefèvre")
    except ValueError:
        library.exception("Job %r failed", "Lefèvre")
    first, second = log.lines()
    assert first["sentence"] == "Message of %s refused"
    assert (second["error"], second["library"], second["level"]) == (
        "ValueError",
        "some.library",
        "error",
    )
    assert "Lef" not in log.stream.getvalue()


def test_the_lines_of_the_web_server_join_too(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[uvicorn.Server] = []
    monkeypatch.setattr(uvicorn.Server, "run", lambda server, **_: begun.append(server))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        serve(None, listener, at_end=lambda: None, proxies="127.0.0.1")
    logging.getLogger("uvicorn.error").warning("Invalid HTTP request received.")
    logging.getLogger("uvicorn.error").info("Started server process [%d]", 17)
    assert begun
    (line,) = log.lines()
    assert line["sentence"] == "Invalid HTTP request received."
