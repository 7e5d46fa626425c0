"""What the reminder service hears: what is owed, what is late, and what is done."""

from services.reminders import actions
from shared.events import (
    ObligationCancelled,
    ObligationEscalated,
    ObligationMet,
    ObligationOpened,
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
