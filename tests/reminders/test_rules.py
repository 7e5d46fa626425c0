"""Rules of the reminders: when a mail may go, what it is called, where it leads."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reminders.rules import clocks, places, timing, wording
from services.reminders.rules.pace import Manners, pace_of
from services.reminders.rules.timing import Times
from shared.calendar import is_working_day
from shared.events import OUTSIDE
from shared.identifiers import new_id

PARIS = ZoneInfo("Europe/Paris")
MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def open_in_france(day: date) -> bool:
    return is_working_day(day, "FR")


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def in_paris(**changes: Any) -> Times:
    """Somebody in Paris who wants what most people want."""
    usual = Times(PARIS, open_in_france, time(7, 30), time(19), time(7))
    return replace(usual, **changes)


@pytest.mark.parametrize(
    ("due", "goes"),
    [
        ("2026-11-23T07:00", "2026-11-23T07:00"),
        ("2026-11-23T18:59", "2026-11-23T18:59"),
        ("2026-11-23T19:00", "2026-11-24T07:00"),
        ("2026-11-24T03:00", "2026-11-24T07:00"),
        ("2026-11-27T20:00", "2026-11-30T07:00"),
        ("2026-11-28T10:00", "2026-11-30T07:00"),
        # Christmas is a Friday in 2026.
        ("2026-12-24T21:00", "2026-12-28T07:00"),
        # The clocks change in the night to Sunday, 25 October and 28 March.
        ("2026-10-24T12:00", "2026-10-26T07:00"),
        ("2027-03-26T19:30", "2027-03-30T07:00"),
    ],
)
def test_nobody_is_disturbed_at_night(due: str, goes: str) -> None:
    assert timing.next_talk(paris(due), in_paris()) == paris(goes)


@given(st.integers(0, 10 * 365 * 24 * 60))
def test_a_mail_that_waits_goes_in_the_next_working_hours(minutes: int) -> None:
    moment = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    goes = timing.next_talk(moment, in_paris())
    local = goes.astimezone(PARIS)
    assert moment <= goes < moment + timedelta(days=5)
    assert open_in_france(local.date())
    assert time(7) <= local.time() < time(19)
    assert timing.next_talk(goes, in_paris()) == goes


@pytest.mark.parametrize(
    ("quiet", "due", "goes"),
    [
        (("12:00", "14:00"), "2026-11-23T12:30", "2026-11-23T14:00"),
        (("12:00", "14:00"), "2026-11-23T23:30", "2026-11-23T23:30"),
        (("00:00", "00:00"), "2026-11-23T03:00", "2026-11-23T03:00"),
        (("16:00", "10:00"), "2026-11-23T16:00", "2026-11-24T10:00"),
    ],
)
def test_quiet_time_is_the_persons_own(quiet: tuple[str, str], due: str, goes: str) -> None:
    begin, end = map(time.fromisoformat, quiet)
    assert timing.next_talk(paris(due), in_paris(quiet_from=begin, quiet_until=end)) == paris(goes)


@pytest.mark.parametrize(
    ("since", "goes"),
    [
        ("2026-11-23T07:30", "2026-11-23T07:30"),
        ("2026-11-23T07:31", "2026-11-24T07:30"),
        ("2026-11-27T07:31", "2026-11-30T07:30"),
        ("2026-12-24T09:00", "2026-12-28T07:30"),
    ],
)
def test_the_daily_mail_comes_on_working_mornings(since: str, goes: str) -> None:
    assert timing.next_daily(paris(since), in_paris()) == paris(goes)


def test_whoever_is_away_gets_the_daily_mail_when_back() -> None:
    def works(day: date) -> bool:
        return open_in_france(day) and not date(2026, 11, 24) <= day <= date(2026, 12, 4)

    away = in_paris(works=works)
    assert timing.next_daily(paris("2026-11-23T12:00"), away) == paris("2026-12-07T07:30")


@pytest.mark.parametrize(
    ("now", "daily", "may"),
    [
        ("2026-11-23T07:30", "07:30", True),
        ("2026-11-23T07:29", "07:30", False),
        ("2026-11-23T15:00", "07:30", True),
        ("2026-11-23T19:00", "07:30", False),
        ("2026-11-22T07:30", "07:30", False),
        # Who wants it in the quiet time of the morning gets it then.
        ("2026-11-23T06:30", "06:30", True),
    ],
)
def test_a_late_daily_mail_still_comes_by_day(now: str, daily: str, may: bool) -> None:
    times = in_paris(daily=time.fromisoformat(daily))
    assert timing.may_go_daily(paris(now), times) is may


def test_a_mail_is_tried_again_for_three_days() -> None:
    now = MONDAY
    tries: list[timedelta] = []
    while again := timing.try_again(len(tries) + 1, MONDAY, now):
        tries.append(again - now)
        now = again
    assert [pause / timedelta(minutes=1) for pause in tries[:6]] == [1, 5, 15, 30, 60, 60]
    assert tries[-1] == timedelta(hours=3)
    assert timedelta(hours=72) <= now - MONDAY < timedelta(hours=75)


def test_a_mail_is_given_up_when_it_would_come_too_late() -> None:
    in_an_hour, in_a_week = MONDAY + timedelta(hours=1), MONDAY + timedelta(days=7)
    assert timing.give_up_at(MONDAY, in_an_hour) == in_an_hour + timing.GRACE
    assert timing.give_up_at(MONDAY, in_a_week) == MONDAY + timedelta(hours=72)
    too_late = timing.give_up_at(MONDAY, in_an_hour)
    assert timing.try_again(9, MONDAY, too_late, too_late) is None
    assert timing.try_again(9, MONDAY, too_late - timedelta(minutes=1), too_late) is not None


@pytest.mark.parametrize(
    ("step", "settings", "expected"),
    [
        ("opened", {}, "daily"),
        ("opened", {"for_today": True}, "alone"),
        ("opened", {"urgent": True}, "at-once"),
        ("opened", {"daily_only": False}, "alone"),
        ("remind", {}, "daily"),
        ("chase", {"for_today": True}, "daily"),
        ("chase", {"chase": "at-once"}, "alone"),
        ("chase", {"by_hand": True}, "alone"),
        ("chase", {"escalation": "daily"}, "daily"),
        ("tell-coordinator", {}, "alone"),
        ("hand-back", {}, "alone"),
        ("hand-back", {"escalation": "daily"}, "daily"),
        ("hand-back", {"chase": "at-once", "escalation": "daily"}, "daily"),
        ("hand-back", {"escalation": "daily", "urgent": True}, "at-once"),
    ],
)
def test_chasing_and_escalating_are_set_apart(
    step: str, settings: dict[str, Any], expected: str
) -> None:
    usual = {"chase": "daily", "escalation": "at-once", "daily_only": True}
    manners = Manners(**{name: settings.get(name, value) for name, value in usual.items()})
    asked = {"urgent": False, "for_today": False, "by_hand": False}
    given = {name: settings.get(name, value) for name, value in asked.items()}
    assert pace_of(step, manners, **given) == expected


@pytest.mark.parametrize(
    ("hours", "passed", "doubtful", "back"),
    [
        (24, 24, False, False),  # the house stood still for a day
        (5.9, 0, False, False),
        (6.1, 0, True, False),
        (87600, 0, True, False),
        (-1, 0, False, True),
        (0.01, 0, False, False),
        (0, 24, False, True),  # put back by a day while the machine ran for one
    ],
)
def test_a_clock_that_jumped_is_told_from_time_that_passed(
    hours: float, passed: float, doubtful: bool, back: bool
) -> None:
    jumped = clocks.jump(MONDAY, 1000, MONDAY + timedelta(hours=hours), 1000 + passed * 3600)
    assert (clocks.is_doubtful(jumped), clocks.went_back(jumped)) == (doubtful, back)


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
    place: str = ""


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


def test_whoever_was_asked_instead_is_led_to_where_it_is_done() -> None:
    owed = Owed("make-up-session", "x", new_id(), new_id(), new_id(), "psychologist", "rtms_unit")
    assert places.page("debtor", owed) == f"/rtms_unit/referrals/{owed.referral_id}"
    owed.debtor = "coordinator"
    assert places.page("debtor", owed) == f"/coordinator/patients/{owed.patient_id}"


def test_a_matter_without_a_referral_is_its_own_subject() -> None:
    owed = Owed("answer-referral", "psychologist", new_id(), None, new_id())
    assert places.page("debtor", owed) == f"/pain_physician/referrals/{owed.subject}"
