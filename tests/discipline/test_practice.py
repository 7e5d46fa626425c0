"""A discipline adds its own rules to what all disciplines do: they hold at every door."""

# ruff: noqa: ARG002 - a practice is told more than this one asks

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from shared.discipline import actions
from shared.discipline.practice import Practice
from shared.discipline.tables import CareSession, Referral
from shared.errors import RuleBroken
from shared.work import Work
from tests.clinic import Clinic
from tests.discipline.unit import accept, book
from tests.referring import Referred, announced, stored, withdraw


class Careful(Practice):
    """Refuses what it is told to refuse, and remembers what happened."""

    def __init__(self) -> None:
        self.refuses: set[str] = set()
        self.seen: list[str] = []

    def before(
        self, work: Work, verb: str, referral: Referral, session: CareSession | None = None
    ) -> None:
        if verb in self.refuses:
            raise RuleBroken("Not today.")

    def after(
        self, work: Work, verb: str, referral: Referral, session: CareSession | None = None
    ) -> None:
        self.seen.append(f"{verb} {session.status if session else referral.status}")


@pytest.fixture
def careful(clinic: Clinic) -> Iterator[Careful]:
    """The rTMS unit, with a practice of its own."""
    practice, unit = Careful(), clinic.team["rtms_unit"]
    as_it_was = unit.service
    unit.service = replace(as_it_was, practice=practice)
    yield practice
    unit.service = as_it_was


def test_what_is_refused_is_refused_by_page_and_program(
    clinic: Clinic, sent: Referred, careful: Careful
) -> None:
    accept(clinic, sent)
    session = book(clinic, sent, hours=1)
    unit, told = clinic.http(clinic.operator), announced(clinic, "rtms_unit")
    careful.refuses = {"book", "move", "arrive", "complete", "interrupt", "miss", "cancel"}
    careful.refuses |= {"complete-referral"}
    reason = {"reason_code": "other"}
    when = {"starts_at": (clinic.now + timedelta(hours=5)).isoformat(), "minutes": 30}
    given = {"arrive": {}, "complete": {}, "interrupt": reason, "miss": reason, "cancel": reason}
    for verb, entry in {**given, "move": when}.items():
        answer = unit.post(f"/rtms_unit/api/sessions/{session}/{verb}", json=entry)
        assert (answer.status_code, "Not today." in answer.text) == (409, True), verb
    for verb, entry in given.items():
        assert "Not today." in unit.post(f"/rtms_unit/sessions/{session}/{verb}", data=entry).text
    assert "Not today." in unit.post(f"{sent.api}/sessions", json=when).text
    assert announced(clinic, "rtms_unit") == told


def test_what_follows_from_news_follows_too(
    clinic: Clinic, sent: Referred, careful: Careful
) -> None:
    accept(clinic, sent)
    book(clinic, sent, hours=1)
    careful.refuses = {"withdraw", "cancel"}
    withdraw(clinic, sent)
    assert stored(clinic, sent).status == "cancelled"
    assert careful.seen == [
        "accept accepted",
        "book booked",
        "withdraw cancelled",
        "cancel cancelled",
    ]


def test_every_outcome_of_a_session_has_its_consequence(
    clinic: Clinic, sent: Referred, careful: Careful
) -> None:
    accept(clinic, sent)
    first, second, third = (book(clinic, sent, hours=each) for each in (1, 2, 3))
    with clinic.work("rtms_unit", clinic.operator) as work:
        actions.move(work, third, clinic.now + timedelta(hours=4))
        actions.arrive(work, first)
        actions.complete_session(work, first, 6, 4)
        actions.interrupt(work, second, "unwell")
        actions.miss(work, third, "illness")
        actions.complete(work, sent.id, "goals-met")
    assert careful.seen[4:] == [
        "move booked",
        "arrive arrived",
        "complete completed",
        "interrupt interrupted",
        "miss missed",
        "complete-referral completed",
    ]
