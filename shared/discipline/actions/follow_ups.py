"""Follow-up: what is asked some time after the care, so that a loss of the gain is noticed."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlmodel import col, select

from shared import measuring
from shared.discipline.actions.measurements import Measured, measure
from shared.discipline.actions.records import (
    brought_here,
    last_change,
    mark,
    referral_of,
    to_change,
    write,
)
from shared.discipline.actions.withdrawing import drop_follow_up
from shared.discipline.codes import FOLLOW_UP_CANCELLATIONS, FOLLOW_UP_POINTS, KEEPING_UP
from shared.discipline.naming import about_follow_up
from shared.discipline.rules import follow_up as rules
from shared.discipline.rules import referral as referral_rules
from shared.discipline.tables import FollowUp, Referral
from shared.events import FollowUpDone, FollowUpPlanned
from shared.patients import refuse_gone
from shared.work import Work

_CODES = {"nrs": "nrs-average", "pgic": "pgic", "npsi": "npsi-total"}
"""Which instrument each answer belongs to."""


def plan_follow_up(work: Work, referral_id: UUID, point: str, due_on: date) -> FollowUp:
    """Promise to ask how the patient is, on a day to come."""
    referral = to_change(work, Referral, referral_id)
    refuse_gone(work, referral.patient_id)
    last = brought_here(work, referral)
    referral_rules.refuse_unless_possible("follow-up", referral.status, last)
    referral_rules.check_code(point, FOLLOW_UP_POINTS, "point")
    rules.check_due(due_on, work.today)
    rules.refuse_second(point, _points(work, referral_id))
    follow_up = FollowUp(
        referral_id=referral.id,
        patient_id=referral.patient_id,
        point=point,
        due_on=due_on,
        changed_at=work.now,
        changed_by=work.actor,
    )
    work.add(follow_up)
    write(work, referral, "follow-up-planned", subject=follow_up.id)
    work.announce(FollowUpPlanned(**about_follow_up(referral, follow_up), due_on=due_on))
    return follow_up


def record_follow_up(  # noqa: PLR0917 - one for each field of the form
    work: Work,
    follow_up_id: UUID,
    nrs: int | None = None,
    pgic: int | None = None,
    note: str = "",
    npsi: int | None = None,
    keeping_up: Sequence[str] = (),
    *,
    version: int | None = None,
) -> None:
    """Write down average pain, impression of change, NPSI total, and what keeps the gain."""
    follow_up = _open(work, follow_up_id, version)
    found = {"nrs": nrs, "pgic": pgic, "npsi": npsi}
    _check(found, keeping_up)
    follow_up.status, follow_up.done_at, follow_up.note = "done", work.now, note
    kept = [code for code in KEEPING_UP if code in keeping_up]
    follow_up.sqlmodel_update({**found, "keeping_up": kept})
    mark(work, follow_up)
    referral = referral_of(work, follow_up)
    write(work, referral, "follow-up-done", subject=follow_up.id)
    names = {**about_follow_up(referral, follow_up), **found}
    work.announce(FollowUpDone(**names, keeping_up=tuple(kept)))
    for name, code in _CODES.items():
        if (value := found[name]) is not None:
            measure(work, referral, Measured(code, value, "follow-up"))


def cancel_follow_up(
    work: Work, follow_up_id: UUID, reason_code: str, *, version: int | None = None
) -> None:
    """The follow-up cannot or need not be done."""
    follow_up = _open(work, follow_up_id, version)
    referral_rules.check_code(reason_code, FOLLOW_UP_CANCELLATIONS, "reason_code")
    drop_follow_up(work, referral_of(work, follow_up), follow_up, reason_code)


def _open(work: Work, follow_up_id: UUID, version: int | None) -> FollowUp:
    follow_up = to_change(work, FollowUp, follow_up_id)
    rules.refuse_unless_planned(follow_up.status, brought_here(work, follow_up))
    referral_rules.refuse_if_stale(version, follow_up.version, last_change(work, follow_up))
    return follow_up


def _points(work: Work, referral_id: UUID) -> set[str]:
    planned = select(FollowUp.point).where(
        col(FollowUp.referral_id) == referral_id, col(FollowUp.status) != "cancelled"
    )
    return set(work.all(planned))


def _check(found: Mapping[str, int | None], keeping_up: Sequence[str]) -> None:
    for name, code in _CODES.items():
        measuring.check(code, found[name], name)
    for code in keeping_up:
        referral_rules.check_code(code, KEEPING_UP, "keeping_up")
    rules.refuse_nothing_found(*found.values())
