"""How much a patient was relieved, against a baseline that is named, and when relief is lost."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from shared.i18n import N_
from shared.measuring.instruments import Source


@dataclass(frozen=True)
class Band:
    """A degree of response, from this relief on (percent of the baseline)."""

    code: str
    title: str
    from_percent: int


IMMPACT = Source("Dworkin et al. (IMMPACT), Journal of Pain", 2008)
NONE = Band("none", N_("no response"), 0)
MINIMAL = Band("minimal", N_("minimal response"), 10)
MODERATE = Band("moderate", N_("moderate response"), 30)
SUBSTANTIAL = Band("substantial", N_("substantial response"), 50)
BANDS = (NONE, MINIMAL, MODERATE, SUBSTANTIAL)
RESPONDER = MODERATE
"""A responder has at least this degree of response."""


@dataclass(frozen=True)
class Baseline:
    """What later scores are compared with: its name tells a reader which measure it was."""

    value: float
    name: str
    on: date | None = None


@dataclass(frozen=True)
class Response:
    """Relief in percent of the baseline (negative: worse than before), with its numbers."""

    baseline: Baseline
    value: float
    percent: float
    band: Band

    @property
    def shown(self) -> int:
        """Whole percent, cut and not rounded: 29.6 never reads as 30 beside the band below it."""
        return int(self.percent)

    @property
    def is_response(self) -> bool:
        """At least moderate: what counts as a responder."""
        return self.percent >= RESPONDER.from_percent


def response(baseline: Baseline, value: float) -> Response | None:
    """The response of a score of which the higher value is the worse.

    None when the baseline is zero: who had no pain cannot be relieved of it.
    """
    if baseline.value <= 0:
        return None
    percent = round(100 * (baseline.value - value) / baseline.value, 6)
    reached = [band for band in BANDS if percent >= band.from_percent]
    return Response(baseline, value, percent, reached[-1] if reached else NONE)


@dataclass(frozen=True)
class DriftRule:
    """Relief was lost: so many measures in a row lie above so many percent of the baseline."""

    back_above: int
    consecutive: int
    source: Source


DRIFT = DriftRule(70, 2, Source(N_("Proposal of Relais, no consensus was found"), 2026, False))


def relapse(baseline: float, values: Sequence[float], rule: DriftRule = DRIFT) -> range:
    """Which of the values, oldest first, belong to a relapse that lasts still; none: empty.

    A relapse follows a response: at least one value at or below the level, then `consecutive`
    ones above it. (70 % of the baseline is a relief of 30 %, a moderate response.)
    """
    level = round(baseline * rule.back_above / 100, 6)
    back = next((n for n, value in enumerate(reversed(values)) if value <= level), None)
    if baseline <= 0 or back is None or back < rule.consecutive:
        return range(0)
    return range(len(values) - back, len(values))


def drifted(baseline: float, values: Sequence[float], rule: DriftRule = DRIFT) -> bool:
    """Whether relief that was there is lost now; `values` are the measures, oldest first."""
    return bool(relapse(baseline, values, rule))


@dataclass(frozen=True)
class Rate:
    """How many responded: never a percentage without the numbers that it comes from."""

    treated: int
    measured: int
    responders: int

    @property
    def not_measured(self) -> int:
        return self.treated - self.measured

    @property
    def percent(self) -> int | None:
        """Of those measured, rounded to whole percent; None when nobody was."""
        return round(100 * self.responders / self.measured) if self.measured else None


def rate(responses: Iterable[Response | None]) -> Rate:
    """The responder rate of some patients; None stands for one who was not measured."""
    treated = list(responses)
    measured = [each for each in treated if each is not None]
    return Rate(len(treated), len(measured), sum(each.is_response for each in measured))
