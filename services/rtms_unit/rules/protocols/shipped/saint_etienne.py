"""Saint-Étienne: four test sessions, and only who has relief goes on (Thomas 2024)."""

from services.rtms_unit.rules.protocols.model import Known, Phase, Protocol
from services.rtms_unit.rules.protocols.shipped.sources import (
    ENVELOPE,
    REMEMBERED,
    THRESHOLD,
    about,
    at_most,
    exactly,
)
from shared.i18n import N_

_PUBLISHED = Known("Thomas et al., European Journal of Pain", 2024, to_confirm=False)
_REMEMBERED = Known("Thomas et al., European Journal of Pain", 2024)

SAINT_ETIENNE = Protocol(
    code="saint-etienne",
    version=1,
    title=N_("Test of four sessions, Saint-Étienne"),
    summary=N_("4 sessions every 3 weeks, then a go or no-go, then on as long as it helps"),
    known=_PUBLISHED,
    evidence="cohort",
    evidence_note=N_(
        "193 patients in 12 years; 42 of 100 had relief of 30 per cent or more after four "
        "sessions. Those with 10 per cent or more went on. Central pain did better than peripheral."
    ),
    target=N_("Motor cortex (M1)"),
    target_known=_PUBLISHED,
    side_rule="contralateral",
    minutes=45,
    minutes_known=REMEMBERED,
    dose={
        "frequency_hz": exactly(20, _PUBLISHED),
        "intensity_percent": about(80, 70, 90, _REMEMBERED),
        "pulses": at_most(1600, 800, _REMEMBERED),
        "trains": at_most(20, 10, _REMEMBERED),
        "train_seconds": at_most(4, 2, _REMEMBERED),
        "interval_seconds": about(84, 30, 90, ENVELOPE),
    },
    phases=(
        Phase(
            "test",
            N_("Test sessions"),
            "test",
            sessions=4,
            step=21,
            least_gap=14,
            tolerance=7,
            decision="after-test",
            known=_REMEMBERED,
            threshold_known=THRESHOLD,
        ),
        Phase(
            "continuation",
            N_("Continuation"),
            "maintenance",
            sessions=8,
            step=21,
            after=21,
            least_gap=14,
            tolerance=7,
            known=REMEMBERED,
            threshold_known=THRESHOLD,
        ),
    ),
)
