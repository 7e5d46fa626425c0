"""The audit: who looked at whose record, as a chain in which no link can be changed unseen."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import chain
from uuid import UUID

from sqlmodel import Session, col, select

from shared.access.tables import AuditEntry, AuditHead
from shared.database import insert_new

READ = "read-record"
"""The action of whoever opens the record of a patient."""
_START = "0" * 64


def record(  # noqa: PLR0917 - the six things that an entry says
    session: Session,
    now: datetime,
    actor: str,
    action: str,
    patient_id: UUID | None = None,
    outcome: str = "ok",
) -> None:
    """Add an entry in the transaction of the session; entries hold ids and codes, no names."""
    head = _locked_head(session)
    entry = AuditEntry(
        number=head.number + 1,
        at=now,
        actor=actor,
        action=action,
        patient_id=patient_id,
        outcome=outcome,
        previous=head.digest,
        digest="",
    )
    entry.digest = _digest(entry)
    head.number, head.digest = entry.number, entry.digest
    session.add(entry)
    # The next reader of the head asks the database again, so that it must be there by then.
    session.flush()


def was_read(session: Session, actor: str, patient_id: UUID, since: datetime) -> bool:
    """Whether this actor has opened a record of this patient since then."""
    entry = select(AuditEntry.number).where(
        AuditEntry.actor == actor,
        AuditEntry.action == READ,
        AuditEntry.patient_id == patient_id,
        AuditEntry.at >= since,
    )
    return session.exec(entry.limit(1)).first() is not None


def anchor(session: Session) -> str:
    """The end of the chain as a text to keep elsewhere: whoever rewrites it all is found by it."""
    head = session.get(AuditHead, 1)
    return f"{head.number}:{head.digest}" if head else f"0:{_START}"


def check(session: Session, anchor: str = "") -> list[str]:
    """What is wrong with the chain, in sentences; nothing when it is whole.

    `anchor` is what `anchor()` said earlier: the entry of then must still be the same.
    """
    statement = select(AuditEntry).order_by(col(AuditEntry.number))
    entries = session.exec(statement.execution_options(yield_per=1000))
    head = session.get(AuditHead, 1) or AuditHead(number=0, digest=_START)
    return list(_faults(entries, head, anchor or f"0:{_START}"))


def _locked_head(session: Session) -> AuditHead:
    """The head, which nobody else can add to until this transaction ends."""
    head = session.get(AuditHead, 1, with_for_update=True)
    if head is None:
        insert_new(session.connection(), AuditHead, [{"id": 1, "number": 0, "digest": _START}])
        head = session.get(AuditHead, 1, with_for_update=True)
    assert head is not None  # noqa: S101 - it was inserted above, by us or by another
    return head


def _digest(entry: AuditEntry) -> str:
    content = [
        entry.previous,
        entry.number,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.actor,
        entry.action,
        str(entry.patient_id or ""),
        entry.outcome,
    ]
    text = json.dumps(content, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _faults(entries: Iterable[AuditEntry], head: AuditHead, anchor: str) -> Iterator[str]:
    number, digest, anchored = 0, _START, anchor == f"0:{_START}"
    for entry in entries:
        yield from chain(_gap(number, entry), _content(entry), _link(number, digest, entry))
        number, digest = entry.number, entry.digest
        anchored = anchored or anchor == f"{number}:{digest}"
    yield from _end(number, digest, head)
    if not anchored:
        yield f"entry {anchor.partition(':')[0]} is not the one that was anchored"


def _gap(number: int, entry: AuditEntry) -> Iterator[str]:
    if entry.number != number + 1:
        yield f"entries {number + 1} to {entry.number - 1} are missing"


def _content(entry: AuditEntry) -> Iterator[str]:
    if entry.digest != _digest(entry):
        yield f"entry {entry.number} was changed"


def _link(number: int, digest: str, entry: AuditEntry) -> Iterator[str]:
    if entry.number == number + 1 and entry.previous != digest:
        yield f"entry {entry.number} does not follow entry {number}"


def _end(number: int, digest: str, head: AuditHead) -> Iterator[str]:
    if number < head.number:
        yield f"entries {number + 1} to {head.number} were cut off the end"
    elif number > head.number:
        yield f"entries {head.number + 1} to {number} were added without being recorded"
    elif digest != head.digest:
        yield f"entry {number} is not the one that was recorded last"
