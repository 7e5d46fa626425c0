"""What the reminder service hears: what is owed, late or done, and who has which appointment."""

from services.reminders import actions
from shared.access.handlers import keep_member
from shared.events import (
    MemberChanged,
    ObligationCancelled,
    ObligationEscalated,
    ObligationMet,
    ObligationOpened,
    SessionBooked,
    SessionCancelled,
    SessionMoved,
)
from shared.service import Handlers
from shared.work import Work

handlers = Handlers()


@handlers.on(ObligationOpened)
def plan_first_mail(event: ObligationOpened, work: Work) -> None:
    actions.open_matter(work, event)


@handlers.on(ObligationEscalated)
def plan_next_mail(event: ObligationEscalated, work: Work) -> None:
    actions.escalate(work, event)


@handlers.on(ObligationMet)
def stop_when_done(event: ObligationMet, work: Work) -> None:
    actions.close(work, event.obligation_id)


@handlers.on(ObligationCancelled)
def stop_when_no_longer_owed(event: ObligationCancelled, work: Work) -> None:
    actions.close(work, event.obligation_id)


@handlers.on(SessionBooked)
def enter_in_calendar(event: SessionBooked, work: Work) -> None:
    actions.book(work, event)


@handlers.on(SessionMoved)
def move_in_calendar(event: SessionMoved, work: Work) -> None:
    actions.move(work, event)


@handlers.on(SessionCancelled)
def take_out_of_calendar(event: SessionCancelled, work: Work) -> None:
    actions.cancel(work, event)


@handlers.on(MemberChanged)
def hand_appointments_over(event: MemberChanged, work: Work) -> None:
    # Before that the member must be known as the event says; it is kept again, unchanged, later.
    keep_member(event, work)
    work.session.flush()
    actions.rearrange(work, event.member_id)
