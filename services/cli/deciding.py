"""`relais parked`: events that a service could not apply, and what a coordinator decides."""

from typing import Annotated, Any
from uuid import UUID

import typer
from sqlmodel import col, func, select

from services.cli.opening import Centre, Data, centre, stop
from services.coordinator import PLATE as OFFICE
from services.coordinator.actions import parked as decisions
from shared.access.tables import Member
from shared.access.viewer import COORDINATOR, Viewer
from shared.backbone import following
from shared.errors import Refused
from shared.running import RunningService

parked = typer.Typer(no_args_is_help=True, help="Events that a service could not apply.")

As = Annotated[str, typer.Option("--as", metavar="EMAIL", help="The coordinator who decides this.")]
Which = Annotated[UUID, typer.Argument(metavar="ID", help="The id of the event.")]
At = Annotated[str, typer.Option(help="The service that parked it, if several did.")]


@parked.command("list")
def show(data: Data = None) -> None:
    """What is parked, where, since when and why."""
    with centre(data) as house, house.looking() as looks:
        found = [(name, row) for name, look in looks.items() for row in following.parked(look)]
    for name, row in found:
        typer.echo(
            f"{row.event_id}  {row.kind} of {row.source}, parked at {name}, "
            f"there since {row.stored_at:%Y-%m-%d %H:%M}Z, {row.attempts} tries: {row.error}"
        )
    typer.echo(f"{len(found)} events are parked.")


@parked.command("retry")
def retry(event_id: Which, who: As, at: At = "", data: Data = None) -> None:
    """Have an event tried again now."""
    with centre(data) as house:
        _decide(house, event_id, at, who, "")


@parked.command("skip")
def skip(
    event_id: Which,
    who: As,
    reason: Annotated[str, typer.Option(help="Why; kept with the name. Name no patient.")],
    at: At = "",
    data: Data = None,
) -> None:
    """Pass over an event for good: the service will never know of it. Nobody can take this back."""
    with centre(data) as house:
        _decide(house, event_id, at, who, reason)


def _decide(house: Centre, event_id: UUID, at: str, who: str, reason: str) -> None:
    """As on the page: the coordinator's office tells the service, which leaves a trace of it."""
    subscriber, row = _parked(house, event_id, at)
    office = RunningService(house.services[OFFICE.name], house.house)
    where = decisions.Place(event_id, row.source, subscriber)
    try:
        with office.work(viewer=member(house, who)) as work:
            if reason:
                decisions.decide_skip(work, where, reason)
            else:
                decisions.decide_retry(work, where)
    except Refused as refusal:
        stop(str(refusal))
    finally:
        office.close()
    typer.echo(f"{subscriber} is told, and does it as soon as it runs.")


def _parked(house: Centre, event_id: UUID, at: str) -> tuple[str, Any]:
    with house.looking() as looks:
        found = [
            (name, row)
            for name, look in looks.items()
            for row in following.parked(look)
            if row.event_id == event_id and at in {"", name}
        ]
    if not found:
        stop(f"No event {event_id} is parked{f' at {at}' if at else ''}.")
    if len(found) > 1:
        stop(f"It is parked at {' and '.join(name for name, _ in found)}. Say which: --at NAME.")
    return found[0]


def member(house: Centre, email: str) -> Viewer:
    """The coordinator with this address, as the coordinator's office knows the team."""
    office = RunningService(house.services[OFFICE.name], house.house)
    try:
        with office.look() as work:
            chosen = select(Member).where(func.lower(Member.email) == email.strip().lower())
            found = list(work.all(chosen.where(col(Member.active))))
    finally:
        office.close()
    viewers = [_viewer(one) for one in found if COORDINATOR in one.roles]
    if not viewers:
        stop("No coordinator of the team has this address.")
    return viewers[0]


def _viewer(one: Member) -> Viewer:
    return Viewer(one.id, one.name, frozenset(one.roles), frozenset(one.units))
