"""Facts about obligations and reminders: who owes what to whom, and who was told."""

from uuid import UUID

from pydantic import AwareDatetime

from shared.events.base import PatientEvent


class ObligationEvent(PatientEvent):
    """`debtor` owes `creditor`: service names, or `outside` for an outside referrer.

    `what` is the kind: answer-referral, answer-question, book-session, record-outcome,
    make-up-session, plan-next, decide-next-step, report-back, follow-up, acknowledge-concern.
    `subject` is the referral, session, follow-up or concern that it is about.
    `place` is the service in which it is done, where that is not the debtor's: when somebody else
    was asked, because a person decided so or because a unit is closed or empty.
    """

    obligation_id: UUID
    what: str
    debtor: str
    creditor: str
    subject: UUID
    referral_id: UUID | None = None
    place: str = ""


class ObligationOpened(ObligationEvent, kind="obligation.opened"):
    """Somebody owes something from now on."""

    debtor_member: UUID | None = None
    since: AwareDatetime
    due_at: AwareDatetime
    urgent: bool = False


class ObligationMet(ObligationEvent, kind="obligation.met"):
    """What was owed was done."""


class ObligationCancelled(ObligationEvent, kind="obligation.cancelled"):
    """What was owed is no longer owed."""


class ObligationEscalated(ObligationEvent, kind="obligation.escalated"):
    """A step of the ladder was taken: remind, chase, tell-coordinator or hand-back."""

    step: str
    due_at: AwareDatetime
    debtor_member: UUID | None = None


class ReminderSent(PatientEvent, kind="reminder.sent"):
    """A mail server accepted a reminder for a member."""

    reminder_id: UUID
    obligation_id: UUID
    member_id: UUID


class ReminderFailed(PatientEvent, kind="reminder.failed"):
    """A reminder could not be handed over: refused, uncertain or without an address."""

    reminder_id: UUID
    obligation_id: UUID
    member_id: UUID | None = None
    reason_code: str


class ReminderAcknowledged(PatientEvent, kind="reminder.acknowledged"):
    """A member who was reminded said, on the page that the mail leads to: I take care of it."""

    reminder_id: UUID
    obligation_id: UUID
    member_id: UUID
