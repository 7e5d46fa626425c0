"""What goes wrong, and what a coordinator does about it: people, units, patients, events, mails."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

from sqlmodel import col, select

from services.accounts import actions as accounts
from services.accounts.rules.units import Plan
from services.coordinator import actions as coordinator
from services.coordinator.actions.parked import skip
from services.coordinator.rules.owners import COORDINATION, Seat
from services.coordinator.tables import EventDelivery, Obligation
from services.pain_physician import actions as physician
from services.pain_physician import forms
from shared.access.tables import Member
from shared.discipline.tables import Referral
from shared.events import Absence, ReferralUpdated
from shared.mail.message import MailDeferred, MailRefused
from shared.patients import Patient
from tests.stuck.care import ANY_UNIT, Deed
from tests.stuck.ward import LEAD, UNITS, Ward

STATUSES: tuple[Literal["deceased", "transferred", "active"], ...] = (
    *("deceased", "transferred", "active"),
)


def go_on_leave(ward: Ward, pick: int) -> None:
    """Somebody is away for some days, with a deputy or without."""
    member = _member(ward, pick)
    team = [other.id for unit in member.units for other in ward.people(unit)]
    deputies = [other for other in team if other != member.id]
    begins = ward.now.date() + timedelta(days=pick % 4)
    absence = Absence(
        begins=begins,
        ends=begins + timedelta(days=pick % 25),
        deputy=deputies[pick % len(deputies)] if deputies and pick % 2 else None,
    )
    _govern(ward, lambda work: accounts.enter_absence(work, member.id, absence))


def come_back(ward: Ward, pick: int) -> None:
    member = _member(ward, pick)
    if member.absences:
        begins = Absence.model_validate(member.absences[-1]).begins
        _govern(ward, lambda work: accounts.remove_absence(work, member.id, begins))


def leave_the_team(ward: Ward, pick: int) -> None:
    """Somebody is disabled, and perhaps enabled again later."""
    member = _member(ward, pick)
    deed = accounts.disable_member if member.active else accounts.enable_member
    _govern(ward, lambda work: deed(work, member.id))


def change_unit(ward: Ward, pick: int) -> None:
    """Somebody works in another unit from now on, or in two, or in none."""
    member = _member(ward, pick)
    units = [(), (ANY_UNIT[pick % 4],), tuple({ANY_UNIT[pick % 4], ANY_UNIT[pick // 4 % 4]})]
    about: dict[str, Any] = {"name": member.name, "email": member.email, "roles": member.roles}
    _govern(
        ward, lambda work: accounts.change_member(work, member.id, **about, units=units[pick % 3])
    )


def close_a_unit(ward: Ward, pick: int) -> None:
    """A unit is closed for good, with a successor or without; or this is taken back."""
    service = UNITS[pick % len(UNITS)]
    others = [unit for unit in UNITS if unit != service]
    plan = Plan(
        closed_from=ward.now.date() + timedelta(days=pick % 3),
        successor=others[pick % 2] if pick % 5 < 3 else "",
    )
    if pick % 4 == 0:
        plan = Plan()
    _govern(ward, lambda work: accounts.change_unit(work, service, plan))


def die_or_move(ward: Ward, pick: int) -> None:
    """A patient dies, is transferred, or this was an error."""
    patient = ward.one(LEAD, select(Patient), pick)
    if patient is None:
        return
    on = ward.now.date() - timedelta(days=pick % 5)
    entry = forms.Stand(
        status=STATUSES[pick % 3], on=on, reason="Told.", version=patient.version, sure=True
    )
    ward.act(LEAD, pick, lambda work: physician.set_standing(work, patient.id, entry))


def spoil_an_event(ward: Ward, pick: int) -> None:
    """What another organisation says cannot be opened: the unit cannot apply it."""
    service = ANY_UNIT[pick % len(ANY_UNIT)]
    found = ward.one(service, select(Referral), pick)
    if found is None:
        return
    with ward.work("interop") as work:
        sealed = work.seal(forms.Answer(answer="x"), found.id)  # sealed for somebody else
        work.announce(
            ReferralUpdated(
                patient_id=found.patient_id,
                referral_id=found.id,
                requester=found.requester,
                performer=service,
                urgency=found.urgency,
                identity=sealed,
                details=sealed,
            )
        )
    ward.wait(hours=3)  # all tries are over


def parked(ward: Ward) -> list[tuple[UUID, str]]:
    """What could not be applied, and where; as the coordinator knows it."""
    with ward.look("coordinator") as work:
        rows = work.all(select(EventDelivery).where(EventDelivery.state == "parked"))
        return sorted((row.event_id, row.subscriber) for row in rows)


def pass_over(ward: Ward, pick: int) -> None:
    """A coordinator passes over what could not be applied."""
    known = parked(ward)
    if known:
        event_id, subscriber = known[pick % len(known)]
        _coordinate(ward, lambda work: skip(work, event_id, subscriber, "It is unreadable."))
        ward.wait(minutes=2)


def refuse_mails(ward: Ward, pick: int) -> None:
    """The mail server refuses the next mails, for good or for now."""
    kinds = (MailRefused, MailDeferred)
    ward.mailer.answers += [kinds[pick % 2]("550 no such user")] * (1 + pick % 5)


def hand_over(ward: Ward, pick: int) -> None:
    """A coordinator gives something to another unit, to a person, or to the coordination."""
    row = _obligation(ward, pick)
    if row is None:
        return
    unit = (*ANY_UNIT, COORDINATION)[pick % 5]
    team = ward.people(unit)
    to = Seat(unit, team[pick % len(team)].id if team and pick % 2 else None)
    if _coordinate(ward, lambda work: coordinator.transfer(work, row.id, to, "Because.")):
        ward.touched.add(row.id)
        ward.moved[row.id] = (to.unit, to.member)


def let_rest(ward: Ward, pick: int) -> None:
    row = _obligation(ward, pick)
    if row is None:
        return
    until = ward.now.date() + timedelta(days=1 + pick % 20)
    deeds: tuple[Callable[[Any], Any], ...] = (
        lambda work: coordinator.pause_until(work, row.id, until, "On holiday."),
        lambda work: coordinator.resume_now(work, row.id),
    )
    if _coordinate(ward, deeds[row.held_until is not None]):
        ward.touched.add(row.id)


def end_by_hand(ward: Ward, pick: int) -> None:
    """A coordinator says that it was done elsewhere, or need not be done."""
    row = _obligation(ward, pick)
    if row is None:
        return
    deed = coordinator.settle if pick % 2 else coordinator.dismiss
    if _coordinate(ward, lambda work: deed(work, row.id, "By telephone.")):
        ward.touched.add(row.id)


def _obligation(ward: Ward, pick: int) -> Obligation | None:
    live = select(Obligation).where(col(Obligation.state).in_(("open", "paused")))
    found: Obligation | None = ward.one("coordinator", live, pick)
    return found


def _coordinate(ward: Ward, deed: Callable[[Any], Any]) -> Any:
    return ward.act_as("coordinator", ward.coordinator, deed)


def _govern(ward: Ward, deed: Callable[[Any], Any]) -> Any:
    return ward.act_as("accounts", ward.administrator, deed)


def _member(ward: Ward, pick: int) -> Member:
    """Anybody who treats: the coordinator and the administrator stay."""
    staying = {ward.coordinator, ward.administrator}
    known = [m for m in ward.rows("accounts", select(Member)) if m.id not in staying]
    found: Member = known[pick % len(known)]
    return found


TROUBLE: tuple[Deed, ...] = (
    *(go_on_leave, go_on_leave, come_back, leave_the_team, change_unit, close_a_unit),
    *(die_or_move, spoil_an_event, pass_over, refuse_mails, hand_over, hand_over, let_rest),
    *(let_rest, end_by_hand),
)
