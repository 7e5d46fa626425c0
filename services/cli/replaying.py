"""`relais events replay` and `close`: old events once more, or for the first time, or no more."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import typer
from sqlalchemy import Connection
from sqlmodel import Session

from services.cli.deciding import As, member
from services.cli.opening import Centre, Data, centre, stop
from shared.access import audit
from shared.backbone import following, positions, replaying

Since = Annotated[
    datetime | None, typer.Option("--from", help="In UTC, such as 2026-11-24T12:00:00.")
]
Until = Annotated[datetime | None, typer.Option(help="In UTC; not itself.")]
To = Annotated[str, typer.Option(help="Only to this subscriber.")]


def replay(  # noqa: PLR0913, PLR0917 - one for each option
    event_id: Annotated[UUID | None, typer.Argument(metavar="ID", help="One event.")] = None,
    to: To = "",
    service: Annotated[str | None, typer.Option(help="Only what this service announced.")] = None,
    stream: Annotated[UUID | None, typer.Option(help="Only of this patient or member.")] = None,
    since: Since = None,
    until: Until = None,
    everything: Annotated[
        bool, typer.Option("--all", help="What a new subscriber has never been sent.")
    ] = False,
    lost: Annotated[
        bool, typer.Option("--lost", help="What a restored subscriber lacks, by its own books.")
    ] = False,
    data: Data = None,
) -> None:
    """Send events again. Whoever has them already does nothing but say so."""
    chosen = replaying.Chosen(event_id, stream, _aware(since), _aware(until), to)
    if (everything or lost) and not to:
        stop("Say to whom: --to NAME.")
    if not (everything or lost or chosen.conditions()):
        stop("Say which events: an ID, --stream, --from, --until, --to, --all or --lost.")
    with centre(data) as house:
        _refuse_strangers(house, to)
        for source in [house.known(service)] if service else list(house.services):
            if source == to:
                continue
            with house.writing(source) as connection:
                said = _again(house, connection, source, chosen, everything, lost)
            if said:
                typer.echo(f"{source}: {said}")


def _again(  # noqa: PLR0917 - what is asked, and of whom
    house: Centre,
    connection: Connection,
    source: str,
    chosen: replaying.Chosen,
    everything: bool,
    lost: bool,
) -> str:
    """Do it in the log of one service. Returns what was done; empty when there was nothing."""
    if everything:
        filled = replaying.fill(
            connection, chosen.subscriber, lambda event: house.house.audience(event, source)
        )
        return _filled(filled)
    if lost:
        return _refill(house, connection, source, chosen.subscriber)
    count = replaying.send_again(connection, chosen, house.house.clock.now())
    return f"{count} deliveries are sent again" if count else ""


def _filled(filled: replaying.Filled) -> str:
    late = f"{filled.left_out} left out: newer ones were sent already"
    said = [f"{filled.made} new deliveries"] if filled.made or filled.left_out else []
    return ", ".join([*said, late] if filled.left_out else said)


def _refill(house: Centre, connection: Connection, source: str, subscriber: str) -> str:
    """Compare the books of both, as the subscriber itself does when it starts."""
    sent, forgotten, now = 0, 0, house.house.clock.now()
    with house.readers[house.known(subscriber)].connect() as look:
        for told in positions.report(look, subscriber, source):
            noted = positions.note(connection, told, now)
            sent, forgotten = sent + noted.sent_again, forgotten + noted.forgotten
    said = f"{sent} deliveries are sent again" if sent else ""
    return f"{said}; {forgotten} streams were forgotten here" if forgotten else said


def _refuse_strangers(house: Centre, to: str) -> None:
    if to and to not in house.services and to not in house.outside:
        stop(f"{to} hears nothing of this house. For one that is gone: relais events close.")


def close(
    to: Annotated[str, typer.Option(help="The subscriber that is gone.")],
    reason: Annotated[str, typer.Option(help="Why nobody waits for these events any more.")],
    who: As,
    data: Data = None,
) -> None:
    """End all deliveries to a subscriber that does not belong to this house any more."""
    with centre(data) as house:
        if to in house.services or to in house.outside:
            stop(f"{to} belongs to this house; what it has to hear is not ended for it.")
        person = member(house, who)
        with house.looking() as looks:
            if to not in following.subscribers(looks.values()):
                stop(f"Nothing was ever sent to {to}.")
        for source in house.services:
            with house.writing(source) as connection:
                count = _end(connection, to, f"{person.actor}: {reason}", house, person.actor)
            if count:
                typer.echo(f"{source}: {count} deliveries to {to} are ended")


def _end(connection: Connection, to: str, reason: str, house: Centre, actor: str) -> int:
    """End what is open in one log, with a trace in the audit of that service."""
    now = house.house.clock.now()
    count = replaying.close(connection, to, reason, now)
    if count:
        with Session(connection, join_transaction_mode="rollback_only") as session:
            audit.record(session, now, actor, "close-deliveries", outcome=f"{count} {to}")
    return count


def _aware(at: datetime | None) -> datetime | None:
    return at.replace(tzinfo=UTC) if at and at.tzinfo is None else at
