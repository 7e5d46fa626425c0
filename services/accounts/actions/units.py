"""Units: their hours and closures, and their end. What a change means is seen before it is made."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from services.accounts.rules import units as rules
from services.accounts.rules.units import Candidate, Plan, Sample
from services.accounts.tables import UnitChange
from shared.access.tables import Unit
from shared.access.units import calendar_for, calendar_of, keep_unit, unit_of
from shared.access.viewer import ADMINISTRATOR, COORDINATOR
from shared.calendar import OPENS, WorkingCalendar, to_utc
from shared.database import insert_new
from shared.errors import NotFound, RuleBroken
from shared.events import Closure, Opening, UnitChanged, unit_id
from shared.i18n import N_
from shared.identifiers import digest
from shared.service import NamePlate
from shared.work import Work


@dataclass(frozen=True)
class Described:
    """A unit with what is said of it, and the calendar that follows."""

    plate: NamePlate
    plan: Plan
    calendar: WorkingCalendar


@dataclass(frozen=True)
class Preview:
    """What a change would mean. `seen` says that a person had exactly this before the eyes."""

    unit: Described
    plan: Plan
    calendar: WorkingCalendar
    moment: datetime
    """The samples are about what comes then: now, or on the first day that would be another."""
    later: bool
    """Whether that is on a day to come."""
    samples: tuple[Sample, ...]
    seen: str

    @property
    def ends(self) -> bool:
        """Whether the unit would be closed for good, and was not."""
        return self.plan.closed_from is not None and self.unit.plan.closed_from is None


def described_units(work: Work) -> list[Described]:
    """Every unit that members work in."""
    work.require(ADMINISTRATOR, COORDINATOR)
    return [_described(work, plate) for plate in work.directory.plates if plate.roles]


def described_unit(work: Work, service: str) -> Described:
    """One unit, by the name of its service."""
    work.require(ADMINISTRATOR, COORDINATOR)
    plate = work.directory.plate(service)
    if not plate.roles:
        raise NotFound
    return _described(work, plate)


def heirs(work: Work, service: str) -> list[NamePlate]:
    """The units that can take over the work of one that closes for good."""
    return [
        plate
        for plate in work.directory.taking_referrals(service)
        if _candidate(work, plate).closed_from is None
    ]


def may_end(work: Work, service: str) -> bool:
    """Whether the team could go on without this unit."""
    return _candidate(work, work.directory.plate(service)).may_end


def preview(work: Work, service: str, plan: Plan) -> Preview:
    """What would change, without changing it; or the rule that the plan breaks."""
    unit = described_unit(work, service)
    _check(work, unit, plan)
    would_be = calendar_for(work, _row(service, plan))
    day = rules.first_difference(unit.calendar, would_be, work.today)
    later = day if day and day > work.today else None
    moment = to_utc(later, OPENS, would_be.zone) if later else work.now
    samples = tuple(rules.samples(unit.calendar, would_be, moment))
    seen = digest(json.dumps([_json(unit.plan), _json(plan)], sort_keys=True))
    return Preview(unit, plan, would_be, moment, bool(later), samples, seen)


def change_unit(work: Work, service: str, plan: Plan, seen: str = "") -> UnitChange:
    """Say of a unit what holds from now on; `seen` is that of the preview, where there was one."""
    _lock(work, service)
    shown = preview(work, service, plan)
    if seen and seen != shown.seen:
        raise RuleBroken(N_("The unit was changed meanwhile. Please look at the preview again."))
    return _keep(work, shown.unit, plan)


def undo_change(work: Work, change_id: UUID) -> UnitChange:
    """Take a change of a unit back, if nothing was changed since."""
    change = work.get(UnitChange, change_id)
    _lock(work, change.service)
    unit = described_unit(work, change.service)
    work.session.refresh(change, with_for_update=True)
    if change.undone_at is not None or _json(unit.plan) != change.after:
        raise RuleBroken(N_("The unit was changed since. Look at how it is now."))
    before = _plan(change.before)
    _require_end(work, unit.plan, before)
    change.undone_at, change.undone_by = work.now, work.actor
    return _keep(work, unit, before)


def changes_of(work: Work, service: str) -> Sequence[UnitChange]:
    """The last changes of a unit, the newest first."""
    work.require(ADMINISTRATOR, COORDINATOR)
    statement = select(UnitChange).where(UnitChange.service == service)
    return work.all(statement.order_by(col(UnitChange.at).desc(), col(UnitChange.id).desc()))[:5]


def _check(work: Work, unit: Described, plan: Plan) -> None:
    rules.check_plan(plan, unit.plan, work.today)
    _require_end(work, unit.plan, plan)
    if _end(plan) != _end(unit.plan):
        known = {plate.name: plate for plate in work.directory.plates}
        heir = known.get(plan.successor)
        rules.check_end(
            plan, _candidate(work, unit.plate), _candidate(work, heir) if heir else None, work.today
        )


def _require_end(work: Work, was: Plan, plan: Plan) -> None:
    """Only an administrator closes a unit for good, or opens it again."""
    if _end(was) != _end(plan):
        work.require(ADMINISTRATOR)


def _end(plan: Plan) -> tuple[date | None, str]:
    return plan.closed_from, plan.successor


def _candidate(work: Work, plate: NamePlate) -> Candidate:
    row = unit_of(work, plate.name)
    may_end = plate.takes_referrals and not plate.from_outside
    return Candidate(
        plate.name, may_end, plate.takes_referrals, row.closed_from if row is not None else None
    )


def _lock(work: Work, service: str) -> None:
    """One change at a time; a unit that nobody has described yet is kept as it is by default."""
    described_unit(work, service)
    insert_new(work.session.connection(), Unit, [{"service": service, **_json(Plan())}])
    work.hold(Unit, service)


def _keep(work: Work, unit: Described, plan: Plan) -> UnitChange:
    kept = rules.worth_keeping(plan.closures, work.today)
    after = Plan(**{**vars(plan), "closures": kept})
    event = UnitChanged(unit_id=unit_id(unit.plate.name), service=unit.plate.name, **vars(after))
    keep_unit(event, work)
    change = UnitChange(
        service=unit.plate.name,
        before=_json(unit.plan),
        after=_json(after),
        at=work.now,
        by=work.actor,
    )
    work.add(change)
    work.announce(event)
    work.audit(f"unit-changed:{unit.plate.name}", None)
    return change


def _described(work: Work, plate: NamePlate) -> Described:
    row = unit_of(work, plate.name)
    return Described(plate, _plan_of(row) if row else Plan(), calendar_of(work, plate.name))


def _plan_of(row: Unit) -> Plan:
    return Plan(
        row.zone,
        tuple(Opening.model_validate(each) for each in row.opening),
        row.public_holidays,
        tuple(Closure.model_validate(each) for each in row.closures),
        row.closed_from,
        row.successor,
    )


def _row(service: str, plan: Plan) -> Unit:
    """A unit as it would be kept; it is never added to a session."""
    return Unit(service=service, **_json(plan))


def _json(plan: Plan) -> dict[str, Any]:
    """The plan as plain values, for a digest and for the history."""
    event = UnitChanged(unit_id=unit_id(""), service="", **vars(plan))
    return event.model_dump(mode="json", exclude={"unit_id", "service"})


def _plan(values: dict[str, Any]) -> Plan:
    event = UnitChanged.model_validate({**values, "unit_id": unit_id(""), "service": ""})
    return Plan(**{name: getattr(event, name) for name in vars(Plan())})
