"""What a spam filter says of our mails: nothing."""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_string
from pathlib import Path

import pytest

from services.reminders import actions
from services.reminders.actions.envelopes import envelope_address
from shared.identifiers import new_id
from shared.mail import Message, as_bytes
from tests.reminders.agenda import Agenda, at
from tests.reminders.post import Post

pytestmark = [pytest.mark.spam, pytest.mark.slow, pytest.mark.timeout(300)]

LIMIT = 1.0
"""Points. A filter that is set as usual sorts a mail out at 5."""
SCORE = re.compile(r"score=(-?\d+\.\d+) required=5\.0 tests=(\S*)", re.S)
ON_THE_WAY = """\
Return-Path: <{envelope}>
Received: from mail.centre.example (mail.centre.example [10.0.0.25])
\tby mx.example.org with ESMTPS id 4F1A for <nora@example.org>;
\tMon, 23 Nov 2026 08:00:05 +0000
"""
ADVERT = Message(
    sender="win@centre.example",
    to="nora@example.org",
    subject="FREE VIAGRA!!! 100% GUARANTEED WINNER",
    text="CLICK HERE to claim $1,000,000.00 now! Act now! Cheap meds, no prescription.\n" * 5,
    html="<font size=7 color=red>CLICK HERE</font><img src='http://192.0.2.1/x.gif'>" * 5,
    message_id="<x@centre.example>",
    date=datetime(2026, 11, 23, 8, 0, tzinfo=UTC),
)


@dataclass
class Judged:
    """A mail, and what the filter said of it."""

    name: str
    score: float
    rules: str


@pytest.fixture
def letters(post: Post) -> dict[str, Message]:
    """Every kind of mail in both languages, as it is handed over."""
    as_in_a_centre(post)
    return samples(post) | appointments(post)


def as_in_a_centre(post: Post) -> None:
    running = post.clinic.team["reminders"]
    running.settings = running.settings.model_copy(
        update={
            "mail_from": "relais@centre.example",
            "mail_bounces_address": "bounces@centre.example",
            "public_url": "https://relais.centre.example",
        }
    )


def samples(post: Post) -> dict[str, Message]:
    """Those of the preview; each with the way out that daily mails have."""
    with post.clinic.look("reminders") as work:
        return {
            f"{sample.kind} {sample.language}": Message(
                sender=work.settings.mail_from,
                to="nora@example.org",
                to_name="Nora Benali",
                subject=sample.subject,
                text=sample.text,
                html=sample.html,
                message_id=f"<R-7F3K-9Q2M.{new_id().hex}@centre.example>",
                date=work.now,
                envelope_from=envelope_address(work, new_id()),
                unsubscribe=f"{work.settings.address}/reminders/one-click/{'k' * 43}",
            )
            for sample in actions.samples(work)
        }


def appointments(post: Post) -> dict[str, Message]:
    """Real ones, with their calendars: given, moved and taken back, one and several."""
    agenda = Agenda(post)
    for language in ("en", "fr"):
        member = post.clinic.join(
            "Nora Benali", roles=["rtms_operator"], units=["rtms_unit"], language=language
        )
        session = agenda.books(at(1), practitioner=member)[0]
        agenda.books(at(2), at(3), at(4), practitioner=member)
        agenda.later(minutes=1)
        agenda.moves({session: at(5)})
        agenda.later(minutes=1)
        agenda.cancels(session)
        agenda.later(minutes=1)
    return {f"appointment {number}": one for number, one in enumerate(agenda.sent)}


def judged(letters: dict[str, Message], folder: Path) -> Iterator[Judged]:
    """All mails in one go, by the rules that come with the filter; it asks nobody else."""
    box = folder / "box"
    begins = "From relais Mon Nov 23 08:00:05 2026\n"
    box.write_text("".join(f"{begins}{_arrived(one)}\n" for one in letters.values()))
    said = subprocess.run(
        ["/usr/bin/spamassassin", "--local", "--test-mode", "--mbox", str(box)],
        capture_output=True,
        text=True,
        check=True,
        timeout=240,
        env={"HOME": str(folder), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
    ).stdout
    verdicts = re.split(r"(?m)^From relais ", said)[1:]
    for name, verdict in zip(letters, verdicts, strict=True):
        status = str(message_from_string(verdict.partition("\n")[2])["X-Spam-Status"])
        found = SCORE.search(status)
        assert found, status
        yield Judged(name, float(found[1]), status)


def _arrived(letter: Message) -> str:
    raw = as_bytes(letter).decode("ascii").replace("\r\n", "\n")
    return ON_THE_WAY.format(envelope=letter.returns_to) + re.sub(r"(?m)^From ", ">From ", raw)


def test_no_mail_looks_like_an_advertisement(letters: dict[str, Message], tmp_path: Path) -> None:
    assert len(letters) >= 38
    bad = [one for one in judged(letters, tmp_path) if one.score >= LIMIT]
    assert bad == []


def test_the_filter_is_awake(tmp_path: Path) -> None:
    assert next(judged({"advert": ADVERT}, tmp_path)).score > 3
