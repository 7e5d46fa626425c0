"""The protocols that can be planned: those that Relais brings along, and those of the centre."""

from collections.abc import Sequence
from functools import cache

from pydantic import TypeAdapter
from sqlmodel import col, select

from services.rtms_unit.rules.protocols import SHIPPED, Protocol
from services.rtms_unit.tables import ProtocolVersion
from shared.errors import NotFound
from shared.work import Work


@cache
def _form() -> TypeAdapter[Protocol]:
    return TypeAdapter(Protocol)


def find(work: Work, code: str, version: int) -> Protocol:
    """One version of a protocol, or `NotFound`."""
    for each in versions(work, code):
        if each.version == version:
            return each
    raise NotFound


def newest(work: Work, code: str) -> Protocol:
    """The version that a new course is planned from, or `NotFound`."""
    every = versions(work, code)
    if not every:
        raise NotFound
    return every[0]


def versions(work: Work, code: str) -> list[Protocol]:
    """All versions of a protocol, the newest first."""
    own = select(ProtocolVersion).where(col(ProtocolVersion.code) == code)
    shipped = [protocol for protocol in SHIPPED if protocol.code == code]
    return _newest_first([*shipped, *map(_read, work.all(own))])


def known(work: Work) -> dict[tuple[str, int], Protocol]:
    """Every version of every protocol, by its code and number."""
    every = [*SHIPPED, *map(_read, work.all(select(ProtocolVersion)))]
    return {(protocol.code, protocol.version): protocol for protocol in every}


def everything(work: Work) -> list[Protocol]:
    """The newest version of every protocol, by title."""
    latest: dict[str, Protocol] = {}
    for each in _newest_first([*SHIPPED, *map(_read, work.all(select(ProtocolVersion)))]):
        latest.setdefault(each.code, each)
    return sorted(latest.values(), key=lambda protocol: protocol.title.casefold())


def written(protocol: Protocol) -> dict[str, object]:
    """A protocol as the table keeps it."""
    content: dict[str, object] = _form().dump_python(protocol, mode="json")
    return content


def _read(row: ProtocolVersion) -> Protocol:
    return _form().validate_python(row.content)


def _newest_first(every: Sequence[Protocol]) -> list[Protocol]:
    return sorted(every, key=lambda protocol: protocol.version, reverse=True)
