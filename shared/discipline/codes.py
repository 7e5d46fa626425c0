"""The reasons and results a person chooses from: codes with the words that are shown for them.

The lists follow the idea of the structured reasons of Osler (a student clinic's tracker, 2020)
and of the skip reasons of published rTMS records; the wording and the choice are a default of
the centre, to be confirmed by it.
"""

from collections.abc import Mapping

from shared.i18n import N_
from shared.measuring.items import PGIC_DEGREES
from shared.measuring.points import POINTS

SOURCE = N_("Default list of the centre, to be confirmed.")

REFERRAL_REASONS: Mapping[str, str] = {
    "pain-not-controlled": N_("Pain not controlled"),
    "medicines-not-tolerated": N_("Medicines not tolerated"),
    "effect-on-life": N_("Effect on daily life"),
    "mood-or-sleep": N_("Mood or sleep"),
    "relapse": N_("The pain has come back"),
    "opinion": N_("An opinion is asked for"),
    "other": N_("Another reason"),
}

DECLINE_REASONS: Mapping[str, str] = {
    "not-indicated": N_("Not indicated for this problem"),
    "contraindication-known": N_("A contraindication is known"),
    "incomplete-referral": N_("The referral is incomplete"),
    "other-service-better": N_("Another service can help better"),
    "capacity": N_("No capacity in a reasonable time"),
    "patient-declined": N_("The patient does not wish it"),
    "other": N_("Another reason"),
}

NEXT_STEPS: Mapping[str, str] = {
    "back-to-referrer": N_("Back to the referrer, who decides what follows"),
    "refer-onward": N_("Refer onward to another service"),
    "refer-again-when": N_("Refer again later, under a condition"),
}

WORRIES: Mapping[str, str] = {
    "suicidal-crisis": N_("A suicidal crisis"),
    "by-hand": N_("Something else"),
}
"""What a person can say that a concern is; the others are found by scores."""

WITHDRAWAL_REASONS: Mapping[str, str] = {
    "withdrawn": N_("The referrer withdrew it"),
    "patient-declined": N_("The patient does not wish it"),
    "entered-in-error": N_("It was entered in error"),
    "other": N_("Another reason"),
}

MISS_REASONS: Mapping[str, str] = {
    "no-show": N_("Did not come, no news"),
    "patient-forgot": N_("Forgot the appointment"),
    "illness": N_("Ill"),
    "transport": N_("No transport"),
    "unit-closed": N_("The unit was closed"),
    "machine-failure": N_("The machine failed"),
    "not-safe-today": N_("It was not safe that day"),
    "other": N_("Another reason"),
}

INTERRUPTION_REASONS: Mapping[str, str] = {
    "patient-request": N_("The patient asked to stop"),
    "unwell": N_("The patient felt unwell"),
    "adverse-effect": N_("An adverse effect"),
    "machine-failure": N_("The machine failed"),
    "other": N_("Another reason"),
}

CANCELLATION_REASONS: Mapping[str, str] = {
    "patient-request": N_("The patient asked for it"),
    "practitioner-away": N_("The practitioner is away"),
    "unit-closed": N_("The unit is closed"),
    "machine-failure": N_("The machine failed"),
    "booked-in-error": N_("Booked in error"),
    "other": N_("Another reason"),
}

GONE: Mapping[str, str] = {
    "patient-deceased": N_("The patient has died"),
    "patient-transferred": N_("The patient was transferred to another centre"),
}
ENDED = tuple(f"ended-{why}" for why in GONE)
"""The steps by which a referral ends with its patient."""
BY_ITSELF: Mapping[str, str] = {
    "referral-withdrawn": N_("The referral was withdrawn"),
    "course-ended": N_("The course was ended"),
    "plan-undone": N_("The change of the plan was taken back"),
    **GONE,
}
"""Reasons that nobody chooses: they follow from something else."""

CHOICES: Mapping[str, Mapping[str, str]] = {
    "miss": MISS_REASONS,
    "interrupt": INTERRUPTION_REASONS,
    "cancel": CANCELLATION_REASONS,
}
SESSION_REASONS: Mapping[str, Mapping[str, str]] = {
    "missed": MISS_REASONS,
    "interrupted": INTERRUPTION_REASONS,
    "cancelled": {**CANCELLATION_REASONS, **BY_ITSELF},
}
"""The reasons of a session by its state."""

OUTCOMES: Mapping[str, str] = {
    "goals-met": N_("The goals were met"),
    "partly-met": N_("The goals were partly met"),
    "not-met": N_("The goals were not met"),
    "stopped-by-patient": N_("The patient stopped"),
    "stopped-by-team": N_("The team stopped"),
    "advice-given": N_("Advice was given, no sessions were needed"),
}

FOLLOW_UP_POINTS: Mapping[str, str] = POINTS
PGIC: Mapping[int, str] = PGIC_DEGREES

KEEPING_UP: Mapping[str, str] = {
    "psychological-care": N_("Psychological care"),
    "psycho-physical-therapy": N_("Psycho-physical therapy"),
    "movement": N_("Movement"),
}
"""What keeps the gain after the care."""

FOLLOW_UP_CANCELLATIONS: Mapping[str, str] = {
    "could-not-reach": N_("The patient could not be reached"),
    "patient-declined": N_("The patient does not wish it"),
    "planned-in-error": N_("Planned in error"),
    "other": N_("Another reason"),
}
FOLLOW_UP_REASONS: Mapping[str, str] = {**FOLLOW_UP_CANCELLATIONS, **BY_ITSELF}

CONTEXTS: Mapping[str, str] = {
    "assessment": N_("Assessment"),
    "session-before": N_("Before a session"),
    "session-after": N_("After a session"),
    "follow-up": N_("Follow-up"),
    "baseline": N_("Before the course"),
}
"""Where a score was measured."""

THERAPY_METHODS: Mapping[str, str] = {
    "cbt": N_("Cognitive behavioural therapy"),
    "acceptance": N_("Acceptance and commitment therapy"),
    "hypnosis": N_("Hypnosis"),
    "relaxation": N_("Relaxation"),
    "mindfulness": N_("Mindfulness"),
    "movement": N_("Movement"),
}

RHYTHMS: Mapping[str, str] = {
    "twice-a-week": N_("Twice a week"),
    "weekly": N_("Once a week"),
    "fortnightly": N_("Every two weeks"),
    "monthly": N_("Once a month"),
}
"""How often the sessions of a therapy are."""

URGENCIES: Mapping[str, str] = {
    "routine": N_("Routine"),
    "urgent": N_("Urgent"),
    "asap": N_("As soon as possible"),
    "stat": N_("Immediately"),
}

REFERRAL_STATUS: Mapping[str, str] = {
    "requested": N_("Requested"),
    "received": N_("Waiting for an answer"),
    "accepted": N_("Accepted"),
    "in-progress": N_("In care"),
    "completed": N_("Completed"),
    "rejected": N_("Declined"),
    "on-hold": N_("On hold, a question is open"),
    "cancelled": N_("Withdrawn"),
    "failed": N_("Handed back to the referrer"),
}

SESSION_STATUS: Mapping[str, str] = {
    "booked": N_("Booked"),
    "arrived": N_("Arrived"),
    "completed": N_("Completed"),
    "interrupted": N_("Interrupted"),
    "missed": N_("Missed"),
    "cancelled": N_("Cancelled"),
}

FOLLOW_UP_STATUS: Mapping[str, str] = {
    "planned": N_("Planned"),
    "done": N_("Done"),
    "cancelled": N_("No longer wanted"),
}

STEPS: Mapping[str, str] = {
    "requested": N_("%(who)s asked for it."),
    "received": N_("It arrived in this service."),
    "updated": N_("%(who)s corrected the referral."),
    "accepted": N_("%(who)s accepted it."),
    "declined": N_("%(who)s declined it."),
    "asked": N_("%(who)s asked the referrer a question."),
    "answered": N_("%(who)s answered the question."),
    "withdrawn": N_("%(who)s withdrew the referral."),
    "withdrawn-too-late": N_("%(who)s withdrew it after its end: nothing was changed."),
    "handed-back": N_("Nobody answered in time: it was handed back to the referrer."),
    "ended-patient-deceased": N_("The patient has died: the referral ended."),
    "ended-patient-transferred": N_("The patient was transferred: the referral ended."),
    "completed": N_("%(who)s completed it."),
    "reported": N_("%(who)s sent the report."),
    "noted": N_("%(who)s took note of it."),
    "told": N_("%(who)s told the outside referrer."),
    "session-booked": N_("%(who)s booked a session."),
    "session-moved": N_("%(who)s moved a session."),
    "session-arrived": N_("%(who)s noted that the patient is here."),
    "session-completed": N_("%(who)s completed a session."),
    "session-interrupted": N_("%(who)s interrupted a session."),
    "session-missed": N_("%(who)s recorded a missed session."),
    "session-cancelled": N_("%(who)s cancelled a session."),
    "course-planned": N_("%(who)s planned a course."),
    "course-changed": N_("%(who)s changed the plan of the course."),
    "course-undone": N_("%(who)s took a change of the plan back."),
    "course-risk-accepted": N_("%(who)s accepted that a session of the course is missing."),
    "course-stopped": N_("The course was stopped."),
    "course-resumed": N_("The course goes on."),
    "course-decided": N_("It was decided whether the course goes on."),
    "course-completed": N_("The course is complete."),
    "course-ended": N_("The course was ended early."),
    "follow-up-planned": N_("%(who)s planned a follow-up."),
    "follow-up-done": N_("%(who)s recorded the follow-up."),
    "follow-up-cancelled": N_("%(who)s cancelled a follow-up."),
    "measured": N_("%(who)s recorded a score."),
    "measurement-corrected": N_("%(who)s corrected a score."),
    "therapy-planned": N_("%(who)s planned the therapy."),
    "note-written": N_("%(who)s wrote a note on a session."),
    "note-shared": N_("%(who)s shared the note on a session with the team."),
    "concern-raised": N_("%(who)s raised a concern."),
    "concern-acknowledged": N_("%(who)s acknowledged the concern."),
    "screening-completed": N_("%(who)s completed the safety screening."),
    "day-checked": N_("%(who)s asked whether it is still safe today."),
    "threshold-recorded": N_("%(who)s measured the motor threshold."),
    "gate-closed": N_("A gate was closed."),
    "gate-released": N_("%(who)s released a gate."),
    "gate-superseded": N_("%(who)s asked again: a gate about older answers is superseded."),
    "gate-upheld": N_("%(who)s upheld a gate: it will not be done."),
    "gate-lifted": N_("A gate asks nothing any more: what it held up is over."),
    "gate-decided-late": N_("%(who)s decided at a gate that was decided already: nothing changed."),
    "adverse-event-reported": N_("%(who)s reported an adverse event."),
    "adverse-event-acknowledged": N_("%(who)s acknowledged the adverse event."),
}
