"""The pain physician: sees the patient first, refers to the others, and hears what became of it."""

from shared.access.viewer import COORDINATOR, PHYSICIAN
from shared.discipline import plate
from shared.events import (
    AdverseEventAcknowledged,
    AssessmentRecorded,
    ConcernAcknowledged,
    GateReleased,
    GateUpheld,
    MedicationChanged,
    PatientRegistered,
    PatientUpdated,
    ReferralRequested,
)
from shared.i18n import N_
from shared.service import NamePlate, Page

PLATE = NamePlate(
    "pain_physician",
    title="Pain physician",
    title_fr="Médecin de la douleur",
    takes_referrals=True,
    from_outside=True,
    roles=(PHYSICIAN,),
    pages=(
        Page("/pain_physician/patients", N_("Patients"), (PHYSICIAN, COORDINATOR), rank=20),
        Page("/pain_physician/decisions", N_("Decisions"), (PHYSICIAN,), rank=25),
        Page("/pain_physician/worklist", N_("Worklist"), (PHYSICIAN,), rank=30),
        Page("/pain_physician/figures", N_("Figures"), (PHYSICIAN,), rank=60),
        Page("/pain_physician/sessions", N_("Agenda"), (PHYSICIAN,), rank=40),
    ),
    announces=(
        *plate.ANNOUNCES,
        AdverseEventAcknowledged,
        AssessmentRecorded,
        ConcernAcknowledged,
        GateReleased,
        GateUpheld,
        MedicationChanged,
        PatientRegistered,
        PatientUpdated,
        ReferralRequested,
    ),
)
