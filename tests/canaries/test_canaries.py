"""Where what is known of a patient may stand: in the records, and nowhere else."""

import logging
import re
import shutil
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, inspect, text
from sqlmodel import col, select
from structlog.testing import capture_logs
from structlog.typing import EventDict

from services.pain_physician.reading import record
from services.reminders.actions.envelopes import envelope_address
from services.reminders.jobs import hear_of_bounces
from services.reminders.tables import Mail
from shared import logs
from shared.backbone.bus import Bus
from shared.discipline import actions
from shared.mail import as_bytes
from shared.web import live
from tests import reports
from tests.canaries.clumsy import MARKS, Clumsy, marked
from tests.canaries.recorder import Answer, Recorder
from tests.clinic import Clinic
from tests.crawl import Crawl, everybody, looks

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

LINKS = re.compile(r'\b(?:href|src|action|data-href|hx-[\w:-]+)="([^"]*)"')
PERSON = ("family", "given", "birth_date", "phone", "email", "address", "identifiers")
KEEPERS = {
    "patient": (*PERSON, "doctor_name", "doctor_contact", "search_key"),
    "assessment": ("note",),
    "referral": ("question", "reason", "tried", "hold_question", "hold_answer", "report"),
    "sent_referral": (
        *("question", "reason", "tried", "hold_question", "hold_answer", "report"),
        "decline_note",
    ),
    "referral_state": ("question", "held_question"),
    "session": ("note",),
    "follow_up": ("note",),
    "concern": ("note", "what_is_done"),
    "obligation_deed": ("reason",),
    "letter": ("addressee", "contact", "text"),
    "medication": ("name",),
    "screening": ("details", "decisions"),
    "gate": ("note", "reason", "decisions"),
    "day_check": ("note",),
    "adverse_event": ("note", "what_is_done", "done"),
    "step": ("note",),
}
"""The columns in which a patient's identity and what was written about the patient stand."""
SOON = 30.0


@dataclass
class Left:
    """All that left the services on the way."""

    clinic: Clinic
    answers: list[Answer] = field(default_factory=list)
    frames: list[str] = field(default_factory=list)
    logs: list[EventDict] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def left(staffed_house: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Left]:
    folder = tmp_path_factory.mktemp("marked") / "house"
    shutil.copytree(staffed_house, folder)
    clinic = Clinic(folder)
    clinic.know_staff((folder / "members").read_text())
    left = Left(clinic)
    clinic.app.add_middleware(Recorder, kept=left.answers)
    with pytest.MonkeyPatch.context() as patch, capture_logs() as left.logs:
        watch_queue(patch, left.frames)
        watch_lines(patch, left.lines)
        patch.setattr(logs, "_least", logging.DEBUG)
        with listening(clinic, patch):
            journey = Clumsy(clinic, marked)
            journey.take()
            journey.appoint()
        break_down(journey)
        subscribe(clinic)
        return_a_mail(clinic, folder)
        look_everywhere(clinic)
    yield left
    clinic.close()


def watch_queue(patch: pytest.MonkeyPatch, frames: list[str]) -> None:
    publish = Bus._publish

    def publish_and_keep(bus: Bus, key: str, body: bytes, kind: str) -> int:
        frames.append(f"{key} {kind} {body.decode()}")
        return publish(bus, key, body, kind)

    patch.setattr(Bus, "_publish", publish_and_keep)


def watch_lines(patch: pytest.MonkeyPatch, lines: list[str]) -> None:
    """What libraries write into their logs; the browser of the test is no part of the house."""

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if not record.name.startswith("httpx"):
                lines.append(record.getMessage())

    handler = Keeper(logging.DEBUG)
    patch.setattr(logging.root, "handlers", [*logging.root.handlers, handler])
    patch.setattr(logging.root, "level", logging.DEBUG)


@contextmanager
def listening(clinic: Clinic, patch: pytest.MonkeyPatch) -> Iterator[None]:
    """The board is open in a browser meanwhile."""
    begun, real = threading.Event(), live.stream

    async def stream(*given: Any) -> AsyncIterator[str]:
        async for message in real(*given):
            begun.set()
            yield message

    patch.setattr(live, "stream", stream)
    browser = clinic.http(clinic.coordinator)
    page = threading.Thread(target=browser.get, args=["/coordinator/live"])
    page.start()
    assert begun.wait(SOON)
    yield
    clinic.app.state.hub.close()
    page.join(SOON)


def break_down(journey: Clumsy) -> None:
    """A page and a handler fail, each with the patient's name on its lips."""
    clinic = journey.clinic

    def fail(*_: object) -> None:
        raise RuntimeError(marked("failure"))

    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(record, "record", fail)
        clinic.http(clinic.physician).get(f"/pain_physician/patients/{journey.patient}")
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(actions, "receive", fail)
        journey.refer("rtms_unit")


def subscribe(clinic: Clinic) -> None:
    """Everybody has the private calendar on a phone, which fetches it without a sign-in."""
    phone = clinic.http()
    for member in everybody(clinic):
        page = clinic.http(member).post("/reminders/calendar").text
        address = re.search(r"/reminders/calendar/[\w-]+\.ics", page)
        assert address, "the address is told once"
        phone.get(address[0])
        phone.head(address[0])


def return_a_mail(clinic: Clinic, folder: Path) -> None:
    """A mail comes back from a server that puts whatever it likes into its report."""
    box = folder / "box"
    for name in ("new", "cur", "tmp"):
        (box / name).mkdir(parents=True)
    running = clinic.team["reminders"]
    known = {"mail_bounces_address": "b@centre.example", "bounces_url": f"maildir://{box}"}
    running.settings = running.settings.model_copy(update=known)
    with running.look() as work:
        mail_id = work.first(select(Mail.id).where(col(Mail.state) == "accepted"))
        address = envelope_address(work, mail_id)
    report = reports.report(address).replace(b"Something new", marked("returned").encode())
    (box / "new" / "1795690138.M1P1.mx").write_bytes(report + marked("after").encode())
    (box / "new" / "1795690139.M2P1.mx").write_bytes(marked("strange").encode() * 9)
    hear_of_bounces(running)
    clinic.settle()
    with running.look() as work:
        assert work.get(Mail, mail_id).state == "bounced"


def look_everywhere(clinic: Clinic) -> None:
    """Every page as everybody, and a search for the patient on each page that has one."""
    crawl = Crawl(clinic, most=1)
    for member in everybody(clinic):
        browser = clinic.http(member)
        for one in looks(clinic):
            for url in crawl.urls(one.path):
                browser.get(url)
        browser.post("/coordinator/search", data={"q": marked("family")})
        browser.post("/pain_physician/patients", data={"text": marked("family")})
        browser.post("/pain_physician/api/patients/search", json={"text": marked("family")})


def test_the_patient_stands_only_in_the_records(left: Left) -> None:
    """Not in the log of events, nor in an inbox, nor in the audit, nor in what is counted."""
    found = {
        f"{table}.{column}"
        for running in left.clinic.team
        for table, column in marked_columns(running.reader)
    }
    assert found == {f"{table}.{name}" for table, names in KEEPERS.items() for name in names}


def marked_columns(engine: Engine) -> Iterator[tuple[str, str]]:
    with engine.connect() as connection:
        for table in inspect(connection).get_table_names():
            for row in connection.execute(text(f'select * from "{table}"')).mappings():  # noqa: S608
                yield from ((table, name) for name in row if MARKS.search(str(row[name])))


def test_events_travel_and_rest_sealed(left: Left) -> None:
    assert sum("referral.requested" in frame for frame in left.frames) > 3
    assert [frame for frame in left.frames if MARKS.search(frame)] == []


def test_no_log_names_a_patient(left: Left) -> None:
    assert {"request.failed", "event.not-applied"} <= {log["event"] for log in left.logs}
    assert {"request.answered", "event.announced", "mail.tried"} <= {x["event"] for x in left.logs}
    assert [line for line in (*map(str, left.logs), *left.lines) if MARKS.search(line)] == []


def test_no_figure_names_a_patient(left: Left) -> None:
    figures = TestClient(left.clinic.app, client=("127.0.0.1", 50000)).get("/metrics").text
    assert "relais_request_seconds_count" in figures
    assert "relais_events_announced_total" in figures
    assert [line for line in figures.splitlines() if MARKS.search(line)] == []


def test_no_mail_names_a_patient(left: Left) -> None:
    mails = left.clinic.mailer.sent
    assert len(mails) > 1
    assert any(mail.unsubscribe for mail in mails), "there are daily mails"
    assert any(mail.calendar for mail in mails), "there are mails about appointments"
    said = [
        f"{mail.subject} {mail.text} {mail.html} {unfolded(mail.calendar)} {mail.returns_to} "
        f"{as_bytes(mail)!r} {mail.unsubscribe}"
        for mail in mails
    ]
    assert [mail for mail in said if MARKS.search(mail)] == []


def unfolded(calendar: str) -> str:
    """Long lines of a calendar are broken anywhere, also in the middle of a name."""
    return re.sub(r"\r?\n[ \t]", "", calendar)


def test_no_calendar_names_a_patient(left: Left) -> None:
    calendars = [one for one in left.answers if "text/calendar" in one.headers and one.body]
    assert any("BEGIN:VEVENT" in calendar.text for calendar in calendars)
    said = [f"{one.path} {one.headers} {unfolded(one.text)}" for one in calendars]
    assert [calendar for calendar in said if MARKS.search(calendar)] == []


def test_no_refusal_repeats_what_was_sent(left: Left) -> None:
    refusals = [answer for answer in left.answers if answer.status >= 400]
    assert {400, 403, 404, 409, 422, 500} <= {answer.status for answer in refusals}
    assert [answer for answer in refusals if MARKS.search(answer.text)] == []


def test_no_address_and_no_header_names_a_patient(left: Left) -> None:
    pages = [answer for answer in left.answers if answer.is_page]
    assert any(MARKS.search(page.text) for page in pages), "the pages do show the patient"
    links = {link for page in pages for link in LINKS.findall(page.text)}
    assert len(links) > 100
    assert [link for link in links if MARKS.search(link)] == []
    assert [answer.headers for answer in left.answers if MARKS.search(answer.headers)] == []


def test_the_stream_only_says_that_something_changed(left: Left) -> None:
    streams = [answer.text for answer in left.answers if answer.path == "/coordinator/live"]
    messages = set("".join(streams).split("\n\n"))
    assert messages <= {"event: ready\ndata: .", "event: changed\ndata: .", ": ping", ""}
    assert "event: changed\ndata: ." in messages
