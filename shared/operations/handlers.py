"""Every service hears what a coordinator decided about events that it, or another, has parked."""

from shared.access import audit
from shared.backbone import inbox, replaying
from shared.errors import Refused
from shared.events import DeliveryRetried, DeliverySkipped, Note
from shared.events.delivery import DeliveryEvent
from shared.sealing import Unsealable
from shared.service import Handlers
from shared.work import Work

NO_WORDS = "the reason was erased"


def operations_handlers() -> Handlers:
    """The handlers that every service has besides its own."""
    handlers = Handlers()
    handlers.on(DeliveryRetried, where="subscriber")(try_again)
    handlers.on(DeliveryRetried, where="source")(send_anew)
    handlers.on(DeliverySkipped, where="subscriber")(pass_over)
    handlers.on(DeliverySkipped, where="source")(end_for_outsider)
    return handlers


def try_again(event: DeliveryRetried, work: Work) -> None:
    """The parked event is applied in the next turn, if it can be by now."""
    key = (event.source, event.event_id)
    done = inbox.retry(work.session.connection(), key, work.now)
    _tell(event, work, "retry-event", done=done)


def send_anew(event: DeliveryRetried, work: Work) -> None:
    """An event of ours whose number was taken gets another one; an outside system gets it again."""
    connection, key = work.session.connection(), (event.event_id, event.subscriber)
    done = replaying.number_anew(connection, *key, work.now)
    if not done and _is_outside(event, work):
        chosen = replaying.Chosen(event_id=event.event_id, subscriber=event.subscriber)
        done = replaying.send_again(connection, chosen, work.now) == 1
    if done:
        _leave_trace(event, work, "resend-event", done=done)


def end_for_outsider(event: DeliverySkipped, work: Work) -> None:
    """An outside system does not hear decisions: what is passed over there ends here."""
    if _is_outside(event, work):
        connection, person = work.session.connection(), _person(work)
        key = (event.event_id, event.subscriber)
        done = replaying.end(connection, *key, f"{person}: {_reason(event, work)}", work.now)
        _leave_trace(event, work, "skip-event", done=done)


def _is_outside(event: DeliveryEvent, work: Work) -> bool:
    return event.subscriber not in {plate.name for plate in work.directory.plates}


def pass_over(event: DeliverySkipped, work: Work) -> None:
    """The event is never applied here; who decided that, and why, is kept beside it."""
    key = (event.source, event.event_id)
    connection = work.session.connection()
    done = inbox.skip(connection, key, _person(work), _reason(event, work), work.now)
    _tell(event, work, "skip-event", done=done)


def _tell(event: DeliveryEvent, work: Work, action: str, *, done: bool) -> None:
    """Whoever sent the event, and the ledger, hear how it stands now."""
    _leave_trace(event, work, action, done=done)
    work.decided.append((event.source, event.event_id))


def _leave_trace(event: DeliveryEvent, work: Work, action: str, *, done: bool) -> None:
    said = f"{'ok' if done else 'not parked'} {event.event_id}"
    audit.record(work.session, work.now, _person(work), action, outcome=said)


def _person(work: Work) -> str:
    """Who decided: a named person, never a service by itself."""
    actor = work.cause.actor if work.cause else work.actor
    if not actor.startswith("member:"):
        raise Refused("only a member of the team can decide about a parked event")
    return actor


def _reason(event: DeliverySkipped, work: Work) -> str:
    try:
        return work.open(event.note, Note, event.decision_id).text
    except Unsealable:
        return NO_WORDS
