"""Stimulation of a nerve with a magnetic field (rPMS): a protocol of its own, with low evidence."""

from services.rtms_unit.rules.protocols.model import Known, Phase, Protocol
from services.rtms_unit.rules.protocols.shipped.sources import REMEMBERED, THRESHOLD
from shared.i18n import N_

_PUBLISHED = Known("Sanansilp et al., Siriraj Medical Journal", 2020)

RPMS = Protocol(
    code="rpms",
    version=1,
    title=N_("Peripheral stimulation (rPMS)"),
    summary=N_("4 sessions in 4 weeks on the painful area, with four frequencies"),
    known=_PUBLISHED,
    evidence="low",
    evidence_note=N_(
        "One retrospective series without control: 48 patients, 174 sessions. The protocols of "
        "other studies differ too much to be pooled (Aamir 2020). Never a second step by itself: "
        "a physician prescribes it."
    ),
    target=N_("Nerve or painful area, as prescribed"),
    target_known=REMEMBERED,
    side_rule="ipsilateral",
    minutes=30,
    minutes_known=REMEMBERED,
    dose={},
    phases=(
        Phase(
            "weekly",
            N_("Every week"),
            "maintenance",
            sessions=4,
            step=7,
            least_gap=3,
            known=_PUBLISHED,
            threshold_known=THRESHOLD,
        ),
    ),
    needs_threshold=False,
)
