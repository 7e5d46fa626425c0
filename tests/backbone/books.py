"""What the books of the two services say, and how an event comes to be parked."""

from uuid import UUID

from sqlalchemy import text

from shared.clock import VirtualClock
from shared.running import Team
from tests.backbone import pair
from tests.backbone.pair import ask


def states(team: Team, service: str, table: str) -> dict[str, int]:
    with team[service].reader.connect() as connection:
        rows = connection.execute(text(f"select state, count(*) as n from {table} group by state"))  # noqa: S608
        return {row.state: row.n for row in rows}


def parked(team: Team) -> tuple[str, UUID]:
    with team["answerer"].reader.connect() as connection:
        row = connection.execute(
            text("select source, event_id from inbox where state='parked'")
        ).one()
    return row.source, UUID(row.event_id)


def park_one(team: Team, clock: VirtualClock, patient: UUID) -> None:
    pair.poisoned.add(13)
    for number in (13, 14):
        ask(team["asker"], patient, number)
    for _ in range(12):
        clock.move(minutes=6)
        team.settle()
