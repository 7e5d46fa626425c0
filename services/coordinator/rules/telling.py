"""How each kind of event is told in plain words, with its sign and its tone."""

from collections.abc import Mapping
from typing import NamedTuple

from shared.discipline import codes, course_codes
from shared.i18n import N_


class Telling(NamedTuple):
    """A sentence, the name of a drawing, and a tone."""

    sentence: str
    sign: str = "info"
    tone: str = "later"


EVENTS: Mapping[str, Telling] = {
    "patient.registered": Telling(N_("%(who)s registered the patient"), "user"),
    "patient.updated": Telling(N_("%(who)s corrected the patient’s details"), "user"),
    "assessment.recorded": Telling(N_("%(who)s recorded an assessment"), "doc", "soon"),
    "referral.requested": Telling(
        N_("%(who)s referred the patient: %(performer)s"), "send", "soon"
    ),
    "referral.updated": Telling(N_("%(who)s corrected the referral: %(performer)s"), "send"),
    "referral.received": Telling(N_("The referral was stored: %(performer)s"), "inbox"),
    "referral.accepted": Telling(N_("%(who)s accepted the referral: %(performer)s"), "ok", "ok"),
    "referral.rejected": Telling(
        N_("%(who)s declined the referral: %(performer)s"), "x", "overdue"
    ),
    "referral.held": Telling(N_("%(who)s asked a question: %(performer)s"), "hold", "hold"),
    "referral.resumed": Telling(N_("%(who)s answered the question: %(performer)s"), "ok", "soon"),
    "referral.cancelled": Telling(N_("%(who)s withdrew the referral: %(performer)s"), "x"),
    "referral.completed": Telling(N_("%(who)s completed the care: %(performer)s"), "go", "ok"),
    "referral.failed": Telling(
        N_("The referral was handed back to the referrer (%(performer)s)"), "fail", "critical"
    ),
    "referral.closed": Telling(
        N_("%(who)s took note of how the referral ended: %(performer)s"), "check"
    ),
    "report.sent": Telling(N_("%(who)s sent the report: %(performer)s"), "mail", "ok"),
    "session.booked": Telling(
        N_("%(who)s booked session %(number)s for %(starts_at)s: %(performer)s"), "cal", "soon"
    ),
    "session.moved": Telling(
        N_("%(who)s moved session %(number)s to %(starts_at)s: %(performer)s"), "move", "soon"
    ),
    "session.arrived": Telling(
        N_("The patient came for session %(number)s: %(performer)s"), "user", "today"
    ),
    "session.completed": Telling(
        N_("%(who)s completed session %(number)s: %(performer)s"), "check", "ok"
    ),
    "session.interrupted": Telling(
        N_("Session %(number)s was interrupted: %(performer)s"), "stop", "overdue"
    ),
    "session.missed": Telling(N_("Session %(number)s was missed: %(performer)s"), "x", "overdue"),
    "session.cancelled": Telling(
        N_("%(who)s cancelled session %(number)s: %(performer)s"), "x", "later"
    ),
    "screening.completed": Telling(
        N_("%(who)s completed the safety screening: %(performer)s"), "check", "soon"
    ),
    "gate.closed": Telling(N_("A gate was closed, %(gate)s: %(performer)s"), "lock", "hold"),
    "gate.released": Telling(N_("%(who)s released a gate, %(gate)s: %(performer)s"), "ok", "ok"),
    "gate.upheld": Telling(
        N_("%(who)s decided that it is not done, %(gate)s: %(performer)s"), "x", "overdue"
    ),
    "course.planned": Telling(
        N_("%(who)s planned a course, %(sessions)s until %(last_on)s: %(performer)s"), "cal", "soon"
    ),
    "course.changed": Telling(N_("The plan of the course was changed: %(performer)s"), "move"),
    "course.decided": Telling(
        N_("%(who)s decided about the course, %(decision)s: %(performer)s"), "flag", "soon"
    ),
    "course.stopped": Telling(N_("The course was stopped: %(performer)s"), "stop", "critical"),
    "course.completed": Telling(
        N_("The course is over, %(given)s given: %(performer)s"), "go", "ok"
    ),
    "adverse_event.reported": Telling(
        N_("%(who)s reported an adverse event: %(effect)s, %(severity)s"), "alarm", "overdue"
    ),
    "adverse_event.acknowledged": Telling(N_("%(who)s acknowledged the adverse event"), "ok", "ok"),
    "medication.changed": Telling(
        N_("%(who)s recorded a change of medicine: %(change)s"), "pill", "soon"
    ),
    "concern.raised": Telling(N_("%(who)s raised a concern"), "alarm", "critical"),
    "concern.acknowledged": Telling(N_("%(who)s acknowledged the concern"), "ok", "ok"),
    "note.shared": Telling(N_("%(who)s shared the note on a session with the team"), "doc", "soon"),
    "follow_up.planned": Telling(
        N_("%(who)s planned a follow-up for %(due_on)s: %(performer)s"), "flag", "soon"
    ),
    "follow_up.done": Telling(N_("%(who)s recorded the follow-up: %(performer)s"), "flag", "ok"),
    "follow_up.cancelled": Telling(N_("%(who)s cancelled a follow-up: %(performer)s"), "x"),
    "obligation.opened": Telling(N_("From now on owed by %(debtor)s: %(what)s"), "baton", "soon"),
    "obligation.met": Telling(N_("Done: %(what)s (%(debtor)s)"), "check", "ok"),
    "obligation.cancelled": Telling(N_("No longer owed: %(what)s (%(debtor)s)"), "x"),
    "obligation.escalated": Telling(
        N_("Next step of the ladder, %(step)s: %(debtor)s, %(what)s"), "late", "overdue"
    ),
    "reminder.sent": Telling(N_("The mail server accepted a reminder for %(told)s"), "mail"),
    "reminder.failed": Telling(N_("A reminder for %(told)s could not be sent"), "mail", "critical"),
    "reminder.acknowledged": Telling(N_("%(told)s was reminded and takes care of it"), "eye", "ok"),
    "measurement.recorded": Telling(N_("%(who)s recorded a score"), "drift"),
    "member.changed": Telling(N_("A member of the team joined or was changed"), "user"),
    "unit.changed": Telling(N_("The hours of a unit were changed, or its end"), "user"),
    "sign_in.closed": Telling(N_("A member signed out"), "logout"),
    "delivery.retried": Telling(
        N_("%(who)s asked that a failed event is tried again: %(subscriber)s"), "undo", "soon"
    ),
    "delivery.skipped": Telling(
        N_("%(who)s passed over a failed event: %(subscriber)s"), "x", "overdue"
    ),
    "service_token.changed": Telling(N_("A service token was made or revoked"), "lock"),
}


def telling(kind: str) -> Telling:
    """The words for a kind; a kind that is too new to have words is called by its name."""
    return EVENTS.get(kind, Telling(kind))


_REASONS: Mapping[str, Mapping[str, str]] = {
    "referral.rejected": codes.DECLINE_REASONS,
    "referral.cancelled": {**codes.WITHDRAWAL_REASONS, **codes.GONE},
    "referral.failed": {"no-answer": N_("Nobody answered in time"), **codes.GONE},
    **{f"session.{status}": reasons for status, reasons in codes.SESSION_REASONS.items()},
    "follow_up.cancelled": codes.FOLLOW_UP_REASONS,
    "concern.raised": course_codes.CONCERNS,
    "gate.closed": course_codes.GATE_REASONS,
    "course.changed": course_codes.COURSE_CHANGES,
    "course.stopped": course_codes.GATE_REASONS,
    "course.completed": course_codes.GATE_REASONS,
}


def reason_of(kind: str, code: str) -> str:
    """The words of a coded reason; a code of the future is shown as it is."""
    return _REASONS.get(kind, {}).get(code, code)
