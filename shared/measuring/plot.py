"""Scores over time as a picture: where each line and dot stands, for a page to draw as SVG."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.i18n import N_
from shared.measuring.instruments import Instrument
from shared.measuring.response import MODERATE, SUBSTANTIAL, Baseline

WIDTH, HEIGHT = 640, 250
LEFT, RIGHT, TOP, BOTTOM = 40, 16, 26, 28
"""Units of the picture's own grid (its viewBox), and the margins around the plane."""
_STEPS = (1, 2, 5, 10, 20, 25, 50)
_MOST_STEPS, _DATES = 6, 5


@dataclass(frozen=True)
class Point:
    """One measure. `note` says what the table tells of it besides: where it was taken."""

    at: datetime
    value: float
    note: str = ""


@dataclass(frozen=True)
class Series:
    """The measures of one score, oldest first."""

    title: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Area:
    """A band of values with a meaning; `tone` is its class in the style sheet: b30 or b50."""

    low: float
    high: float
    title: str
    tone: str


@dataclass(frozen=True)
class Level:
    """A value drawn across the picture: a baseline or a cut-off. `source` says who set it."""

    value: float
    title: str
    source: str = ""


@dataclass(frozen=True)
class Phase:
    """A stretch of time with a name: induction, maintenance ..."""

    first: datetime
    last: datetime
    title: str


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    point: Point


@dataclass(frozen=True)
class Curve:
    """A series on the plane. `mark` counts the series, for marks that differ without colour."""

    mark: int
    title: str
    path: str
    dots: tuple[Dot, ...]


@dataclass(frozen=True)
class Row:
    """A line of the table behind the picture; `values` has one place for each series."""

    at: datetime
    values: tuple[float | None, ...]
    note: str


@dataclass(frozen=True)
class Plot:
    """Everything that a picture shows. Positions are in the units of WIDTH and HEIGHT."""

    title: str
    low: float
    high: float
    first: datetime
    last: datetime
    series: tuple[Series, ...]
    areas: tuple[Area, ...] = ()
    levels: tuple[Level, ...] = ()
    phases: tuple[Phase, ...] = ()

    width, height = WIDTH, HEIGHT
    left, right, top, bottom = LEFT, WIDTH - RIGHT, TOP, HEIGHT - BOTTOM

    def x(self, at: datetime) -> float:
        """Where a moment stands; a single one stands in the middle."""
        whole = (self.last - self.first).total_seconds()
        share = (at - self.first).total_seconds() / whole if whole else 0.5
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    def y(self, value: float) -> float:
        """Where a value stands; higher values stand higher, and none leaves the plane."""
        kept = min(max(value, self.low), self.high)
        share = (kept - self.low) / (self.high - self.low)
        return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)

    @property
    def curves(self) -> list[Curve]:
        return [self._curve(mark, each) for mark, each in enumerate(self.series)]

    def _curve(self, mark: int, series: Series) -> Curve:
        dots = tuple(Dot(self.x(p.at), self.y(p.value), p) for p in series.points)
        path = "M" + " L".join(f"{dot.x} {dot.y}" for dot in dots) if dots else ""
        return Curve(mark, series.title, path, dots)

    @property
    def values(self) -> list[float]:
        """The marked values of the upright axis, a handful of them at even steps."""
        span = self.high - self.low
        step = next((each for each in _STEPS if span / each <= _MOST_STEPS), span)
        return [self.low + n * step for n in range(int(span / step) + 1)]

    @property
    def dates(self) -> list[datetime]:
        """The marked moments of the lower axis."""
        if self.first == self.last:
            return [self.first]
        step = (self.last - self.first) / (_DATES - 1)
        return [self.first + n * step for n in range(_DATES)]

    @property
    def rows(self) -> list[Row]:
        """The same as a table: a row for each moment, oldest first."""
        moments = sorted({point.at for series in self.series for point in series.points})
        return [self._row(at) for at in moments]

    def _row(self, at: datetime) -> Row:
        here = [[p for p in series.points if p.at == at] for series in self.series]
        notes = [point.note for points in here for point in points if point.note]
        values = tuple(points[-1].value if points else None for points in here)
        return Row(at, values, next(iter(notes), ""))


def plot(
    title: str,
    series: Iterable[Series],
    low: float,
    high: float,
    *,
    areas: Sequence[Area] = (),
    levels: Sequence[Level] = (),
    phases: Sequence[Phase] = (),
) -> Plot | None:
    """A picture of these series between two values; None when there is nothing to show yet."""
    drawn = tuple(each for each in series if each.points)
    moments = [point.at for each in drawn for point in each.points]
    if not moments:
        return None
    edges = [edge for phase in phases for edge in (phase.first, phase.last)]
    first, last = min(*moments, *edges, moments[0]), max(*moments, *edges, moments[0])
    return Plot(title, low, high, first, last, drawn, tuple(areas), tuple(levels), tuple(phases))


def plot_of(
    known: Instrument,
    points: Iterable[Point],
    baseline: Baseline | None = None,
    phases: Sequence[Phase] = (),
) -> Plot | None:
    """The course of one score: with its cut-offs, and against a baseline with the bands."""
    series = Series(known.title, tuple(sorted(points, key=lambda point: point.at)))
    levels = [*cut_offs(known), *([Level(baseline.value, baseline.name)] if baseline else [])]
    areas = bands(baseline) if baseline else ()
    ends = known.low, known.high
    return plot(known.title, [series], *ends, areas=areas, levels=levels, phases=phases)


def cut_offs(known: Instrument) -> list[Level]:
    """The cut-offs of an instrument that lie within its range, each with who says so."""
    within = [cut for cut in known.cut_offs if cut.value > known.low]
    return [Level(cut.value, cut.reads_as, cut.source.cited) for cut in within]


def bands(baseline: Baseline) -> list[Area]:
    """Where a value counts as a moderate and as a substantial response (IMMPACT 2008)."""
    moderate, substantial = (
        baseline.value * (100 - band.from_percent) / 100 for band in (MODERATE, SUBSTANTIAL)
    )
    return [
        Area(substantial, moderate, N_("moderate response"), "b30"),
        Area(0, substantial, N_("substantial response"), "b50"),
    ]
