"""When an entry about a medicine is possible: days in order, real doses, nothing taken twice.

Every change builds the whole medicine as it would then be and checks it, so that no sequence of
entries, corrections and undoings can leave something impossible.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from services.pain_physician.rules.drugs import (
    ADVERSE_EFFECTS,
    CLASSES,
    DRUGS,
    OTHER,
    RELIEF,
    STOP_REASONS,
    UNITS,
)
from shared.errors import Invalid, RuleBroken
from shared.i18n import N_

HIGHEST_DOSE = 100_000
"""In any unit; more than this is a slip of the key."""
_HELPED = ("moderate", "substantial")


@dataclass(frozen=True)
class Dose:
    """A daily dose and the day from which it was taken; None when nobody remembers the dose."""

    on: date
    dose: float | None


@dataclass(frozen=True)
class Taken:
    """One medicine from its start to its stop; `stopped_on` is None as long as it is taken."""

    drug: str
    drug_class: str
    dose_unit: str
    doses: tuple[Dose, ...]
    name: str = ""
    stopped_on: date | None = None
    stop_reason: str = ""
    relief: str = ""
    adverse_effects: tuple[str, ...] = ()

    @property
    def started_on(self) -> date:
        return self.doses[0].on

    @property
    def same_as(self) -> str:
        """What makes two entries one medicine."""
        return f"{OTHER}:{' '.join(self.name.casefold().split())}" if self.name else self.drug


def check(taken: Taken, others: Iterable[Taken], today: date) -> None:
    """Refuse a medicine that breaks a rule; `others` are those of the same patient."""
    _check_what(taken)
    _check_doses(taken, today)
    _check_stop(taken, today)
    _check_not_twice(taken, others)


def _check_what(taken: Taken) -> None:
    if taken.drug not in DRUGS:
        raise Invalid(
            N_("Choose a medicine of the list, or another one by its name."), field="drug"
        )
    if (taken.drug == OTHER) != bool(taken.name):
        raise Invalid(N_("Give the name of a medicine that is not on the list."), field="name")
    if taken.drug_class not in CLASSES:
        raise Invalid(N_("Choose one of the list."), field="drug_class")
    if taken.dose_unit not in UNITS:
        raise Invalid(N_("Choose one of the list."), field="dose_unit")


def _check_doses(taken: Taken, today: date) -> None:
    for dose in taken.doses:
        if dose.on > today:
            raise Invalid(N_("This date lies in the future."), field="on")
        _check_amount(taken, dose.dose)
    for before, after in pairwise(taken.doses):
        if after.on <= before.on:
            raise Invalid(N_("A dose was set on that day or later: correct that one."), field="on")
        if after.dose == before.dose:
            raise Invalid(N_("This is the dose already."), field="dose")


def _check_amount(taken: Taken, dose: float | None) -> None:
    if dose is None:
        _check_may_be_unknown(taken)
    elif not (math.isfinite(dose) and 0 < dose <= HIGHEST_DOSE):
        raise Invalid(N_("A dose is a number above zero."), field="dose")


def _check_may_be_unknown(taken: Taken) -> None:
    if taken.stopped_on is None or len(taken.doses) > 1:
        raise Invalid(N_("Give the dose of a medicine that is taken now."), field="dose")


def _check_stop(taken: Taken, today: date) -> None:
    if taken.relief and taken.relief not in RELIEF:
        raise Invalid(N_("Choose one of the list."), field="relief")
    if not set(taken.adverse_effects) <= ADVERSE_EFFECTS.keys():
        raise Invalid(N_("Choose one of the list."), field="adverse_effects")
    if taken.stopped_on is None:
        if taken.stop_reason:
            raise Invalid(N_("Say when it was stopped."), field="stopped_on")
        return
    _check_end(taken, taken.stopped_on, today)


def _check_end(taken: Taken, stopped_on: date, today: date) -> None:
    if stopped_on > today:
        raise Invalid(N_("This date lies in the future."), field="stopped_on")
    if stopped_on < taken.doses[-1].on:
        raise Invalid(
            N_("It cannot be stopped before it was begun, nor before its last dose."),
            field="stopped_on",
        )
    if taken.stop_reason not in STOP_REASONS:
        raise Invalid(N_("Say why it was stopped."), field="stop_reason")
    if taken.stop_reason == "adverse-effect" and not taken.adverse_effects:
        raise Invalid(N_("Say which adverse effect it was."), field="adverse_effects")
    if taken.stop_reason == "no-effect" and taken.relief in _HELPED:
        raise Invalid(N_("It cannot have had no effect and this relief."), field="relief")


def _check_not_twice(taken: Taken, others: Iterable[Taken]) -> None:
    """The same medicine may be taken again from the day on which it was stopped, not before."""
    for other in others:
        if other.same_as == taken.same_as and _overlap(taken, other):
            raise RuleBroken(
                N_(
                    "The patient takes this medicine at that time already. "
                    "Change its dose, or correct the other entry."
                ),
                field="drug",
            )


def _overlap(one: Taken, other: Taken) -> bool:
    ends_before = one.stopped_on is not None and one.stopped_on <= other.started_on
    begins_after = other.stopped_on is not None and other.stopped_on <= one.started_on
    return not (ends_before or begins_after)


def check_running(taken: Taken) -> None:
    """A dose is changed, and a medicine stopped, only while it is taken."""
    if taken.stopped_on is not None:
        raise RuleBroken(N_("This medicine was stopped already: correct the entry instead."))


def check_not_in_error(in_error: bool) -> None:
    if in_error:
        raise RuleBroken(N_("This entry was taken back: record the medicine anew."))


def check_undoable(last: str) -> None:
    """One step back, once: what lies deeper is corrected, so that the history stays readable."""
    if last == "undone":
        raise RuleBroken(N_("The last entry was undone already: correct the medicine instead."))


def doses_of(days: Sequence[date], amounts: Sequence[float]) -> tuple[Dose, ...]:
    """Each dose with its day; one day without a dose means that nobody remembers it."""
    if len(days) == 1 and not amounts:
        return (Dose(days[0], None),)
    if len(days) != len(amounts) or not days:
        raise Invalid(N_("Each dose needs its day, and each day its dose."), field="dose")
    return tuple(Dose(day, amount) for day, amount in zip(days, amounts, strict=True))
