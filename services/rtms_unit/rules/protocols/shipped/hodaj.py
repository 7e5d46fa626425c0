"""Hodaj 2015: 19 sessions for facial pain, ten in two weeks and then further and further apart."""

from services.rtms_unit.rules.protocols.model import FollowUpPoint, Known, Phase, Protocol
from services.rtms_unit.rules.protocols.shipped.sources import (
    ENVELOPE,
    REMEMBERED,
    THRESHOLD,
    about,
    at_most,
    exactly,
)
from shared.i18n import N_

_PUBLISHED = Known("Hodaj et al., Brain Stimulation", 2015, to_confirm=False)
_REMEMBERED = Known("Hodaj et al., Brain Stimulation", 2015)

HODAJ_2015 = Protocol(
    code="hodaj-2015",
    version=1,
    title="Hodaj 2015",
    summary=N_("5 a week for 2 weeks, 2 in week 3, 1 in weeks 4 and 6, then monthly × 5"),
    known=_PUBLISHED,
    evidence="cohort",
    evidence_note=N_(
        "55 patients with refractory facial pain, 21 of them trigeminal neuropathic. Relief of "
        "30 per cent or more: 73 of 100 on day 15, 40 of 100 on day 180."
    ),
    target=N_("Motor cortex (M1), area of the face"),
    target_known=_PUBLISHED,
    side_rule="contralateral",
    minutes=45,
    minutes_known=REMEMBERED,
    dose={
        "frequency_hz": exactly(10, _REMEMBERED),
        "intensity_percent": about(80, 70, 90, REMEMBERED),
        "pulses": at_most(2000, 1000, _PUBLISHED),
        "trains": at_most(20, 10, _REMEMBERED),
        "train_seconds": at_most(10, 5, _REMEMBERED),
        "interval_seconds": about(50, 20, 60, ENVELOPE),
    },
    phases=(
        Phase(
            "induction",
            N_("Induction, daily"),
            "induction",
            sessions=10,
            step=1,
            open_days=True,
            per_week=5,
            tolerance=2,
            threshold_days=7,
            decision="end-of-induction",
            known=_PUBLISHED,
            threshold_known=THRESHOLD,
        ),
        Phase(
            "week-3",
            N_("Week 3"),
            "maintenance",
            sessions=2,
            step=2,
            after=4,
            least_gap=2,
            known=_PUBLISHED,
            threshold_known=THRESHOLD,
        ),
        Phase(
            "week-4",
            N_("Week 4"),
            "maintenance",
            sessions=1,
            step=6,
            after=6,
            least_gap=3,
            known=_PUBLISHED,
            threshold_known=THRESHOLD,
        ),
        Phase(
            "week-6",
            N_("Week 6"),
            "maintenance",
            sessions=1,
            step=14,
            after=14,
            least_gap=7,
            known=_PUBLISHED,
            threshold_known=THRESHOLD,
        ),
        Phase(
            "monthly",
            N_("Monthly"),
            "maintenance",
            sessions=5,
            step=28,
            after=28,
            least_gap=18,
            tolerance=5,
            known=_PUBLISHED,
            threshold_known=THRESHOLD,
        ),
    ),
    follow_ups=(FollowUpPoint("day-15", 15), FollowUpPoint("day-180", 180)),
)
