"""Scores of an assessment: their range, how they read, and which combinations are impossible.

Only totals are kept: the text of questionnaires under licence is nowhere in Relais.
"""

from dataclasses import dataclass

from shared.errors import Invalid
from shared.i18n import N_


@dataclass(frozen=True)
class Score:
    """A measured number. `cut_off` reads as positive from that value on; `source` says who says so.

    `licence`: `open` may be shown in full, `scores only` must not show the text of its questions.
    """

    code: str
    title: str
    low: int
    high: int
    source: str
    licence: str = "open"
    cut_off: int | None = None
    reads_as: str = ""

    def reads(self, value: int) -> str:
        """What the value says, as an English sentence, or nothing below the cut-off."""
        return self.reads_as if self.cut_off is not None and value >= self.cut_off else ""


NRS = "11-point numeric rating scale, 0 no pain, 10 the worst pain imaginable"

NRS_WORST = Score("nrs-worst", N_("Worst pain"), 0, 10, NRS)
NRS_LEAST = Score("nrs-least", N_("Least pain"), 0, 10, NRS)
NRS_AVERAGE = Score("nrs-average", N_("Average pain"), 0, 10, NRS)
DN4 = Score(
    "dn4",
    N_("DN4 total"),
    0,
    10,
    "Bouhassira et al., Pain 2005",
    licence="scores only",
    cut_off=4,
    reads_as=N_("neuropathic pain is likely (4 or more)"),
)
EFFECT_ON_LIFE = Score("effect-on-life", N_("Effect on life"), 0, 10, NRS)
SCORES = (NRS_WORST, NRS_LEAST, NRS_AVERAGE, DN4)


def check_range(score: Score, value: int | None, field: str) -> None:
    """Refuse a number that the scale does not have."""
    if value is not None and not score.low <= value <= score.high:
        raise Invalid(
            N_("This score goes from %(low)s to %(high)s."),
            field=field,
            low=score.low,
            high=score.high,
        )


def check_pain(worst: int | None, least: int | None, average: int | None) -> None:
    """Refuse half a set of pain scores, and an order that cannot be."""
    given = [value for value in (worst, least, average) if value is not None]
    if not given:
        return
    if worst is None or least is None or average is None:
        field = _first_missing(worst=worst, least=least, average=average)
        raise Invalid(
            N_("Worst, least and average pain belong together: give all three."), field=field
        )
    if not least <= average <= worst:
        raise Invalid(
            N_("Least pain cannot exceed average pain, nor average pain the worst."),
            field="nrs_average",
        )


def _first_missing(**values: int | None) -> str:
    return "nrs_" + next(name for name, value in values.items() if value is None)
