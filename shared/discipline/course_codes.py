"""What courses, gates and adverse events are called: codes that events carry, with their words.

The lists are a default of the centre, to be confirmed by it; severity, relation and action follow
FHIR AdverseEvent and the causality categories of WHO-UMC.
"""

from collections.abc import Mapping

from shared.discipline.codes import GONE
from shared.i18n import N_

GATES: Mapping[str, str] = {
    "screening": N_("Safety screening"),
    "safe-today": N_("Still safe today"),
    "motor-threshold": N_("Motor threshold"),
    "dose-envelope": N_("Dose within the protocol"),
    "stop": N_("Stop of the course"),
    "decision-point": N_("Decision point"),
}

GATE_REASONS: Mapping[str, str] = {
    "seizure": N_("A seizure"),
    "convulsive-syncope": N_("A syncope with convulsions"),
    "new-implant": N_("A new implant or metal"),
    "pregnancy": N_("A pregnancy"),
    "serious-adverse-event": N_("A serious adverse event"),
    "suicidal-crisis": N_("A suicidal crisis"),
    "medication-changed": N_("A medicine was changed"),
    "day-check": N_("The check of the day found a change"),
    "after-test": N_("After the test sessions"),
    "end-of-induction": N_("End of the induction"),
    "end-of-maintenance": N_("End of the maintenance"),
    "not-done": N_("It is not done yet"),
    "answers-to-weigh": N_("Something was answered with yes"),
    "answers-changed": N_("The answers are others than before"),
    "refused-before": N_("A physician said no the last time"),
    "asked-again": N_("The questions were asked again"),
    "threshold-missing": N_("No threshold in date"),
    "outside-protocol": N_("The dose lies outside the protocol"),
    "by-hand": N_("Stopped by a member of the unit"),
    **GONE,
    "asked-by-operator": N_("The operator asks a physician"),
    "other": N_("Another reason"),
}
"""Why a gate was closed, a course stopped or ended; a code that is not here is shown as it is."""

SCREENING: Mapping[str, str] = {
    "seizure": N_("Have you ever had an epileptic seizure, or a convulsion?"),
    "syncope": N_("Have you ever fainted? What had happened before?"),
    "head-injury": N_("Have you ever had a severe head injury, or surgery of the head?"),
    "hearing": N_("Do you hear badly, or do you have ringing in the ears?"),
    "cochlear-implant": N_("Do you have a cochlear implant?"),
    "pregnancy": N_("Are you pregnant, or could you be?"),
    "metal": N_("Is there metal in your head or elsewhere in your body: a clip, a splinter?"),
    "neurostimulator": N_(
        "Do you have an implanted stimulator: of the brain, the spinal cord, a nerve?"
    ),
    "pacemaker": N_("Do you have a cardiac pacemaker, a defibrillator or a cardiac lead?"),
    "pump": N_("Do you have an implanted pump for medicines, or a shunt?"),
    "medicines": N_("Do you take medicines, also those that you buy yourself?"),
    "earlier-stimulation": N_("Did a magnetic stimulation ever go badly for you?"),
    "earlier-mri": N_("Was there ever a problem with an MRI examination?"),
}
"""The questions of a safety screening before stimulation, in our own words."""

ADVERSE_EFFECTS: Mapping[str, str] = {
    "headache": N_("Headache"),
    "scalp-pain": N_("Pain of the scalp"),
    "neck-pain": N_("Pain of the neck"),
    "facial-twitching": N_("Twitching of the face"),
    "fatigue": N_("Fatigue"),
    "dizziness": N_("Dizziness"),
    "nausea": N_("Nausea"),
    "hearing": N_("Change of hearing or tinnitus"),
    "more-pain": N_("More neuropathic pain"),
    "mood-change": N_("Change of mood"),
    "syncope": N_("Syncope"),
    "convulsive-syncope": N_("A syncope with convulsions"),
    "seizure": N_("A seizure"),
    "burn": N_("A burn of the skin"),
    "suicidal-crisis": N_("A suicidal crisis"),
    "other": N_("Another effect"),
}

CONCERNS: Mapping[str, str] = {
    "by-hand": N_("raised by hand"),
    "phq9-item-9": N_("an answer of the PHQ-9"),
    "suicidal-crisis": N_("A suicidal crisis"),
    "relapse-suspected": N_("a relapse is suspected"),
}
"""Why somebody is worried."""
CRISIS = "suicidal-crisis"

SEVERITIES: Mapping[str, str] = {
    "mild": N_("mild"),
    "moderate": N_("moderate"),
    "severe": N_("severe"),
}

RELATIONS: Mapping[str, str] = {
    "unrelated": N_("unrelated"),
    "unlikely": N_("unlikely"),
    "possible": N_("possible"),
    "probable": N_("probable"),
    "certain": N_("certain"),
}

ACTIONS: Mapping[str, str] = {
    "none": N_("Nothing"),
    "session-interrupted": N_("The session was interrupted"),
    "course-stopped": N_("The course was stopped"),
    "sent-to-emergency": N_("The patient was sent to the emergency department"),
    "other": N_("Something else"),
}

COURSE_CHANGES: Mapping[str, str] = {
    "moved": N_("moved"),
    "missed": N_("a session was missed"),
    "made-up": N_("a missed session is made up"),
    "closed-day": N_("the unit is closed on a day"),
    "undone": N_("a change was taken back"),
    "resumed": N_("it goes on"),
    "risk-accepted": N_("a physician accepts the missed session"),
}

COURSE_STATUS: Mapping[str, str] = {
    "active": N_("under way"),
    "on-hold": N_("stopped, waits for a physician"),
    "completed": N_("completed"),
    "revoked": N_("ended early"),
}

DECISIONS: Mapping[str, str] = {
    "go-on": N_("it goes on"),
    "end": N_("it ends here"),
}

STOP_REASONS: Mapping[str, str] = {
    "no-effect": N_("no effect"),
    "adverse-effect": N_("adverse effect"),
    "habituation": N_("habituation"),
    "patient-choice": N_("the patient’s choice"),
    "other": N_("another reason"),
}

MEDICATION_CHANGES: Mapping[str, str] = {
    "started": N_("begun"),
    "dose-changed": N_("another dose"),
    "stopped": N_("stopped"),
    "corrected": N_("the entry was corrected"),
}
