"""The ways in which something is lost in real clinics; the oracle reads along in each story."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from services.accounts import actions as accounts
from services.accounts.rules.units import Plan
from services.coordinator import actions as coordinator
from services.coordinator.tables import Obligation
from services.pain_physician import actions as physician
from services.pain_physician import forms
from shared.discipline import actions as unit
from shared.events import Absence
from shared.patients import Patient
from tests.stuck.checks import problems
from tests.stuck.ward import LEAD, Ward

UNIT = "psychologist"


class Care:
    """A patient in the care of the psychologist, whose next session has a name to it."""

    def __init__(self, ward: Ward) -> None:
        self.ward, self.nora = ward, ward.psychologist
        self.paul = next(m.id for m in ward.people(UNIT) if m.id != self.nora)
        person = forms.Register(family="Morel", given="Ada", birth_date=date(1970, 1, 1))
        self.patient: UUID = self.do(LEAD, lambda work: physician.register(work, person))
        ask = forms.Refer(performer=UNIT, question="Could it help?")
        self.referral: UUID = self.do(LEAD, lambda work: physician.refer(work, self.patient, ask))

    def begin(self) -> None:
        """Accepted; one session has passed without a word, the next is to come."""
        self.do(UNIT, lambda work: unit.accept(work, self.referral))
        for days in (1, 20):
            at = self.ward.now + timedelta(days=days)
            self.do(UNIT, lambda work, at=at: unit.book(work, self.referral, at, 30, self.nora))
        self.do(UNIT, self._follow_up)
        self.wait(days=2)

    def _follow_up(self, work: Any) -> Any:
        return unit.plan_follow_up(work, self.referral, "month-3", date(2027, 2, 22))

    def do(self, service: str, deed: Any) -> Any:
        """The first of the unit does it, and it is not refused."""
        done = self.ward.act(service, 0, deed)
        assert done is not None
        return done

    def govern(self, deed: Any) -> None:
        assert self.ward.act_as("accounts", self.ward.administrator, deed)
        self.see()

    def wait(self, **duration: float) -> None:
        self.ward.wait(**duration)
        self.see()

    def see(self) -> None:
        """Nothing is stuck, whatever has just happened."""
        self.ward.breathe()
        assert problems(self.ward) == []

    def owners(self) -> set[tuple[str, UUID | None]]:
        """Who owes something of this patient's."""
        live = select(Obligation).where(col(Obligation.state).in_(("open", "paused")))
        rows = self.ward.rows("coordinator", live)
        return {(row.debtor, row.debtor_member) for row in rows}


@pytest.fixture
def care(ward: Ward) -> Care:
    return Care(ward)


def test_somebody_goes_on_leave(care: Care) -> None:
    care.begin()
    assert (UNIT, care.nora) in care.owners()
    today = care.ward.now.date()
    leave = Absence(begins=today, ends=today + timedelta(days=9), deputy=care.paul)
    care.govern(lambda work: accounts.enter_absence(work, care.nora, leave))
    assert (UNIT, care.paul) in care.owners()
    assert (UNIT, care.nora) not in care.owners()
    care.govern(lambda work: accounts.disable_member(work, care.paul))
    assert care.owners() == {(UNIT, None)}
    care.wait(days=12)
    assert (UNIT, care.nora) in care.owners()
    care.govern(lambda work: accounts.disable_member(work, care.nora))
    assert care.owners() == {("coordinator", None)}


def test_somebody_lets_it_rest_and_forgets_it(care: Care) -> None:
    care.see()
    row = care.ward.one("coordinator", select(Obligation), 0)
    until = care.ward.now.date() + timedelta(days=4)
    care.ward.act_as(
        "coordinator",
        care.ward.coordinator,
        lambda work: coordinator.pause_until(work, row.id, until, "On holiday."),
    )
    care.ward.touched.add(row.id)
    care.see()
    care.wait(days=5)
    care.wait(days=60)


def test_a_unit_closes(care: Care) -> None:
    care.begin()
    today = care.ward.now.date()
    heir = Plan(closed_from=today, successor="psychophysical_therapist")
    care.govern(lambda work: accounts.change_unit(work, UNIT, heir))
    assert care.owners() == {("psychophysical_therapist", None)}
    nobody = Plan(closed_from=today + timedelta(days=1))
    care.govern(lambda work: accounts.change_unit(work, "psychophysical_therapist", nobody))
    care.wait(days=2)
    assert care.owners() == {("coordinator", None)}


def test_a_patient_dies(care: Care) -> None:
    care.begin()
    with care.ward.look(LEAD) as work:
        version = work.get(Patient, care.patient).version
    died = forms.Stand(
        status="deceased", on=care.ward.now.date(), reason="Told.", version=version, sure=True
    )
    care.do(LEAD, lambda work: physician.set_standing(work, care.patient, died))
    care.see()
    care.wait(days=100)
    assert {what for what, _ in _owed(care)} == {"record-outcome"}


def _owed(care: Care) -> list[tuple[str, UUID]]:
    live = select(Obligation).where(Obligation.state == "open")
    return [(row.what, row.subject) for row in care.ward.rows("coordinator", live)]
