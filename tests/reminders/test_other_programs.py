"""What goes out as a calendar is read the same by others: `icalendar`, `ical.js`, and by hand."""

import email
import re
from datetime import UTC, datetime, time
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from services.accounts import actions as accounts
from services.reminders.actions import calendars
from services.reminders.rules.invitations import Shown
from shared.events import MailWishes
from shared.mail import as_bytes
from tests.reminders.agenda import Agenda, Seen, at, installed, one, read, read_elsewhere
from tests.reminders.post import Post

NEVER = time(0)
ZONES = ("Europe/Paris", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Cairo")
CLOCKS_CHANGE = [
    datetime(2027, 3, 26, 8, 0, tzinfo=UTC),
    datetime(2027, 3, 29, 8, 0, tzinfo=UTC),
    datetime(2027, 10, 29, 8, 0, tzinfo=UTC),
    datetime(2027, 11, 2, 8, 0, tzinfo=UTC),
]
NASTY = 'Rendez-vous d’été; a, b \\ c\nnew: line "quoted" ' + "é" * 120 + " 漢字😀" * 9


@pytest.fixture
def agenda(post: Post) -> Agenda:
    return Agenda(post)


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installed(tmp_path_factory.mktemp("reader") / "reader")


def as_sent(agenda: Agenda, number: int = -1) -> tuple[EmailMessage, EmailMessage]:
    """A mail as it goes over the wire, and its calendar part."""
    mail = email.message_from_bytes(as_bytes(agenda.sent[number]), policy=default)
    assert isinstance(mail, EmailMessage)
    *_, last = mail.iter_parts()
    assert isinstance(last, EmailMessage)
    return mail, last


def test_the_calendar_is_the_last_part_of_the_mail(agenda: Agenda) -> None:
    agenda.books(at(1), practitioner=agenda.post.clinic.operator)
    agenda.later(minutes=1)
    mail, last = as_sent(agenda)
    kinds = [part.get_content_type() for part in mail.iter_parts()]
    assert mail.get_content_type() == "multipart/alternative"
    assert kinds == ["text/plain", "text/html", "text/calendar"]
    assert last.get_content_disposition() is None
    assert (last["content-type"].params["method"], last.get_content_charset()) == (
        "REQUEST",
        "utf-8",
    )
    assert read(last.get_content())[1] == [one(agenda.sent[0])]
    assert one(agenda.sent[0]).organizer == f"mailto:{mail['from'].addresses[0].addr_spec}"


def test_the_form_is_as_it_must_be() -> None:
    """RFC 5545, 3.1: lines end in CRLF and have 75 octets at most, and no letter is cut in two."""
    line = calendars.Line("a@b", 3, Shown(at(1), 30), NASTY, NASTY, "https://x.example", at(1))
    letter = calendars.Letter("REQUEST", "relais@centre.example", "reader@clinic.example")
    text = calendars.invitation([line], ZoneInfo("Europe/Paris"), letter)
    assert "\n" not in text.replace("\r\n", "")
    assert text.endswith("END:VCALENDAR\r\n")
    assert max(len(part.encode()) for part in text.split("\r\n")) <= 75
    (event,) = read(text)[1]
    assert (event.title, event.words) == (NASTY, NASTY)
    assert len(re.findall(r"^METHOD:", text, re.M)) == 1


@pytest.mark.node
@pytest.mark.slow
@pytest.mark.parametrize("zone", ZONES)
def test_every_program_reads_the_same(agenda: Agenda, script: Path, zone: str) -> None:
    """A course across the change of the clocks, moved and cancelled, in the zone of its reader."""
    clinic = agenda.post.clinic
    with clinic.work("accounts", clinic.operator) as work:
        accounts.wish(work, zone, MailWishes(quiet_from=NEVER, quiet_until=NEVER))
    sessions = agenda.books(*CLOCKS_CHANGE, practitioner=clinic.operator)
    agenda.later(days=1)
    agenda.moves({sessions[0]: CLOCKS_CHANGE[0].replace(day=27)})
    agenda.later(days=1)
    agenda.cancels(sessions[1])
    agenda.later(days=1)
    browser = clinic.http(clinic.operator)
    page = browser.post("/reminders/calendar").text
    feed = re.search(r"/reminders/calendar/[\w-]+\.ics", page)
    assert feed is not None
    texts = [message.calendar for message in agenda.sent] + [clinic.http().get(feed[0]).text]
    assert len(texts) == 4
    for text, found in zip(texts, read_elsewhere(script, texts), strict=True):
        method, events = read(text)
        assert (found["method"] or "") == method
        assert [seen_elsewhere(one) for one in found["appointments"]] == [brief(e) for e in events]
        assert {event.zone for event in events} == {zone}


@pytest.mark.node
@pytest.mark.slow
def test_every_program_reads_the_hour_that_comes_twice(script: Path) -> None:
    """And nasty words, in each of many zones."""
    texts, expected = [], []
    for name in ("Europe/Paris", "Europe/Dublin", "America/Santiago", "Africa/Casablanca"):
        moments = [
            datetime(2027, month, day, hour, 30, tzinfo=UTC)
            for month, day in ((3, 28), (10, 31), (4, 3), (9, 4))
            for hour in range(24)
        ]
        lines = [
            calendars.Line(f"{n}@x", n, Shown(moment, 45), NASTY, NASTY, "https://x.example", at(1))
            for n, moment in enumerate(moments)
        ]
        texts.append(calendars.feed(lines, ZoneInfo(name), "Relais", 2027))
        expected.append([int(moment.timestamp()) for moment in moments])
    found = read_elsewhere(script, texts)
    assert [[one["begins"] for one in each["appointments"]] for each in found] == expected
    assert {one["title"] for each in found for one in each["appointments"]} == {NASTY}


def brief(event: Seen) -> tuple[object, ...]:
    return (
        event.uid,
        event.sequence,
        int(event.begins.timestamp()),
        int(event.ends.timestamp()),
        event.zone,
        event.title,
        event.words,
        event.status,
    )


def seen_elsewhere(found: dict[str, object]) -> tuple[object, ...]:
    names = ("uid", "sequence", "begins", "ends", "zone", "title", "words", "status")
    return tuple(found[name] for name in names)
