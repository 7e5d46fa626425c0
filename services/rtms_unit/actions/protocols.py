"""Protocols of the centre: each version is added once and never changed."""

from uuid import UUID

from services.rtms_unit.reading import protocols as reading
from services.rtms_unit.rules.protocols import Protocol, check
from services.rtms_unit.tables import ProtocolVersion
from shared.discipline.reading import require_colleague
from shared.identifiers import new_id
from shared.work import Work


def next_version(work: Work, code: str) -> int:
    """The number that the next version of a protocol gets; 1 for a new protocol."""
    return max((each.version for each in reading.versions(work, code)), default=0) + 1


def add(work: Work, protocol: Protocol) -> UUID:
    """Add a version; running courses keep theirs. Returns its id."""
    require_colleague(work)
    check(protocol)
    row = ProtocolVersion(
        id=new_id(),
        code=protocol.code,
        version=protocol.version,
        content=reading.written(protocol),
        added_at=work.now,
        added_by=work.actor,
    )
    work.add(row)
    work.audit("protocol-added", None)
    return row.id
