"""What the coordinator's office hears: everything, and what became of everything."""

from services.coordinator import actions
from shared.events import EVENTS, Event
from shared.service import Handlers
from shared.work import Work

handlers = Handlers()
handlers.on_heard = actions.note_events
handlers.on_receipts = actions.note_receipts
handlers.on_heartbeat = actions.note_heartbeat


def hear(event: Event, work: Work) -> None:
    actions.hear(event, work)


# No list of kinds: a new kind of event is on the story and in the ledger from its first day.
for _event in EVENTS.values():
    handlers.on(_event, needs=actions.needs)(hear)
