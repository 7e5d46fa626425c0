"""Where a session that was not given is made up: on the first day that the course leaves free."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from services.rtms_unit.rules.planning.arranging import Placed, Rhythm, Wanted, arrange
from services.rtms_unit.rules.planning.diary import Diary, Place
from services.rtms_unit.rules.protocols.model import Known
from shared.i18n import N_

MAKE_UP_WITHIN, MAKE_UP_KNOWN = 2, Known(N_("Default of the centre"), 2026)
"""Open days after a missed session of the induction in which it is made up."""


def make_up(
    missing: Wanted, upcoming: Sequence[Wanted], diary: Diary, rhythm: Rhythm
) -> list[Placed]:
    """The plan with the missing session in it: in a gap of its phase, else at the phase's end.

    In a gap nothing else moves. At the end the phases that follow move up as far as they must.
    A `missing` one whose place was chosen by hand goes there, and what lies after it follows.
    """
    same = [each for each in upcoming if each.phase.code == missing.phase.code]
    rest = upcoming[len(same) :]
    place = missing.kept or _gap(missing, upcoming, diary, rhythm)
    if place is None:
        return arrange([*same, missing, *rest], diary, rhythm)
    before = [each for each in same if each.kept and each.kept.day < place.day]
    found = replace(missing, kept=place)
    return arrange([*before, found, *same[len(before) :], *rest], diary, rhythm)


def _gap(missing: Wanted, upcoming: Sequence[Wanted], diary: Diary, rhythm: Rhythm) -> Place | None:
    """The first place before the end of the phase that the sessions around it leave free."""
    kept = [(each.phase.code, each.kept.day) for each in upcoming if each.kept]
    ends = max((day for phase, day in kept if phase == missing.phase.code), default=date.min)
    taken = [*(day for _, day in kept), *rhythm.given]
    day = rhythm.since[0]
    while day < ends:
        found = _room(day, diary, rhythm) if _leaves_room(day, missing, taken) else None
        if found:
            return found
        day += timedelta(days=1)
    return None


def _leaves_room(day: date, missing: Wanted, taken: Sequence[date]) -> bool:
    week = [one for one in taken if one.isocalendar()[:2] == day.isocalendar()[:2]]
    apart = all(abs((day - one).days) >= missing.phase.least_gap for one in taken)
    return apart and len(week) < missing.phase.per_week


def _room(day: date, diary: Diary, rhythm: Rhythm) -> Place | None:
    if diary.opening.why_closed(day) or any(day in days for days in rhythm.away):
        return None
    since = rhythm.since[1] if day == rhythm.since[0] else 0
    people = (rhythm.patient, rhythm.operator)
    return diary.first_free(day, rhythm.wish, rhythm.minutes, people, since)
