"""TRANSNEP: 15 sessions over 22 weeks for peripheral neuropathic pain (Attal 2021)."""

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

_PUBLISHED = Known("Attal et al., Brain (TRANSNEP, NCT02010281)", 2021, to_confirm=False)
_REMEMBERED = Known("Attal et al., Brain (TRANSNEP, NCT02010281)", 2021)

TRANSNEP = Protocol(
    code="transnep",
    version=1,
    title=N_("TRANSNEP calendar"),
    summary=N_("15 sessions in 22 weeks: daily for a week, then further and further apart"),
    known=_PUBLISHED,
    evidence="controlled-trial",
    evidence_note=N_(
        "149 patients treated, 49 of them on the motor cortex: better than sham on average pain "
        "over 25 weeks. The calendar from day to day is remembered, not published where we looked."
    ),
    target=N_("Motor cortex (M1), neuronavigated"),
    target_known=_PUBLISHED,
    side_rule="contralateral",
    minutes=45,
    minutes_known=REMEMBERED,
    dose={
        "frequency_hz": exactly(10, _PUBLISHED),
        "intensity_percent": about(80, 70, 90, _REMEMBERED),
        "pulses": at_most(3000, 1000, _PUBLISHED),
        "trains": at_most(30, 10, _REMEMBERED),
        "train_seconds": at_most(10, 5, _REMEMBERED),
        "interval_seconds": about(20, 20, 60, ENVELOPE),
    },
    phases=(
        Phase(
            "induction",
            N_("Induction, daily"),
            "induction",
            sessions=5,
            step=1,
            open_days=True,
            per_week=5,
            tolerance=2,
            threshold_days=7,
            known=_REMEMBERED,
            threshold_known=THRESHOLD,
        ),
        Phase(
            "weekly",
            N_("Every week"),
            "maintenance",
            sessions=4,
            step=7,
            after=7,
            least_gap=4,
            known=_REMEMBERED,
            threshold_known=THRESHOLD,
        ),
        Phase(
            "fortnightly",
            N_("Every two weeks"),
            "maintenance",
            sessions=3,
            step=14,
            after=14,
            least_gap=9,
            tolerance=4,
            known=_REMEMBERED,
            threshold_known=THRESHOLD,
        ),
        Phase(
            "monthly",
            N_("Every four weeks"),
            "maintenance",
            sessions=3,
            step=28,
            after=21,
            least_gap=18,
            tolerance=5,
            known=_REMEMBERED,
            threshold_known=THRESHOLD,
        ),
    ),
    follow_ups=(FollowUpPoint("week-25", 175),),
)
