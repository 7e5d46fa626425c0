"""What the books of the two services say, and how an event comes to be parked."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import Engine, text

from shared.clock import VirtualClock
from shared.running import Team
from tests.backbone import pair
from tests.backbone.pair import Asked, Heard, ask, written


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


def compare(
    asker: Engine, answerer: Engine, acknowledged: Mapping[UUID, Sequence[int]]
) -> list[str]:
    """What the services did, against a ledger that was kept outside of both.

    What was acknowledged must be there; what nobody knows of may be there, and then once.
    """
    problems = []
    for patient, known in acknowledged.items():
        asked = written(asker, Asked, patient)
        if not set(known) <= set(asked) or len(set(asked)) < len(asked):
            problems.append("a change that was acknowledged is gone, or was made twice")
        if written(answerer, Heard, patient) != asked:
            problems.append("the answerer did not hear each question once and in order")
        if written(asker, Heard, patient) != [number for number in asked if number >= 0]:
            problems.append("the asker did not get each thanks once and in order")
    return problems


def park_one(team: Team, clock: VirtualClock, patient: UUID) -> None:
    pair.poisoned.add(13)
    for number in (13, 14):
        ask(team["asker"], patient, number)
    for _ in range(12):
        clock.move(minutes=6)
        team.settle()
