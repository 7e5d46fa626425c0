"""When a clinical picture is possible: codes that exist, numbers and dates that agree."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from services.pain_physician.rules import picture, way
from services.pain_physician.rules.way import Wandering
from shared import measuring
from shared.errors import Invalid
from shared.i18n import N_
from shared.measuring.instruments import (
    DN4,
    EFFECT_ON_LIFE,
    NRS_AVERAGE,
    NRS_LEAST,
    NRS_WORST,
)

SCORES = (NRS_WORST, NRS_LEAST, NRS_AVERAGE, DN4)
"""What an assessment measures."""
MOST_PAROXYSMS = 5000
"""Paroxysms in a day: trigeminal pain can bring hundreds; more than this is a slip of the key."""


@dataclass(frozen=True)
class Picture:
    """What an assessment says, in codes and numbers. None means that it was not asked."""

    cause: str
    side: str
    areas: list[str]
    background: list[str] = field(default_factory=list)
    paroxysms: list[str] = field(default_factory=list)
    paroxysms_per_day: int | None = None
    evoked: list[str] = field(default_factory=list)
    triggers: list[str] = field(default_factory=list)
    life: dict[str, int] = field(default_factory=dict)
    nrs_worst: int | None = None
    nrs_least: int | None = None
    nrs_average: int | None = None
    dn4: int | None = None
    wandering: Wandering = field(default_factory=Wandering)


def check(seen: Picture, today: date) -> None:
    """Refuse a picture that breaks a rule, with the rule and the field."""
    _check_codes(seen)
    _check_paroxysms(seen)
    for name, value in seen.life.items():
        measuring.check_range(EFFECT_ON_LIFE, value, name.replace("-", "_"))
    _check_scores(seen)
    way.check(seen.wandering, today)


def _check_codes(seen: Picture) -> None:
    if not seen.areas:
        raise Invalid(N_("Say where it hurts: choose at least one area."), field="areas")
    for name, titles in picture.PICTURE.items():
        chosen = getattr(seen, name)
        _known(titles, [chosen] if isinstance(chosen, str) else chosen, name)


def _known(titles: Mapping[str, str], chosen: Iterable[str], field: str) -> None:
    if not titles.keys() >= set(chosen):
        raise Invalid(N_("Choose one of the list."), field=field)


def _check_paroxysms(seen: Picture) -> None:
    count = seen.paroxysms_per_day
    if count is None:
        return
    if not 0 <= count <= MOST_PAROXYSMS:
        raise Invalid(
            N_("The number of paroxysms in a day goes from 0 to %(most)s."),
            field="paroxysms_per_day",
            most=MOST_PAROXYSMS,
        )
    if count and not seen.paroxysms:
        raise Invalid(N_("Say which kind of paroxysms these are."), field="paroxysms")


def _check_scores(seen: Picture) -> None:
    for score in SCORES:
        name = score.code.replace("-", "_")
        measuring.check_range(score, getattr(seen, name), name)
    measuring.check_pain(seen.nrs_worst, seen.nrs_least, seen.nrs_average)
