"""The average pain of a patient over time as a picture, whoever measured it."""

from uuid import UUID

from services.pain_physician.reading.pain import AVERAGE, points
from shared.i18n import N_
from shared.measuring import Baseline, instrument
from shared.measuring.plot import Plot, plot_of
from shared.work import Work

FIRST = N_("the first measure")


def pain_picture(work: Work, patient_id: UUID) -> Plot | None:
    """Average pain against the first measure; nothing before there is one."""
    measured = points(work, patient_id, AVERAGE)
    first = measured[0] if measured else None
    baseline = Baseline(first.value, FIRST, first.at.date()) if first else None
    return plot_of(instrument(AVERAGE), measured, baseline)
