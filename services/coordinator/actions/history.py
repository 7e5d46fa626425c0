"""What was done with an obligation: each deed leaves a line, and a late reader is told of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from services.coordinator.rules import deeds
from services.coordinator.tables import Obligation, ObligationDeed
from shared.access.members import name_of
from shared.access.viewer import COORDINATOR
from shared.discipline.wording import in_words
from shared.errors import Invalid, NotFound, RuleBroken
from shared.i18n import N_
from shared.work import Work


def to_decide(work: Work, obligation_id: UUID, seen: int | None) -> Obligation:
    """The obligation, locked until this work is done, as the coordinator had it before the eyes.

    `seen` is the version that the page showed; without one nothing is compared.
    """
    work.require(COORDINATOR)
    row = work.hold(Obligation, obligation_id)
    if row is None:
        raise NotFound
    if seen is not None and seen != row.version:
        _refuse_late(work, row)
    return row


def still_live(work: Work, row: Obligation, *states: str) -> None:
    """Refuse what can only be done while it is in one of these states."""
    if row.state in states:
        return
    if row.state == "settled":
        _refuse_late(work, row)
    raise RuleBroken(N_("This is not owed any more, or not at present. Please look again."))


def _refuse_late(work: Work, row: Obligation) -> None:
    """Say who did what when."""
    last = last_deed(work, row)
    if last is None or last.what not in deeds.SINCE_THEN:
        raise RuleBroken(deeds.CHANGED_SINCE)
    raise RuleBroken(deeds.SINCE_THEN[last.what], **deed_of(work, last.by, last.at))


def deed_of(work: Work, by: str, at: datetime) -> dict[str, str]:
    """Who did it and when, for a sentence."""
    return {"who": name_of(work, member_in(by)) or "Relais", "when": in_words(work, at)}


def member_in(actor: str) -> UUID | None:
    """The member who acted; None when it was a service, the clock or somebody outside."""
    kind, _, identifier = actor.partition(":")
    return UUID(identifier) if kind == "member" else None


def with_reason(reason: str, sentence: str) -> str:
    """The reason without spaces around it; a refusal when there is none."""
    if len(reason.strip()) < deeds.SHORTEST_REASON:
        raise Invalid(sentence, field="reason")
    return reason.strip()


def note(work: Work, row: Obligation, what: str, **more: Any) -> ObligationDeed:
    """A person did something with it: a line in its history and in the audit."""
    row.version += 1
    line = ObligationDeed(obligation_id=row.id, at=work.now, by=work.actor, what=what, **more)
    work.add(line)
    work.audit(deeds.AUDITED[what], row.patient_id)
    return line


def note_rule(work: Work, row: Obligation, what: str, **more: Any) -> None:
    """A rule or the clock did something with it: a line in its history."""
    about = {"unit": row.debtor, "member": row.debtor_member, **more}
    line = ObligationDeed(
        obligation_id=row.id, at=work.now, by=f"service:{work.service}", what=what, **about
    )
    work.add(line)


def history(work: Work, obligation_id: UUID) -> Sequence[ObligationDeed]:
    """Everything that was done with it, the newest first."""
    chosen = select(ObligationDeed).where(col(ObligationDeed.obligation_id) == obligation_id)
    newest = chosen.order_by(col(ObligationDeed.at).desc(), col(ObligationDeed.id).desc())
    found: Sequence[ObligationDeed] = work.all(newest)
    return found


def last_deed(work: Work, row: Obligation) -> ObligationDeed | None:
    return next(iter(history(work, row.id)), None)


def undoable(work: Work, row_state: str, lines: Sequence[ObligationDeed]) -> ObligationDeed | None:
    """What a person did last today that can still be taken back."""
    if row_state in ("met", "cancelled"):
        return None
    for line in lines:
        by_person = line.what in deeds.UNDOABLE and line.code != deeds.BY_CLOCK
        if by_person and line.undone_at is None:
            today = line.at.astimezone(work.zone).date() == work.today
            return line if today else None
    return None
