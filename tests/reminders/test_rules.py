"""Rules of the reminders: when a mail may go, what it is called, where it leads."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reminders.rules import places, timing, wording
from shared.calendar import is_working_day
from shared.events import OUTSIDE
from shared.identifiers import new_id

PARIS = ZoneInfo("Europe/Paris")
MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def open_in_france(day: date) -> bool:
    return is_working_day(day, "FR")


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("due", "goes"),
    [
        ("2026-11-23T07:00", "2026-11-23T07:00"),
        ("2026-11-23T18:59", "2026-11-23T18:59"),
        ("2026-11-23T19:00", "2026-11-24T07:30"),
        ("2026-11-24T03:00", "2026-11-24T07:30"),
        ("2026-11-27T20:00", "2026-11-30T07:30"),
        ("2026-11-28T10:00", "2026-11-30T07:30"),
        # Christmas is a Friday in 2026.
        ("2026-12-24T21:00", "2026-12-28T07:30"),
        # The clocks change in the night to Sunday, 25 October and 28 March.
        ("2026-10-24T12:00", "2026-10-26T07:30"),
        ("2027-03-26T19:30", "2027-03-30T07:30"),
    ],
)
def test_nobody_is_disturbed_at_night(due: str, goes: str) -> None:
    assert timing.next_opening(paris(due), PARIS, open_in_france) == paris(goes)


@given(st.integers(0, 10 * 365 * 24 * 60))
def test_a_mail_that_waits_goes_in_the_next_working_hours(minutes: int) -> None:
    moment = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    goes = timing.next_opening(moment, PARIS, open_in_france)
    local = goes.astimezone(PARIS)
    assert moment <= goes < moment + timedelta(days=5)
    assert open_in_france(local.date())
    assert time(7) <= local.time() < time(19)
    assert timing.next_opening(goes, PARIS, open_in_france) == goes


def test_a_mail_is_tried_again_for_three_days() -> None:
    now = MONDAY
    tries: list[timedelta] = []
    while again := timing.try_again(len(tries) + 1, MONDAY, now):
        tries.append(again - now)
        now = again
    assert [pause / timedelta(minutes=1) for pause in tries[:6]] == [1, 5, 15, 30, 60, 60]
    assert tries[-1] == timedelta(hours=3)
    assert timedelta(hours=72) <= now - MONDAY < timedelta(hours=75)


def test_a_matter_has_one_reference_for_ever() -> None:
    known = UUID("018f3a52-0000-7000-8000-000000000001")
    assert wording.reference(known) == "R-6Q33-GR9A"


@given(st.uuids())
def test_a_reference_can_be_read_aloud(obligation_id: UUID) -> None:
    text = wording.reference(obligation_id)
    assert len(text) == len("R-7F3K-9Q2M")
    assert set(text) <= set("-0123456789ABCDEFGHJKMNPQRSTVWXYZ")


def test_whoever_is_told_reads_why() -> None:
    for step in wording.STEPS:
        for part in wording.parts(step):
            assert wording.reason(step, part) != wording.reason("unknown", part)
            assert wording.subject(step, urgent=False) != wording.subject("unknown", urgent=False)


def test_an_unknown_kind_of_obligation_is_still_told() -> None:
    assert wording.task("water-the-plants") == wording.OTHER_TASK
    assert wording.parts("water") == ("debtor",)


@dataclass
class Owed:
    """What is owed, as the rule sees it."""

    what: str
    creditor: str
    subject: UUID
    referral_id: UUID | None
    patient_id: UUID
    debtor: str = "pain_physician"


@pytest.mark.parametrize(
    ("what", "creditor", "part", "path"),
    [
        ("answer-referral", "psychologist", "debtor", "/pain_physician/referrals/{referral}"),
        ("answer-referral", "psychologist", "creditor", "/psychologist/sent/{referral}"),
        ("answer-referral", "psychologist", "coordinator", "/coordinator/patients/{patient}"),
        ("answer-question", "rtms_unit", "debtor", "/pain_physician/sent/{referral}"),
        ("answer-question", OUTSIDE, "debtor", "/pain_physician/referrals/{referral}"),
        ("decide-next-step", "rtms_unit", "debtor", "/pain_physician/sent/{referral}"),
        ("read-report", "rtms_unit", "debtor", "/pain_physician/sent/{referral}"),
        ("read-report", "rtms_unit", "creditor", "/rtms_unit/referrals/{referral}"),
        ("record-outcome", "x", "debtor", "/pain_physician/sessions/{subject}"),
        ("make-up-session", "x", "debtor", "/pain_physician/referrals/{referral}"),
        ("follow-up", "x", "debtor", "/pain_physician/follow-ups/{subject}"),
        ("acknowledge-concern", "x", "debtor", "/pain_physician/concerns/{subject}"),
    ],
)
def test_a_link_leads_to_the_exact_page(what: str, creditor: str, part: str, path: str) -> None:
    owed = Owed(what, creditor, new_id(), new_id(), new_id())
    expected = path.format(referral=owed.referral_id, subject=owed.subject, patient=owed.patient_id)
    assert places.page(part, owed) == expected


def test_a_matter_without_a_referral_is_its_own_subject() -> None:
    owed = Owed("answer-referral", "psychologist", new_id(), None, new_id())
    assert places.page("debtor", owed) == f"/pain_physician/referrals/{owed.subject}"
