"""The picture of a pathway: lanes on one time axis, and under them the curve of the pain.

Everything here is geometry; the words and the looks are the template's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from services.coordinator.rules.owed import GIVEN, TO_COME

LEFT, RIGHT, WIDTH = 150.0, 1268.0, 1360
TOP, LANE, GAP = 34.0, 54.0, 2.0
CURVE = 190.0
SHORTEST = timedelta(days=75)
MARGIN = timedelta(days=6)
SCALE = 10
"""Pain on the NRS goes from 0 to 10."""

MODERATE, SUBSTANTIAL = 0.30, 0.50
"""Relief of 30 % and 50 % against the baseline (IMMPACT, Dworkin 2008)."""


@dataclass(frozen=True)
class Care:
    """One referral as it is drawn: asked, answered, its sessions, its end."""

    service: str
    asked_at: datetime
    status: str
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    sessions: Sequence[tuple[datetime, str, int]] = ()


@dataclass(frozen=True)
class Spot:
    """Something at a moment in a lane: an assessment, a concern, a follow-up, a decision."""

    service: str
    at: datetime
    what: str
    number: int | None = None


@dataclass(frozen=True)
class Mark:
    """A sign at a place of the picture."""

    x: float
    y: float
    what: str
    at: datetime
    number: int | None = None


@dataclass(frozen=True)
class Stretch:
    """A line in a lane: waiting for an answer, or in care."""

    x: float
    to: float
    y: float
    kind: str


@dataclass(frozen=True)
class Lane:
    """One service on the time axis."""

    service: str
    top: float
    middle: float
    status: str = ""
    marks: Sequence[Mark] = ()
    stretches: Sequence[Stretch] = ()


@dataclass(frozen=True)
class Point:
    """The mean pain of a week, and its relief against the baseline."""

    x: float
    y: float
    week: date
    value: float
    relief: float | None


@dataclass(frozen=True)
class Curve:
    """The pain over time with the bands of the response."""

    top: float
    base: float
    points: Sequence[Point]
    baseline: float

    def y(self, value: float) -> float:
        return round(self.base - value * CURVE / SCALE, 1)

    @property
    def path(self) -> str:
        return "M" + " L".join(f"{point.x} {point.y}" for point in self.points)

    @property
    def moderate(self) -> float:
        return round(self.baseline * (1 - MODERATE), 1)

    @property
    def substantial(self) -> float:
        return round(self.baseline * (1 - SUBSTANTIAL), 1)


@dataclass(frozen=True)
class Picture:
    """What the template draws."""

    height: float
    months: Sequence[tuple[float, date]]
    lanes: Sequence[Lane]
    links: Sequence[tuple[float, float, float]]
    now_x: float
    foot: float
    curve: Curve | None = None
    begin: date | None = None
    end: date | None = None


@dataclass(frozen=True)
class Axis:
    """Where a moment stands between left and right."""

    begin: datetime
    end: datetime

    def x(self, at: datetime) -> float:
        share = (at - self.begin) / (self.end - self.begin)
        return round(LEFT + min(max(share, 0), 1) * (RIGHT - LEFT), 1)


@dataclass
class _Drawing:
    """Lanes by service, in the order in which they came into the pathway."""

    axis: Axis
    now: datetime
    lanes: dict[str, Lane] = field(default_factory=dict)
    marks: dict[str, list[Mark]] = field(default_factory=dict)
    stretches: dict[str, list[Stretch]] = field(default_factory=dict)
    links: list[tuple[float, float, float]] = field(default_factory=list)

    def lane(self, service: str) -> Lane:
        if service not in self.lanes:
            top = TOP + len(self.lanes) * (LANE + GAP)
            self.lanes[service] = Lane(service, top, top + LANE / 2)
            self.marks[service], self.stretches[service] = [], []
        return self.lanes[service]

    def mark(self, service: str, at: datetime, what: str, number: int | None = None) -> None:
        y = self.lane(service).middle
        self.marks[service].append(Mark(self.axis.x(at), y, what, at, number))

    def stretch(self, service: str, begin: datetime, end: datetime, kind: str) -> None:
        y, x = self.lane(service).middle, self.axis.x
        self.stretches[service].append(Stretch(x(begin), x(end), y, kind))


def draw(
    lead: str,
    cares: Sequence[Care],
    spots: Sequence[Spot],
    pains: Iterable[tuple[datetime, float]],
    now: datetime,
) -> Picture:
    """The picture; `lead` is the service whose lane comes first: it sent the referrals.

    What lies too far ahead is not drawn, so that the past is not squeezed.
    """
    pains = sorted(pains)
    axis = _axis(_moments(cares, spots, pains), now)
    drawing = _Drawing(axis, now)
    drawing.lane(lead)
    for care in sorted(cares, key=lambda care: care.asked_at):
        _draw_care(drawing, lead, care)
    for spot in (spot for spot in spots if spot.at <= axis.end):
        drawing.mark(spot.service, spot.at, spot.what, spot.number)
    lanes = [_finished(drawing, lane, cares) for lane in drawing.lanes.values()]
    foot = TOP + len(lanes) * (LANE + GAP)
    curve = _curve(axis, pains, foot + 24) if pains else None
    foot = curve.base if curve else foot
    return Picture(
        height=foot + 24,
        months=[(axis.x(at), at.date()) for at in _months(axis)],
        lanes=lanes,
        links=drawing.links,
        now_x=axis.x(now),
        foot=foot,
        curve=curve,
        begin=axis.begin.date(),
        end=axis.end.date(),
    )


def _moments(
    cares: Sequence[Care], spots: Sequence[Spot], pains: Sequence[tuple[datetime, float]]
) -> list[datetime]:
    found = [care.asked_at for care in cares] + [at for at, _ in pains]
    found += [spot.at for spot in spots]
    return found + [at for care in cares for at, _, _ in care.sessions]


def _axis(moments: Sequence[datetime], now: datetime) -> Axis:
    begin = min([*moments, now]) - MARGIN
    far = now + max(SHORTEST / 2, (now - begin) / 2)
    end = min(max([*moments, now]) + 2 * MARGIN, far)
    return Axis(min(begin, end - SHORTEST), end)


def _months(axis: Axis) -> Iterable[datetime]:
    at = axis.begin.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    while at <= axis.end:
        if at >= axis.begin:
            yield at
        at = (at + timedelta(days=32)).replace(day=1)


def _draw_care(drawing: _Drawing, lead: str, care: Care) -> None:
    end, until = care.ended_at or drawing.now, care.answered_at
    lane, x = drawing.lane(care.service), drawing.axis.x(care.asked_at)
    if care.service != lead:
        drawing.links.append((x, drawing.lane(lead).middle, lane.middle))
        drawing.mark(lead, care.asked_at, "asked")
    drawing.stretch(care.service, care.asked_at, until or end, "wait")
    if until and care.status != "rejected":
        last = max([end, *(at for at, status, _ in care.sessions if status in TO_COME)])
        drawing.stretch(care.service, until, last, "span")
        drawing.mark(care.service, until, "accepted")
    drawing.mark(care.service, care.asked_at, "arrived")
    for at, status, number in sorted(s for s in care.sessions if s[0] <= drawing.axis.end):
        drawing.mark(care.service, at, _session(status), number)
    if care.ended_at:
        drawing.mark(care.service, care.ended_at, care.status)


def _session(status: str) -> str:
    if status in GIVEN:
        return "done"
    return "booked" if status in TO_COME else f"session-{status}"


def _finished(drawing: _Drawing, lane: Lane, cares: Sequence[Care]) -> Lane:
    own = sorted((c for c in cares if c.service == lane.service), key=lambda c: c.asked_at)
    return Lane(
        lane.service,
        lane.top,
        lane.middle,
        own[-1].status if own else "",
        sorted(drawing.marks[lane.service], key=lambda mark: mark.at),
        drawing.stretches[lane.service],
    )


def _curve(axis: Axis, pains: Sequence[tuple[datetime, float]], top: float) -> Curve:
    """Weekly means; the first week is the baseline that relief is counted from."""
    weeks: dict[date, list[float]] = {}
    for at, value in pains:
        weeks.setdefault(at.date() - timedelta(days=at.weekday()), []).append(value)
    means = {week: sum(values) / len(values) for week, values in weeks.items()}
    firsts = {at.date() - timedelta(days=at.weekday()): at for at, _ in reversed(pains)}
    baseline = next(iter(means.values()))
    empty = Curve(top, top + CURVE, (), baseline)
    points = [
        Point(axis.x(firsts[week]), empty.y(mean), week, round(mean, 1), relief(baseline, mean))
        for week, mean in means.items()
    ]
    return Curve(top, top + CURVE, points, baseline)


def relief(baseline: float, value: float) -> float | None:
    """The share of the baseline that is gone; None without any pain at the baseline."""
    return (baseline - value) / baseline if baseline else None


def response(share: float | None) -> str:
    """How a relief reads: none under 10 %, minimal, moderate from 30 %, substantial from 50 %."""
    if share is None or share < 0.1:  # noqa: PLR2004
        return "none"
    if share < MODERATE:
        return "minimal"
    return "moderate" if share < SUBSTANTIAL else "substantial"
