"""Which version of a ladder counts: those that Relais proposes, and those that the centre wrote."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from sqlmodel import col, select

from services.coordinator.rules import ladders
from services.coordinator.rules.ladders import FIRST_VERSION, LADDERS, UNKNOWN, Ladder
from services.coordinator.tables import LadderVersion, Obligation
from shared.work import Work

_VERSIONS = "ladders of the centre"
Versions = Mapping[str, Mapping[int, Ladder]]


@cache
def _form() -> TypeAdapter[Ladder]:
    return TypeAdapter(Ladder)


def written(ladder: Ladder) -> dict[str, Any]:
    """A ladder as the table keeps it."""
    content: dict[str, Any] = _form().dump_python(ladder, mode="json")
    return content


def read(row: LadderVersion) -> Ladder:
    return _form().validate_python(row.content)


def versions(work: Work) -> Versions:
    """Every version of every ladder; read once in a transaction."""
    known = work.session.info.get(_VERSIONS)
    if not isinstance(known, dict):
        known = {name: {FIRST_VERSION: ladder} for name, ladder in LADDERS.items()}
        rows: Sequence[LadderVersion] = work.all(select(LadderVersion))
        for row in rows:
            known.setdefault(row.name, {})[row.version] = read(row)
        work.session.info[_VERSIONS] = known
    return known


def forget(work: Work) -> None:
    """A version was added: read them again when they are asked for."""
    work.session.info.pop(_VERSIONS, None)


def newest_version(work: Work, name: str) -> int:
    """The version that counts for what is opened now."""
    return max(versions(work).get(name, {FIRST_VERSION: UNKNOWN}))


def newest(work: Work, name: str) -> Ladder:
    """The ladder that counts for what is opened now."""
    return versions(work).get(name, {}).get(newest_version(work, name), UNKNOWN)


def ladder_of(work: Work, row: Obligation) -> Ladder:
    """The ladder that an obligation climbs: the one that it began on."""
    name = ladders.name_of(row.what, row.urgent)
    return versions(work).get(name, {}).get(row.ladder_version, UNKNOWN)


def history(work: Work, name: str) -> Sequence[LadderVersion]:
    """What the centre wrote, the newest first."""
    chosen = select(LadderVersion).where(col(LadderVersion.name) == name)
    found: Sequence[LadderVersion] = work.all(chosen.order_by(col(LadderVersion.version).desc()))
    return found
