"""Screens on a wall: what is owed, by which unit and how late, and never for whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlmodel import col

from services.coordinator.actions.figures import Scope, count_obligations, count_others
from services.coordinator.actions.obligations import days_of
from services.coordinator.actions.outages import Outages, outages_in
from services.coordinator.actions.reading import first_of_each_group
from services.coordinator.rules import board
from services.coordinator.rules.board import Filters
from services.coordinator.tables import Obligation, WallScreen
from shared.access.viewer import ADMINISTRATOR, COORDINATOR
from shared.errors import Invalid, NotFound
from shared.i18n import LANGUAGES, N_
from shared.identifiers import digest, new_secret, reference
from shared.work import Work

SHOWN = ("critical", "overdue", "today")
ROWS = 10
"""Rows of each group: nobody can scroll a wall."""
LONGEST = 60
SWITCHED_OFF = N_("This screen was switched off. A coordinator can make another one.")


@dataclass(frozen=True)
class Line:
    """A row without a person: neither the patient, nor who asks, nor a word that anybody wrote."""

    id: UUID
    reference: str
    group: str
    what: str
    urgent: bool
    debtor: str
    creditor: str
    late_at: datetime
    since: datetime
    taken: int
    next_step: str
    next_at: datetime | None


@dataclass(frozen=True)
class Wall:
    """Everything that a wall screen shows."""

    groups: Mapping[str, Sequence[Line]]
    totals: Mapping[str, int]
    figures: Mapping[str, Any]
    outages: Outages


def read_wall(work: Work, unit: str) -> Wall:
    """What is owed now in the centre, or by and to one unit."""
    filters, scope = Filters(unit=unit), Scope(None, frozenset(), everything=True)
    limits = board.bounds(work.now, days_of(work))
    counted = count_obligations(work, filters, scope, limits)
    found = first_of_each_group(filters, scope, limits, dict.fromkeys(SHOWN, ROWS))
    rows = work.session.execute(
        select(*_SHOWN_OF_A_ROW, found.c.group)
        .join(found, found.c.id == col(Obligation.id))
        .order_by(col(Obligation.late_at), col(Obligation.id))
    ).all()
    return Wall(
        groups={group: [_line(row) for row in rows if row.group == group] for group in SHOWN},
        totals={group: counted[group] for group in SHOWN},
        figures={**counted, **count_others(work, scope)},
        outages=outages_in(work),
    )


_SHOWN_OF_A_ROW = (
    col(Obligation.id),
    col(Obligation.what),
    col(Obligation.urgent),
    col(Obligation.debtor),
    col(Obligation.creditor),
    col(Obligation.late_at),
    col(Obligation.since),
    col(Obligation.taken),
    col(Obligation.next_step),
    col(Obligation.next_at),
)


def _line(row: Row[Any]) -> Line:
    return Line(reference=reference(row.id), **row._mapping)


def screens(work: Work) -> Sequence[WallScreen]:
    """Every screen that was ever made, those that still count first."""
    work.require(COORDINATOR, ADMINISTRATOR)
    ended = col(WallScreen.ended_at)
    return work.all(select(WallScreen).order_by(ended.is_not(None), col(WallScreen.made_at).desc()))


def make_screen(work: Work, place: str, unit: str, language: str) -> tuple[WallScreen, str]:
    """A screen, and the secret of its address, which is shown now and never again."""
    work.require(COORDINATOR, ADMINISTRATOR)
    place = " ".join(place.split())
    if not place or len(place) > LONGEST:
        raise Invalid(N_("Say where the screen hangs, in 1 to 60 letters."), field="place")
    if unit and unit not in {plate.name for plate in work.directory.taking_referrals()}:
        raise Invalid(N_("Choose one of the units, or the whole centre."), field="unit")
    if language not in LANGUAGES:
        raise Invalid(N_("Choose a language."), field="language")
    secret = new_secret()
    screen = WallScreen(
        place=place,
        digest=digest(secret),
        unit=unit,
        language=language,
        made_at=work.now,
        made_by=work.actor,
    )
    work.add(screen)
    work.audit("make-wall-screen", None)
    return screen, secret


def switch_off(work: Work, screen_id: UUID) -> WallScreen:
    """Its address opens nothing any more; a screen that shows it now goes dark within a second."""
    work.require(COORDINATOR, ADMINISTRATOR)
    screen = work.get(WallScreen, screen_id)
    if screen.ended_at is None:
        screen.ended_at, screen.ended_by = work.now, work.actor
        work.audit("switch-off-wall-screen", None)
    return screen


def screen_of(work: Work, secret: str) -> WallScreen:
    """The screen whose address this is, or `NotFound`."""
    asked = select(WallScreen).where(
        col(WallScreen.digest) == digest(secret), col(WallScreen.ended_at).is_(None)
    )
    screen: WallScreen | None = work.first(asked)
    if screen is None:
        raise NotFound(SWITCHED_OFF)
    return screen
