"""Obligations: opened, met, moved, paused and escalated, and each time the others are told."""

from typing import Any
from uuid import UUID

from sqlalchemy.sql import Select
from sqlmodel import col, select

from services.coordinator.actions.centre_ladders import ladder_of, newest_version
from services.coordinator.actions.history import note_rule
from services.coordinator.actions.staffing import days_of as days_of
from services.coordinator.actions.staffing import days_of_debtor, owner_of
from services.coordinator.rules import deeds, ladders, owed
from services.coordinator.rules.owed import Owed
from services.coordinator.rules.owners import Owner
from services.coordinator.tables import Obligation
from shared.events import (
    ObligationCancelled,
    ObligationEscalated,
    ObligationMet,
    ObligationOpened,
)
from shared.work import Work


def open_obligation(work: Work, about: tuple[UUID, UUID | None], item: Owed) -> Obligation:
    """Somebody owes something from now on."""
    row = Obligation(
        patient_id=about[0],
        referral_id=about[1],
        what=item.what,
        place=item.debtor,
        named=item.debtor_member,
        debtor=item.debtor,
        creditor=item.creditor,
        creditor_member=item.creditor_member,
        subject=item.subject,
        since=item.since,
        asked_at=item.start,
        start=item.start,
        urgent=item.urgent,
        waits=item.paused,
        state="paused" if item.paused else "open",
        paused_at=work.now if item.paused else None,
        ladder_version=newest_version(work, ladders.name_of(item.what, item.urgent)),
        # Before a session has ended there is nothing to do about its outcome.
        shown_from=item.start if item.what == owed.RECORD else work.now,
        due_at=item.start,
        late_at=item.start,
    )
    _give_to(row, owner_of(work, row))
    _date(work, row)
    work.add(row)
    if not item.paused:
        foot = ladders.begin(ladder_of(work, row), row.start, days_of_debtor(work, row))
        row.next_step, row.next_at = foot.next_step, foot.next_at
        _say_opened(work, row)
    return row


def _give_to(row: Obligation, owner: Owner) -> None:
    row.debtor, row.debtor_member, row.why_here = owner.unit, owner.member, owner.why


def _date(work: Work, row: Obligation) -> None:
    """When it is due and late, by the working days of whoever owes it."""
    ladder, days = ladder_of(work, row), days_of_debtor(work, row)
    row.due_at = ladder.due.after(row.start, days)
    row.late_at = ladder.late.after(row.start, days) if ladder.late else row.due_at


def about(row: Obligation) -> dict[str, Any]:
    """The names that every event about an obligation carries."""
    names = row.model_dump(
        include={"patient_id", "what", "debtor", "creditor", "subject", "referral_id"}
    )
    place = row.place if row.place != row.debtor else ""
    return {**names, "obligation_id": row.id, "place": place}


def _say_opened(work: Work, row: Obligation) -> None:
    """Tell who owes it; where that is the coordinator because nobody else can, at once."""
    dates = row.model_dump(include={"debtor_member", "since", "due_at", "urgent"})
    work.announce(ObligationOpened(**about(row), **dates))
    if _owner(row).is_last_resort and not row.told:
        row.told = True
        say_escalated(work, row, ladders.TELL)


def _owner(row: Obligation) -> Owner:
    return Owner(row.debtor, row.debtor_member, row.why_here)


def end(work: Work, row: Obligation, state: str) -> None:
    """It was done (`met`) or is no longer owed (`cancelled`); its ladder stops at once."""
    said_already = row.state != "open"
    row.state, row.next_at, row.paused_at, row.held_until = state, None, None, None
    row.closed_at, row.closed_by = work.now, work.cause.actor if work.cause else work.actor
    row.version += 1
    if said_already:
        return
    fact = ObligationMet if state == "met" else ObligationCancelled
    work.announce(fact(**about(row)))


def settle(work: Work, row: Obligation, how: str) -> None:
    """A person ends it, although the rules still ask for it: `done` elsewhere, or `not-needed`."""
    if row.state == "open":
        fact = ObligationMet if how == deeds.DONE else ObligationCancelled
        work.announce(fact(**about(row)))
    row.state, row.settled_as, row.next_at = "settled", how, None


def stand(work: Work, row: Obligation) -> None:
    """Let it rest or be owed, as the rules and people want it; what was ended stays ended."""
    rests = row.waits or row.held_until is not None
    if rests and row.state == "open":
        _pause(work, row)
    elif not rests and row.state == "paused":
        _resume(work, row)


def _pause(work: Work, row: Obligation) -> None:
    """Nobody is reminded while it cannot or need not be done."""
    row.state, row.next_at, row.paused_at = "paused", None, work.now
    row.version += 1
    work.announce(ObligationCancelled(**about(row)))


def _resume(work: Work, row: Obligation) -> None:
    """It can be done again: the working days of the pause do not count."""
    if row.paused_at:
        days = days_of_debtor(work, row)
        row.start = ladders.shifted(row.start, row.paused_at, work.now, days)
    _date(work, row)
    row.shown_from = row.start if row.what == owed.RECORD else work.now
    reopen(work, row)


def reopen(work: Work, row: Obligation) -> None:
    """Stand on the ladder again, where it was left; or rest again, if it rested."""
    moved = appoint_by_rule(work, row)  # before it is open: it is told once, to whoever owes it
    rests = row.waits or row.held_until is not None
    row.state, row.settled_as = "paused" if rests else "open", ""
    row.closed_at, row.closed_by, row.closed_why = None, "", ""
    row.version += 1
    if moved:
        redate(work, row)
    if rests:
        row.paused_at = row.paused_at or work.now
        return
    row.paused_at = None
    _climb_on(work, row)
    _say_opened(work, row)


def _climb_on(work: Work, row: Obligation) -> None:
    ladder, days = ladder_of(work, row), days_of_debtor(work, row)
    now = ladders.standing(ladder, row.start, row.taken, work.now, days)
    row.next_step, row.next_at = now.next_step, now.next_at


def appoint(work: Work, row: Obligation) -> bool:
    """Let whoever owes it now owe it. Returns whether that is somebody else than before.

    The others hear of it as of a pause that ends at once: it goes on under the same name.
    """
    owner = owner_of(work, row)
    if owner == _owner(row):
        return False
    moves = (owner.unit, owner.member) != (row.debtor, row.debtor_member)
    if moves and row.state == "open":
        work.announce(ObligationCancelled(**about(row)))
    _give_to(row, owner)
    row.told = ladder_of(work, row).told_after(row.taken) or (row.told and not moves)
    redate(work, row)
    if moves and row.state == "open":
        _say_opened(work, row)
    return moves


def appoint_by_rule(work: Work, row: Obligation) -> bool:
    """The same, because people or the rules changed; it stands in the history."""
    moves = appoint(work, row)
    if moves:
        row.version += 1
        note_rule(work, row, deeds.MOVED, code=row.why_here)
    return moves


def redate(work: Work, row: Obligation) -> None:
    """The dates by the working days as they are now: only what is still to come moves."""
    if row.state == "settled":
        return
    was = row.due_at, row.late_at
    _date(work, row)
    row.due_at = ladders.drawn_anew(was[0], row.due_at, work.now)
    row.late_at = ladders.drawn_anew(was[1], row.late_at, work.now)
    before, ladder = row.next_at, ladder_of(work, row)
    if row.state == "open" and before and before > work.now and row.taken < len(ladder.rungs):
        _climb_on(work, row)


def is_anything_due(work: Work) -> bool:
    """Whether a step of a ladder is due."""
    return work.first(_due(work)) is not None


def escalate_next(work: Work) -> bool:
    """Take the step that is due first. Returns whether there was one.

    It is asked again under its lock: what was met meanwhile climbs no further, and whoever left
    or went away this morning is not reminded of what somebody else owes now.
    """
    row: Obligation | None = work.first(_due(work).with_for_update(skip_locked=True))
    if row is None:
        return False
    appoint_by_rule(work, row)
    ladder, days = ladder_of(work, row), days_of_debtor(work, row)
    steps, now = ladders.climb(ladder, row.start, row.taken, work.now, days)
    row.taken, row.next_step, row.next_at = now.taken, now.next_step, now.next_at
    row.told = row.told or not ladders.ONLY_A_PERSON.isdisjoint(steps)
    for step in steps:
        if not _is_said(work, row, step):
            say_escalated(work, row, step)
    return True


def _is_said(work: Work, row: Obligation, step: str) -> bool:
    """Whether this very work told the step already: to a coordinator who has just got it."""
    return any(
        isinstance(event, ObligationEscalated)
        and (event.obligation_id, event.step) == (row.id, step)
        for event in work.announced
    )


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
