"""The pain of a patient over time, whoever measured it, as a picture."""

from collections.abc import Sequence
from uuid import UUID

from services.pain_physician.tables import Assessment
from shared.discipline.scores import points, scores_of
from shared.i18n import N_
from shared.measuring import Baseline
from shared.measuring.instruments import NRS_AVERAGE
from shared.measuring.plot import Level, Plot, Point, Series, bands, plot
from shared.work import Work

FIRST = N_("average pain at the first assessment")


def pain(work: Work, patient_id: UUID, assessments: Sequence[Assessment]) -> Plot | None:
    """Average pain, and pain right before sessions, against the first assessment."""
    asked = [
        Point(each.recorded_at, each.nrs_average, N_("Assessment"))
        for each in assessments
        if each.nrs_average is not None
    ]
    rows = scores_of(work, patient_id, ("nrs-average", "nrs-now"))
    average = [*asked, *points(row for row in rows if row.code == "nrs-average")]
    sessions = points(row for row in rows if row.context == "session-before")
    first = min(asked, key=lambda point: point.at, default=None)
    baseline = Baseline(first.value, FIRST, first.at.date()) if first else None
    return plot(
        N_("Pain over time"),
        [_series(NRS_AVERAGE.title, average), _series(N_("Pain before a session"), sessions)],
        NRS_AVERAGE.low,
        NRS_AVERAGE.high,
        areas=bands(baseline) if baseline else (),
        levels=[Level(baseline.value, baseline.name)] if baseline else (),
    )


def _series(title: str, found: Sequence[Point]) -> Series:
    return Series(title, tuple(sorted(found, key=lambda point: point.at)))
