"""Bugs that break the promise, planted to see that the campaign of kills finds each of them."""

from sqlmodel import Session

import shared
from shared.backbone import inbox, log, relay
from shared.backbone.envelope import Origin
from shared.backbone.inbox import applying, streams
from shared.running.running_service import RunningService


def event_in_a_second_transaction() -> None:
    def commit(self: RunningService, session: Session, works: list) -> None:  # type: ignore[type-arg]
        session.commit()
        shared.faults.reach("work.committed")
        with Session(self.engine) as second:
            for work in works:
                log.write(
                    second.connection(),
                    Origin(self.name, work.now, work.actor, work.correlation),
                    work.announced,
                    lambda event: self.house.audience(event, self.name),
                )
            second.commit()

    RunningService.commit = commit  # type: ignore[method-assign]


def sent_means_done() -> None:
    original = relay.mark_sent

    def mark(connection, keys, now):  # type: ignore[no-untyped-def]
        original(connection, keys, now)
        connection.exec_driver_sql("update delivery set next_try_at=null, state='handled'")

    relay.mark_sent = mark


def inbox_that_forgets() -> None:
    original = streams.advance

    def move(connection, reached):  # type: ignore[no-untyped-def]
        original(connection, reached)
        connection.exec_driver_sql("delete from inbox")
        connection.exec_driver_sql("update position set last_seq = 0")

    for module in (inbox, applying):
        module.advance = move  # type: ignore[attr-defined]


def position_in_a_second_transaction() -> None:
    original = streams.advance

    def move(connection, reached):  # type: ignore[no-untyped-def]
        connection.commit()
        shared.faults.reach("applier.applied")
        original(connection, reached)

    for module in (inbox, applying):
        module.advance = move  # type: ignore[attr-defined]


PLANTED = [
    event_in_a_second_transaction,
    sent_means_done,
    inbox_that_forgets,
    position_in_a_second_transaction,
]
