"""The way of a patient to and through the centre: its dates, how long each part took, and medians.

A median counts those who are still waiting as well: they are the ones who wait longest, and a
median of those who have arrived alone would look better than the truth.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date

from shared.errors import Invalid
from shared.i18n import N_
from shared.measuring.waiting import Wait

DAYS_IN_MONTH = 30.4375


@dataclass(frozen=True)
class Wandering:
    """The dates of the way; a month is kept as its first day. None is not known, or not yet."""

    onset: date | None = None
    first_consultation: date | None = None
    diagnosis: date | None = None
    referred_to_centre: date | None = None
    first_assessment: date | None = None
    first_treatment: date | None = None


DATES = tuple(each.name for each in fields(Wandering))
TO_THE_CENTRE = DATES[:4]
"""The dates that are asked at an assessment; the later ones follow from the record."""


@dataclass(frozen=True)
class Published:
    """A mean in months that was published, to be seen beside our own median."""

    months: float
    source: str
    year: int


_PERROT = "Perrot et al., Pain Medicine"


@dataclass(frozen=True)
class Part:
    """One part of the way, from one date to another."""

    code: str
    title: str
    start: str
    end: str
    published: Published | None = None


PARTS = (
    Part(
        "onset-consultation",
        N_("First pain to first consultation"),
        "onset",
        "first_consultation",
    ),
    Part("onset-diagnosis", N_("First pain to diagnosis"), "onset", "diagnosis"),
    Part(
        "onset-referral",
        N_("First pain to referral to the centre"),
        "onset",
        "referred_to_centre",
        Published(43.4, _PERROT, 2021),
    ),
    Part(
        "diagnosis-referral",
        N_("Diagnosis to referral to the centre"),
        "diagnosis",
        "referred_to_centre",
        Published(20.1, _PERROT, 2021),
    ),
    Part(
        "referral-assessment",
        N_("Referral to first assessment"),
        "referred_to_centre",
        "first_assessment",
    ),
    Part(
        "assessment-treatment",
        N_("First assessment to first treatment"),
        "first_assessment",
        "first_treatment",
    ),
    Part("onset-treatment", N_("First pain to first treatment here"), "onset", "first_treatment"),
)


def complete(
    kept: Wandering, first_assessed: date | None, treated: Iterable[date] = ()
) -> Wandering:
    """The dates as they were given, and those that follow from the record where none was given.

    The first treatment is the first session or medicine from the first assessment on.
    """
    assessed = kept.first_assessment or first_assessed
    later = [day for day in treated if assessed is not None and day >= assessed]
    treatment = kept.first_treatment or min(later, default=None)
    return replace(kept, first_assessment=assessed, first_treatment=treatment)


# Each pair in the order in which it must have happened. A diagnosis may come after the referral.
_ORDER = (
    ("onset", "first_consultation"),
    ("onset", "diagnosis"),
    ("onset", "referred_to_centre"),
    ("first_consultation", "diagnosis"),
    ("first_consultation", "referred_to_centre"),
    ("referred_to_centre", "first_assessment"),
    ("first_assessment", "first_treatment"),
)


def check(way: Wandering, today: date) -> None:
    """Refuse a date in the future, and an order that cannot be."""
    for name in DATES:
        if (getattr(way, name) or today) > today:
            raise Invalid(N_("This date lies in the future."), field=name)
    for earlier, later in _ORDER:
        before, after = getattr(way, earlier), getattr(way, later)
        if before and after and _month(before) > _month(after):
            raise Invalid(N_("This comes before something that must have come first."), field=later)


def _month(day: date) -> tuple[int, int]:
    """Dates are compared by month, because often no more than the month is remembered."""
    return day.year, day.month


def months(start: date | None, end: date | None) -> int | None:
    """Whole months from one date to the other, or None when one is not known."""
    if start is None or end is None:
        return None
    return (end.year - start.year) * 12 + end.month - start.month


def waits(part: Part, ways: Iterable[Wandering], today: date) -> list[Wait]:
    """How long each of these patients waited, or has waited until today.

    Left out: whoever has no first date, and a part whose end came before its beginning.
    """
    found = []
    for way in ways:
        start, end = getattr(way, part.start), getattr(way, part.end)
        if start is not None and start <= (end or today):
            found.append(Wait(((end or today) - start).days, over=end is not None))
    return found
