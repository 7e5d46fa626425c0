"""A coordinator gives something to somebody else, lets it rest, ends it, and takes it back."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.coordinator import actions
from services.coordinator.rules.owners import Seat
from services.coordinator.tables import Obligation
from shared.errors import Invalid, NotAllowed, RuleBroken
from shared.events import ReferralAccepted, ReferralHeld, ReferralUpdated
from tests.coordinator.office import ASKER, MONDAY, Office
from tests.coordinator.team import OTHER, Team, deeds_of
from tests.coordinator.test_obligations import accepted, book, requested

WHY = "They are short of people."


@pytest.fixture
def team(office: Office) -> Team:
    return Team(office)


def the_row(office: Office) -> Obligation:
    (row,) = office.obligations("open", "paused", "settled")
    return row


def test_it_is_given_to_a_person_and_keeps_its_dates(office: Office, team: Team) -> None:
    requested(office)
    before = the_row(office)
    with team.decide() as work:
        actions.transfer(work, before.id, Seat("rtms_unit", team.rosa), WHY, before.version)
    now = the_row(office)
    assert (now.debtor, now.debtor_member) == ("rtms_unit", team.rosa)
    assert (now.id, now.due_at, now.next_at, now.taken) == (
        before.id,
        before.due_at,
        before.next_at,
        0,
    )
    assert office.told() == ["opened", "cancelled", "opened"]
    assert deeds_of(office, now) == ["transferred"]


def test_another_unit_owes_it_where_it_is_done(office: Office, team: Team) -> None:
    requested(office)
    with team.decide() as work:
        actions.transfer(work, the_row(office).id, Seat(OTHER), WHY)
    row = the_row(office)
    assert (row.debtor, row.debtor_member, row.place) == (OTHER, None, "rtms_unit")


def test_a_transfer_survives_the_news_of_the_patient(office: Office, team: Team) -> None:
    names = requested(office)
    with team.decide() as work:
        actions.transfer(work, the_row(office).id, Seat("rtms_unit", team.rosa), WHY)
    office.hear(office.request(names), source=ASKER)
    assert team.owner()[:2] == ("rtms_unit", team.rosa)
    office.wait(days=1)
    assert team.owner()[:2] == ("rtms_unit", team.rosa)


@pytest.mark.parametrize(
    ("unit", "who"), [("nowhere", None), ("interop", None), ("psychophysical_therapist", None)]
)
def test_it_is_given_to_nobody_who_could_not_do_it(
    office: Office, team: Team, unit: str, who: UUID | None
) -> None:
    requested(office)
    with pytest.raises((Invalid, RuleBroken)), team.decide() as work:
        actions.transfer(work, the_row(office).id, Seat(unit, who), WHY)
    assert team.owner()[0] == "rtms_unit"


def test_it_is_given_to_nobody_of_another_unit_and_not_twice(office: Office, team: Team) -> None:
    requested(office)
    row = the_row(office)
    for seat in (Seat("rtms_unit", team.nora), Seat("rtms_unit")):
        with pytest.raises(RuleBroken), team.decide() as work:
            actions.transfer(work, row.id, seat, WHY)
    assert office.told() == ["opened"]


def test_a_pause_ends_on_the_morning_of_its_day(office: Office, team: Team) -> None:
    requested(office)
    with team.decide() as work:
        actions.pause_until(work, the_row(office).id, date(2026, 12, 5), "On holiday.")
    row = the_row(office)
    # The fifth is a Saturday: the unit opens on Monday.
    assert row.held_until == datetime(2026, 12, 7, 7, tzinfo=UTC)
    office.clock.set(datetime(2026, 12, 7, 6, 59, tzinfo=UTC))
    office.wait(seconds=0)
    assert office.owed() == []
    assert office.told() == ["opened", "cancelled"]
    office.wait(minutes=2)
    row = the_row(office)
    assert (row.state, row.held_until) == ("open", None)
    # Ten working days of rest: the third working day is not the 26th of November any more.
    assert row.due_at == datetime(2026, 12, 10, 17, tzinfo=UTC)
    assert office.told() == ["opened", "cancelled", "opened"]
    assert deeds_of(office, row) == ["paused", "resumed"]


def test_it_is_resumed_before_its_day(office: Office, team: Team) -> None:
    requested(office)
    row = the_row(office)
    with team.decide() as work:
        actions.pause_until(work, row.id, date(2026, 12, 5), "On holiday.")
    office.wait(days=1)
    with team.decide() as work:
        actions.resume_now(work, row.id)
    assert the_row(office).due_at == datetime(2026, 11, 27, 17, tzinfo=UTC)
    office.wait(days=30)
    assert deeds_of(office, row)[:2] == ["paused", "resumed"]


@pytest.mark.parametrize("day", [date(2026, 11, 23), date(2026, 11, 1), date(2028, 1, 1)])
def test_a_pause_has_a_day_to_come(office: Office, team: Team, day: date) -> None:
    requested(office)
    with pytest.raises(Invalid), team.decide() as work:
        actions.pause_until(work, the_row(office).id, day, "On holiday.")


def test_a_pause_by_a_person_and_one_by_rule_end_each_by_itself(office: Office, team: Team) -> None:
    names = requested(office)
    row = the_row(office)
    with team.decide() as work:
        actions.pause_until(work, row.id, date(2026, 11, 25), "On holiday.")
    office.hear(ReferralHeld(**names, question=office.note("Metal?", names["patient_id"])))
    office.wait(days=3)
    assert office.owed("paused") == ["answer-referral"]
    assert office.owed() == ["answer-question"]


def test_a_follow_up_that_rested_is_not_owed_anew(office: Office, team: Team) -> None:
    """Its day is still the day that was planned, although its ladder begins later."""
    one = book(office, accepted(office))
    row = the_row(office)
    with team.decide() as work:
        actions.pause_until(work, row.id, date(2026, 11, 26), "The machine is away.")
    office.wait(days=4)
    note = office.note("…", one["patient_id"])
    del note
    assert [r.id for r in office.obligations()] == [row.id]
    office.hear(ReferralAccepted(**{k: one[k] for k in _REFERRAL}))
    assert [r.id for r in office.obligations()] == [row.id]


_REFERRAL = ("patient_id", "referral_id", "requester", "performer")


def test_what_is_not_needed_stays_ended_until_it_is_about_something_else(
    office: Office, team: Team
) -> None:
    names = requested(office)
    row = the_row(office)
    with team.decide() as work:
        actions.dismiss(work, row.id, "Asked by mistake.")
    assert office.told() == ["opened", "cancelled"]
    office.hear(office.request(names), source=ASKER)
    office.wait(days=20)
    assert office.owed() == []
    said = office.request(names)
    urgent = ReferralUpdated(
        **names, urgency="urgent", reason_code="", identity=said.identity, details=said.details
    )
    office.hear(urgent, source=ASKER)
    assert [(r.what, r.urgent) for r in office.obligations()] == [("answer-referral", True)]


DEEDS: dict[str, Any] = {
    "transferred": lambda work, row, team: actions.transfer(
        work, row.id, Seat("rtms_unit", team.rosa), WHY
    ),
    "paused": lambda work, row, _: actions.pause_until(work, row.id, date(2026, 12, 5), WHY),
    "done": lambda work, row, _: actions.settle(work, row.id, WHY),
    "not-needed": lambda work, row, _: actions.dismiss(work, row.id, WHY),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_each_deed_is_taken_back_within_the_day(office: Office, team: Team, deed: str) -> None:
    requested(office)
    before = the_row(office)
    with team.decide() as work:
        DEEDS[deed](work, before, team)
    with team.decide() as work:
        actions.take_back(work, before.id)
    after, told = the_row(office), office.told()
    kept = {"debtor", "debtor_member", "state", "due_at", "next_at", "start", "taken", "moved_to"}
    assert after.model_dump(include=kept) == before.model_dump(include=kept)
    assert (told[0], told[-1], len(told)) == ("opened", "opened", 5 if deed == "transferred" else 3)
    assert deeds_of(office, before) == [deed, "undone"]
    with pytest.raises(RuleBroken), team.decide() as work:
        actions.take_back(work, before.id)


@pytest.mark.parametrize("deed", DEEDS)
def test_nothing_is_taken_back_on_another_day(office: Office, team: Team, deed: str) -> None:
    requested(office)
    row = the_row(office)
    with team.decide() as work:
        DEEDS[deed](work, row, team)
    office.wait(days=1)
    with pytest.raises(RuleBroken), team.decide() as work:
        actions.take_back(work, row.id)


def test_one_deed_after_the_other_is_taken_back(office: Office, team: Team) -> None:
    requested(office)
    row = the_row(office)
    for deed in ("transferred", "paused"):
        with team.decide() as work:
            DEEDS[deed](work, row, team)
    for _ in range(2):
        with team.decide() as work:
            actions.take_back(work, row.id)
    assert team.owner() == ("rtms_unit", None, "")
    assert office.owed() == ["answer-referral"]


@pytest.mark.parametrize("deed", DEEDS)
def test_an_old_page_decides_nothing(office: Office, team: Team, deed: str) -> None:
    requested(office)
    seen = the_row(office).version
    with team.decide() as work:
        DEEDS[deed](work, the_row(office), team)
    said: dict[str, Any] = {}
    with pytest.raises(RuleBroken) as refusal, team.decide() as work:
        actions.settle(work, the_row(office).id, "By telephone.", seen)
    said |= refusal.value.parameters
    assert said == {"who": "Claire Morvan", "when": "Mon 23 Nov 09:00"}


def test_news_of_the_patient_make_a_page_old_too(office: Office, team: Team) -> None:
    names = requested(office)
    row = the_row(office)
    office.hear(ReferralHeld(**names, question=office.note("Metal?", names["patient_id"])))
    with pytest.raises(RuleBroken), team.decide() as work:
        actions.dismiss(work, row.id, "Not needed.", row.version)


def test_a_step_of_the_clock_makes_no_page_old(office: Office, team: Team) -> None:
    requested(office)
    row = the_row(office)
    office.wait(days=4)
    with team.decide() as work:
        actions.dismiss(work, row.id, "Not needed.", row.version)
    assert office.owed() == []


def test_only_the_coordinator_moves(office: Office, team: Team) -> None:
    requested(office)
    row = the_row(office)
    for deed in DEEDS.values():
        with pytest.raises(NotAllowed), office.running.work(actor="service:token:1") as work:
            deed(work, row, team)


def test_what_a_person_moved_ends_as_everything_does(office: Office, team: Team) -> None:
    names = requested(office)
    with team.decide() as work:
        actions.pause_until(work, the_row(office).id, date(2026, 12, 5), WHY)
    office.hear(ReferralAccepted(**names))
    assert office.owed("paused") == []
    office.wait(days=30)
    assert office.owed() == ["book-session"]
    assert MONDAY + timedelta(days=30) <= office.clock.now()
