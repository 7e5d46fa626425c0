"""Obligations: opened, met, cancelled, paused and escalated, and each time the others are told."""

from typing import Any
from uuid import UUID

from sqlalchemy.sql import Select
from sqlmodel import col, select

from services.coordinator.rules import ladders, owed
from services.coordinator.rules.owed import Owed
from services.coordinator.tables import Obligation
from shared.events import (
    ObligationCancelled,
    ObligationEscalated,
    ObligationMet,
    ObligationOpened,
)
from shared.work import Work


def days_of(work: Work) -> ladders.Days:
    return ladders.Days(work.zone, work.settings.country)


def open_obligation(work: Work, about: tuple[UUID, UUID | None], item: Owed) -> Obligation:
    """Somebody owes something from now on."""
    row = Obligation(
        patient_id=about[0],
        referral_id=about[1],
        what=item.what,
        debtor=item.debtor,
        debtor_member=item.debtor_member,
        creditor=item.creditor,
        creditor_member=item.creditor_member,
        subject=item.subject,
        since=item.since,
        start=item.start,
        urgent=item.urgent,
        state="paused" if item.paused else "open",
        paused_at=work.now if item.paused else None,
        **_dates(work, item.what, item.urgent, item.start),
    )
    work.add(row)
    if not item.paused:
        foot = ladders.begin(_ladder(row), row.start, days_of(work))
        row.next_step, row.next_at = foot.next_step, foot.next_at
        _say_opened(work, row)
    return row


def _ladder(row: Obligation) -> ladders.Ladder:
    return ladders.ladder_of(row.what, row.urgent)


def _dates(work: Work, what: str, urgent: bool, start: Any) -> dict[str, Any]:
    ladder, days = ladders.ladder_of(what, urgent), days_of(work)
    due_at = ladder.due.after(start, days)
    return {
        "due_at": due_at,
        "late_at": ladder.late.after(start, days) if ladder.late else due_at,
        # Before a session has ended there is nothing to do about its outcome.
        "shown_from": start if what == owed.RECORD else work.now,
    }


def about(row: Obligation) -> dict[str, Any]:
    """The names that every event about an obligation carries."""
    names = row.model_dump(
        include={"patient_id", "what", "debtor", "creditor", "subject", "referral_id"}
    )
    return {**names, "obligation_id": row.id}


def _say_opened(work: Work, row: Obligation) -> None:
    dates = row.model_dump(include={"debtor_member", "since", "due_at", "urgent"})
    work.announce(ObligationOpened(**about(row), **dates))


def end(work: Work, row: Obligation, state: str) -> None:
    """It was done (`met`) or is no longer owed (`cancelled`); its ladder stops at once."""
    said_already = row.state != "open"
    row.state, row.next_at, row.paused_at = state, None, None
    row.closed_at, row.closed_by = work.now, work.cause.actor if work.cause else work.actor
    if said_already:
        return
    fact = ObligationMet if state == "met" else ObligationCancelled
    work.announce(fact(**about(row)))


def pause(work: Work, row: Obligation) -> None:
    """Nobody is reminded while it cannot be done."""
    row.state, row.next_at, row.paused_at = "paused", None, work.now
    work.announce(ObligationCancelled(**about(row)))


def resume(work: Work, row: Obligation) -> None:
    """It can be done again: the working days of the pause do not count."""
    days = days_of(work)
    if row.paused_at:
        row.start = ladders.shifted(row.start, row.paused_at, work.now, days)
    row.sqlmodel_update(_dates(work, row.what, row.urgent, row.start))
    reopen(work, row)


def reopen(work: Work, row: Obligation) -> None:
    """Stand on the ladder again, where it was left."""
    now = ladders.standing(_ladder(row), row.start, row.taken, work.now, days_of(work))
    row.state, row.paused_at = "open", None
    row.closed_at, row.closed_by, row.closed_why = None, "", ""
    row.next_step, row.next_at = now.next_step, now.next_at
    _say_opened(work, row)


def is_anything_due(work: Work) -> bool:
    """Whether a step of a ladder is due."""
    return work.first(_due(work)) is not None


def escalate_next(work: Work) -> bool:
    """Take the step that is due first. Returns whether there was one."""
    row: Obligation | None = work.first(_due(work).with_for_update(skip_locked=True))
    if row is None:
        return False
    steps, now = ladders.climb(_ladder(row), row.start, row.taken, work.now, days_of(work))
    row.taken, row.next_step, row.next_at = now.taken, now.next_step, now.next_at
    row.told = row.told or not ladders.ONLY_A_PERSON.isdisjoint(steps)
    for step in steps:
        say_escalated(work, row, step)
    return True


def _due(work: Work) -> Select[Any]:
    return (
        select(Obligation)
        .where(col(Obligation.state) == "open", col(Obligation.next_at) <= work.now)
        .order_by(col(Obligation.next_at))
    )


def say_escalated(work: Work, row: Obligation, step: str) -> None:
    """Tell the others that a step was taken: whoever sends mails, and whom it concerns."""
    dates = row.model_dump(include={"due_at", "debtor_member"})
    work.announce(ObligationEscalated(**about(row), step=step, **dates))
