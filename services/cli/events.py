"""`relais events`: who has an event and what they did with it; sending old events again."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from threading import Event as Pause
from typing import Annotated, Any
from uuid import UUID

import typer
from sqlalchemy import Connection

from services.cli import replaying
from services.cli.opening import Centre, Data, centre, stop
from shared.backbone import following
from shared.backbone.envelope import Undecodable, decode
from shared.clock import SystemClock

events = typer.Typer(no_args_is_help=True, help="The events of the house, and sending them again.")
WINDOW = timedelta(minutes=1)
"""Transactions that are committed late may bring events that are a little older."""
MANY = 1000

events.command("replay")(replaying.replay)
events.command("close")(replaying.close)

Which = Annotated[UUID, typer.Argument(metavar="ID", help="The id of an event.")]
Service = Annotated[str | None, typer.Option(help="Only what this service announced.")]


@events.command("tail")
def tail(  # noqa: PLR0917 - one for each option
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until Ctrl-C.")] = False,
    number: Annotated[int, typer.Option("-n", min=1, max=MANY, help="So many.")] = 20,
    service: Service = None,
    kind: Annotated[str, typer.Option(help="Only events of this kind.")] = "",
    stream: Annotated[UUID | None, typer.Option(help="Only of this patient or member.")] = None,
    data: Data = None,
) -> None:
    """The newest events, and how far each subscriber is with them."""
    with centre(data) as house:
        names = [house.known(service)] if service else list(house.services)
        wanted = following.Wanted(kind, stream)
        seen = _print_new(house, names, wanted, number, set())
        while follow:
            Pause().wait(1)
            recent = following.Wanted(kind, stream, SystemClock().now() - WINDOW)
            seen = _print_new(house, names, recent, MANY, seen)


def _print_new(
    house: Centre, names: list[str], wanted: following.Wanted, number: int, seen: set[UUID]
) -> set[UUID]:
    """Print what was not seen before. Returns what need not be printed again."""
    found: list[tuple[Any, str, list[Any]]] = []
    with house.looking() as looks:
        for name in names:
            rows = following.newest(looks[name], wanted, number)
            hops = following.deliveries(looks[name], [row.id for row in rows])
            found += [(row, name, hops[row.id]) for row in rows]
    newest = sorted(found, key=lambda one: (one[0].recorded_at, one[0].id))[-number:]
    for row, name, told in newest:
        if row.id not in seen:
            typer.echo(_line(row, name, told))
    return {row.id for row, _, _ in found}


def _line(row: Any, source: str, told: list[Any]) -> str:
    hops = ", ".join(f"{one.subscriber} {one.state}" for one in told) or "nobody else hears it"
    return f"{_moment(row.recorded_at)}  {row.id}  {source}  {row.kind}.v{row.version}  {hops}"


@events.command("show")
def show(event_id: Which, data: Data = None) -> None:
    """Who has an event, since when, and what they did with it; its cause, and what it caused."""
    with centre(data) as house, house.looking() as looks:
        for line in _described(looks, event_id):
            typer.echo(line)


def _described(looks: dict[str, Connection], event_id: UUID) -> Iterator[str]:
    found = _find(looks, event_id)
    if found is None:
        stop(f"No service has announced an event {event_id}.")
    source, row = found
    yield f"{row.kind}.v{row.version}, announced by {source} at {_moment(row.recorded_at)}"
    yield f"  event        {row.id}"
    yield f"  stream       {row.stream}"
    yield from _origin(looks, row)
    for delivery in following.deliveries(looks[source], [event_id])[event_id]:
        yield from _delivered(looks, source, delivery)
    for name, look in looks.items():
        for effect in following.caused_by(look, event_id):
            yield f"  caused       {effect.kind} of {name}, {effect.id}"


def _find(looks: dict[str, Connection], event_id: UUID) -> tuple[str, Any] | None:
    rows = ((name, following.event(look, event_id)) for name, look in looks.items())
    return next(((name, row) for name, row in rows if row is not None), None)


def _origin(looks: dict[str, Connection], row: Any) -> Iterator[str]:
    """On whose behalf and why; of what it carries, only what its parts are called."""
    try:
        envelope = decode(row.body)
    except Undecodable as error:
        yield f"  unreadable   {error}"
        return
    yield f"  actor        {envelope.actor}"
    yield f"  belongs to   {envelope.correlationid}"
    yield f"  carries      {', '.join(envelope.data)}"
    if envelope.causationid:
        cause = _find(looks, envelope.causationid)
        named = f"{cause[1].kind} of {cause[0]}, " if cause else ""
        yield f"  caused by    {named}{envelope.causationid}"


def _delivered(looks: dict[str, Connection], source: str, row: Any) -> Iterator[str]:
    moments = {"sent": row.sent_at, "stored": row.stored_at, "done": row.handled_at}
    said = [f"{word} {_moment(at)}" for word, at in moments.items() if at]
    said += [f"sent {row.attempts} times"] if row.attempts > 1 else []
    said += [f"again {_moment(row.next_try_at)}"] if row.next_try_at else []
    yield f"  {row.subscriber:<12} {row.state}, number {row.delivery_seq}: {', '.join(said) or '-'}"
    look = looks.get(row.subscriber)
    here = following.stored(look, source, row.event_id) if look else None
    if here and (here.state != row.state or here.error):
        by = f" by {here.decided_by}" if here.decided_by else ""
        # What a person wrote stands in that service alone, and is not repeated on a terminal.
        why = f": {here.error}" if here.error and not here.decided_by else ""
        yield f"  {'':<12} there it is {here.state}{by}{why}"


@events.command("stats")
def stats(
    as_json: Annotated[bool, typer.Option("--json", help="Say it as JSON.")] = False,
    data: Data = None,
) -> None:
    """How many events there are, and what is under way to whom."""
    with centre(data) as house, house.looking() as looks:
        figures = {name: following.figures(look) for name, look in looks.items()}
    if as_json:
        typer.echo(json.dumps({name: _plain(one) for name, one in figures.items()}, indent=1))
        return
    for name, one in figures.items():
        typer.echo(f"{name}: {one.events:,} events")
        for line in _counted(one):
            typer.echo(f"  {line}")


def _counted(one: following.Figures) -> Iterator[str]:
    for row in one.deliveries:
        waits = f", the oldest since {_moment(row.oldest)}" if row.oldest else ""
        again = f", sent {row.sends / row.many:.2f} times each" if row.sends else ""
        yield f"to {row.subscriber}: {row.many:,} {row.state}{again}{waits}"
    yield from (f"inbox: {count:,} {state}" for state, count in sorted(one.inbox.items()))
    yield from (f"{count:,} {said}" for said, count in one.odd.items() if count)


def _plain(one: following.Figures) -> dict[str, Any]:
    deliveries = [
        {
            "subscriber": row.subscriber,
            "state": row.state,
            "deliveries": row.many,
            "sends": row.sends,
            "oldest": row.oldest.isoformat() if row.oldest else None,
        }
        for row in one.deliveries
    ]
    return {"events": one.events, "deliveries": deliveries, "inbox": one.inbox, **one.odd}


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}Z"
