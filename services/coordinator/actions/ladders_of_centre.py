"""Ladders of the centre: another version of one, back to the proposal, or only trying one out."""

from collections.abc import Mapping
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from services.coordinator.actions import centre_ladders
from services.coordinator.actions.history import deed_of, with_reason
from services.coordinator.entries import DelayEntry, LadderEntry, LadderSketch
from services.coordinator.rules import ladders
from services.coordinator.rules.ladders import LADDERS, Delay, Ladder, Rung
from services.coordinator.tables import LadderVersion
from shared.access.units import calendar_of
from shared.access.viewer import ADMINISTRATOR, COORDINATOR
from shared.errors import Invalid, NotFound, RuleBroken
from shared.i18n import N_
from shared.work import Work

DUE, LATE, REPEAT = "due", "late", "repeat"
WHY = N_("Say in a few words why the centre works like that.")


class Dates(NamedTuple):
    """What a ladder means on an example: each of its moments, and the one that was begun at."""

    start: datetime
    moments: Mapping[str, datetime]


def may_write(work: Work) -> None:
    """Whoever coordinates or administers the centre."""
    work.require(COORDINATOR, ADMINISTRATOR)


def current(work: Work, name: str) -> tuple[int, Ladder]:
    """The version that counts for what is opened now, or `NotFound`."""
    if name not in LADDERS:
        raise NotFound
    return centre_ladders.newest_version(work, name), centre_ladders.newest(work, name)


def everything(work: Work) -> list[tuple[str, int, Ladder]]:
    """Every ladder with the version that counts now, in the order of the proposals."""
    may_write(work)
    return [(name, *current(work, name)) for name in LADDERS]


def write(work: Work, name: str, entry: LadderEntry) -> int:
    """Another version of a ladder, for what is opened from now on. Returns its number."""
    may_write(work)
    _check_seen(work, name, entry.version)
    ladder = drawn(name, entry)
    return _add(work, name, ladder, with_reason(entry.reason, WHY))


def back_to_default(work: Work, name: str, reason: str, version: int | None = None) -> int:
    """The ladder that Relais proposes counts again. Returns the number of the new version."""
    may_write(work)
    _check_seen(work, name, version)
    if current(work, name)[1] == LADDERS[name]:
        raise RuleBroken(N_("This is the ladder that Relais proposes already."))
    return _add(work, name, LADDERS[name], with_reason(reason, WHY))


def _check_seen(work: Work, name: str, seen: int | None) -> None:
    """Refuse whoever has not seen the last version, and say who wrote it when."""
    version, _ = current(work, name)
    if seen is None or seen == version:
        return
    for row in centre_ladders.history(work, name)[:1]:
        raise RuleBroken(
            N_("%(who)s changed this ladder at %(when)s. Look at it again."),
            **deed_of(work, row.added_by, row.added_at),
        )
    raise RuleBroken(N_("This is no version of this ladder."))


def _add(work: Work, name: str, ladder: Ladder, reason: str) -> int:
    version = centre_ladders.newest_version(work, name) + 1
    row = LadderVersion(
        name=name,
        version=version,
        content=centre_ladders.written(ladder),
        reason=reason,
        added_at=work.now,
        added_by=work.actor,
    )
    work.add(row)
    centre_ladders.forget(work)
    work.audit("change-ladder", None)
    return version


def drawn(name: str, entry: LadderSketch) -> Ladder:
    """The ladder that was filled in, if it can be climbed; it has the steps of the proposal."""
    like = LADDERS[name]
    missing = moments_of(like) - entry.delays.keys()
    unknown = entry.delays.keys() - moments_of(like)
    for field in sorted(missing | unknown):
        raise Invalid(ladders.OTHER_STEPS, field=field)
    delays = {field: _delay(given) for field, given in entry.delays.items()}
    ladder = Ladder(
        delays[DUE],
        tuple(Rung(rung.step, delays[rung.step]) for rung in like.rungs),
        delays[REPEAT],
        delays.get(LATE),
        entry.source,
        entry.year,
        entry.confirmed,
    )
    ladders.check(ladder, like)
    return ladder


def moments_of(ladder: Ladder) -> set[str]:
    """The names of everything in a ladder that happens some time after its start."""
    return {DUE, REPEAT, *(rung.step for rung in ladder.rungs)} | ({LATE} if ladder.late else set())


def _delay(entry: DelayEntry) -> Delay:
    return Delay(entry.at, entry.count)


def example(work: Work, ladder: Ladder, unit: str) -> Dates:
    """What would be when, if something was opened now in a unit; the centre's days without one."""
    may_write(work)
    days, start = calendar_of(work, unit), work.now
    moments = {DUE: ladder.due.after(start, days)}
    if ladder.late:
        moments[LATE] = ladder.late.after(start, days)
    moments |= dict(ladders.timetable(ladder, start, days))
    moments[REPEAT] = ladder.repeat.after(max(moments.values()), days)
    return Dates(start, moments)


def differences(versions: list[Ladder]) -> list[set[str]]:
    """For each version, newest first, what it changed in the one before."""
    return [_changed(newer, older) for newer, older in pairwise(versions)]


def _changed(newer: Ladder, older: Ladder) -> set[str]:
    now, then = delays_of(newer), delays_of(older)
    return {name for name in now if now[name] != then.get(name)}


def delays_of(ladder: Ladder) -> dict[str, Delay]:
    """Every moment of a ladder by its name, in the order in which they come."""
    late = {LATE: ladder.late} if ladder.late else {}
    rungs = {rung.step: rung.delay for rung in ladder.rungs}
    return {DUE: ladder.due, **late, **rungs, REPEAT: ladder.repeat}
