"""A plain induction: ten sessions in two weeks, and then a physician decides what follows."""

from services.rtms_unit.rules.protocols.model import Known, Phase, Protocol
from services.rtms_unit.rules.protocols.shipped.sources import (
    REMEMBERED,
    THRESHOLD,
    about,
    at_most,
    exactly,
)
from shared.i18n import N_

_GUIDELINE = Known("Lefaucheur et al., Clinical Neurophysiology (guidelines)", 2020)

INDUCTION_10 = Protocol(
    code="induction-10",
    version=1,
    title=N_("Induction of ten sessions"),
    summary=N_("5 a week for 2 weeks"),
    known=REMEMBERED,
    evidence="agreed-practice",
    evidence_note=N_(
        "High frequency on the motor cortex opposite to the pain has the highest grade in the "
        "guidelines for neuropathic pain. Calendar and dose are common ones, from no single trial."
    ),
    target=N_("Motor cortex (M1)"),
    target_known=_GUIDELINE,
    side_rule="contralateral",
    minutes=45,
    minutes_known=REMEMBERED,
    dose={
        "frequency_hz": exactly(10, REMEMBERED),
        "intensity_percent": about(80, 70, 90, REMEMBERED),
        "pulses": at_most(2000, 1000, REMEMBERED),
        "trains": at_most(20, 10, REMEMBERED),
        "train_seconds": at_most(10, 5, REMEMBERED),
        "interval_seconds": about(50, 20, 60, REMEMBERED),
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
            known=REMEMBERED,
            threshold_known=THRESHOLD,
        ),
    ),
)
