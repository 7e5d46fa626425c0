"""How long patients wandered before they came here and were treated, for the centre as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from services.pain_physician.actions.way import ways_of
from services.pain_physician.rules.way import (
    DAYS_IN_MONTH,
    PARTS,
    Part,
    Wandering,
    waits,
)
from services.pain_physician.tables import Happening
from shared.measuring.waiting import median
from shared.work import Work

_CAME = ("registered", "came-from-outside")


@dataclass(frozen=True)
class Figure:
    """One part of the way: its median in months, of how many, and how many of them still wait."""

    part: Part
    months: float | None
    known: int
    waiting: int


@dataclass(frozen=True)
class Figures:
    """The figures of the patients who were registered in a period, both days included."""

    first: date | None
    last: date
    patients: int
    figures: list[Figure]


def figures(work: Work, first: date | None, last: date | None) -> Figures:
    """The figures of a period; without a first day since the centre began, else up to today."""
    end = last or work.today
    came = {
        key: day
        for key, day in _registered(work).items()
        if day <= end and (first is None or day >= first)
    }
    known = ways_of(work)
    ways = [_arrived(known.get(key, Wandering()), day) for key, day in came.items()]
    return Figures(first, end, len(came), [_figure(part, ways, work.today) for part in PARTS])


def _figure(part: Part, ways: Sequence[Wandering], today: date) -> Figure:
    waited = waits(part, ways, today)
    days = median(waited)
    months = None if days is None else round(days / DAYS_IN_MONTH, 1)
    return Figure(part, months, len(waited), sum(not wait.over for wait in waited))


def _arrived(way: Wandering, registered: date) -> Wandering:
    """Whoever is registered was referred: without a date of the referral, by that day at last."""
    return replace(way, referred_to_centre=way.referred_to_centre or registered)


def _registered(work: Work) -> dict[UUID, date]:
    """The day on which each patient came to the centre."""
    first = func.min(col(Happening.at))
    statement = (
        select(col(Happening.patient_id), first)
        .where(col(Happening.what).in_(_CAME))
        .group_by(col(Happening.patient_id))
    )
    rows = work.session.exec(statement).all()
    return {key: at.astimezone(work.zone).date() for key, at in rows}
