"""The sentences of a patient's story here: one for each thing that can happen."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.i18n import N_


@dataclass(frozen=True)
class Line:
    """A sentence with `%(who)s` (who did it here) and `%(service)s` (the other service)."""

    sentence: str
    icon: str = "info"
    tone: str = "later"


LINES: Mapping[str, Line] = {
    "registered": Line(N_("%(who)s registered the patient."), "user", "soon"),
    "came-from-outside": Line(
        N_("A referral from outside arrived; the patient was registered from it."), "inbox", "soon"
    ),
    "corrected": Line(N_("%(who)s corrected who the patient is."), "user"),
    "corrected-outside": Line(N_("The outside referrer corrected who the patient is."), "user"),
    "deceased": Line(N_("%(who)s recorded that the patient has died."), "x", "hold"),
    "deceased-outside": Line(
        N_("The outside referrer wrote that the patient has died."), "x", "hold"
    ),
    "transferred": Line(
        N_("%(who)s recorded that the patient was transferred to another centre."), "move", "hold"
    ),
    "active-again": Line(
        N_("%(who)s corrected it: the patient is treated here. Nothing was booked again."), "undo"
    ),
    "assessed-first": Line(N_("%(who)s recorded the first assessment."), "doc", "soon"),
    "assessed": Line(N_("%(who)s recorded an assessment."), "doc", "soon"),
    "requested": Line(N_("%(who)s referred the patient to: %(service)s."), "send", "soon"),
    "received": Line(N_("%(service)s received the referral."), "inbox"),
    "accepted": Line(N_("%(service)s accepted the referral."), "ok", "ok"),
    "rejected": Line(N_("%(service)s declined the referral."), "x", "today"),
    "on-hold": Line(N_("%(service)s asked a question."), "ask", "hold"),
    "answered": Line(N_("%(who)s answered the question."), "ok", "soon"),
    "failed": Line(N_("Nobody answered: %(service)s handed the referral back."), "late", "overdue"),
    "completed": Line(N_("%(service)s completed what was asked."), "ok", "ok"),
    "report": Line(N_("%(service)s sent its report."), "list", "ok"),
    "cancelled": Line(N_("%(who)s withdrew the referral to: %(service)s."), "x"),
    "closed": Line(N_("%(who)s took note of it and said the next step."), "check", "ok"),
    "session-booked": Line(N_("%(service)s booked a session."), "cal"),
    "session-moved": Line(N_("%(service)s moved a session."), "move"),
    "session-completed": Line(N_("%(service)s completed a session."), "check", "ok"),
    "session-interrupted": Line(N_("%(service)s interrupted a session."), "stop", "today"),
    "session-missed": Line(N_("The patient missed a session. (%(service)s)"), "x", "overdue"),
    "session-cancelled": Line(N_("%(service)s cancelled a session."), "x"),
    "follow-up-planned": Line(N_("%(service)s planned a follow-up."), "cal"),
    "follow-up-done": Line(N_("%(service)s did the follow-up."), "check", "ok"),
    "follow-up-cancelled": Line(N_("%(service)s cancelled a follow-up."), "x"),
    "letter-sent": Line(N_("%(who)s wrote to the doctor who sent the patient."), "mail", "ok"),
    "way-corrected": Line(N_("%(who)s corrected the dates of the way to the centre."), "cal"),
    "medicine-started": Line(N_("%(who)s recorded a medicine that was begun."), "pill", "soon"),
    "medicine-dose-changed": Line(N_("%(who)s recorded another dose of a medicine."), "pill"),
    "medicine-stopped": Line(N_("%(who)s recorded a medicine that was stopped."), "pill"),
    "medicine-corrected": Line(N_("%(who)s corrected the entry about a medicine."), "doc"),
    "medicine-in-error": Line(N_("%(who)s took back the entry about a medicine."), "x"),
    "medicine-undone": Line(N_("%(who)s undid the last entry about a medicine."), "undo"),
    "screened": Line(N_("%(service)s completed the safety screening: no yes."), "check", "ok"),
    "screened-with-yes": Line(
        N_("%(service)s completed the safety screening; a physician looks at every yes."),
        "ask",
        "today",
    ),
    "course-planned": Line(N_("%(service)s planned a course."), "cal", "soon"),
    "course-changed": Line(N_("%(service)s changed the plan of a course."), "move"),
    "course-made-up": Line(N_("%(service)s made up a missed session."), "ok", "ok"),
    "course-risk-accepted": Line(N_("%(service)s accepted that a session was missed."), "check"),
    "course-goes-on": Line(N_("It was decided that the course goes on."), "go", "ok"),
    "course-ends": Line(N_("It was decided that the course ends."), "x", "today"),
    "course-stopped": Line(N_("%(service)s stopped the course."), "stop", "critical"),
    "course-resumed": Line(N_("The course goes on again."), "go", "ok"),
    "course-completed": Line(N_("%(service)s completed the course."), "ok", "ok"),
    "course-ended-early": Line(N_("The course ended before its time."), "x", "today"),
    "gate-closed": Line(N_("%(service)s waits at a gate."), "lock", "today"),
    "gate-released": Line(N_("%(who)s released a gate."), "unlock", "ok"),
    "gate-upheld": Line(N_("%(who)s upheld a gate: it will not be done."), "lock", "overdue"),
    "gate-released-there": Line(N_("%(service)s released a gate."), "unlock", "ok"),
    "gate-upheld-there": Line(
        N_("%(service)s upheld a gate: it will not be done."), "lock", "overdue"
    ),
    "adverse-event": Line(N_("%(service)s reported an adverse event."), "alarm", "today"),
    "serious-adverse-event": Line(
        N_("%(service)s reported a serious adverse event."), "alarm", "critical"
    ),
    "adverse-event-acknowledged": Line(
        N_("%(who)s acknowledged the adverse event."), "check", "ok"
    ),
    "adverse-event-acknowledged-there": Line(
        N_("%(service)s acknowledged the adverse event."), "check", "ok"
    ),
    "concern-raised": Line(N_("%(service)s raised a concern."), "flag", "critical"),
    "concern-acknowledged": Line(N_("%(who)s acknowledged the concern."), "check", "ok"),
}

NEWS = (
    *("accepted", "rejected", "on-hold", "failed", "completed", "report", "follow-up-done"),
    *("course-planned", "course-stopped", "course-completed", "course-ended-early"),
    *("gate-released-there", "gate-upheld-there"),
)
"""What the others did that a physician wants to hear of without asking."""
