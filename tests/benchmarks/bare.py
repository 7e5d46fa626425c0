"""The bare limits: what the two servers take from a client that promises nothing beyond the job."""

import json
from collections.abc import Callable, Iterator
from itertools import islice
from time import perf_counter

import psycopg
from kombu import Connection  # type: ignore[attr-defined]

from tests.benchmarks.peers.job import Message, Place, messages
from tests.benchmarks.servers import place

BATCH = 200


def limits(count: int) -> dict[str, float]:
    """Messages in one second: published and confirmed, consumed and thanked for, committed."""
    with place() as here, Connection(here.broker) as connection:  # type: ignore[no-untyped-call]
        channel = connection.channel()
        channel.queue_declare(
            here.name, durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"}
        )
        bodies = [json.dumps(message) for message in messages(count)]
        return {
            "published": count / _timed(lambda: _publish(here, bodies)),
            "consumed": count / _timed(lambda: _consume(here, count)),
            "committed": count / _timed(lambda: _commit(here, bodies)),
        }


def together(found: dict[str, float]) -> float:
    """Messages in one second when one client does all of it, one after the other."""
    return 1 / sum(1 / rate for rate in found.values())


def _timed(work: Callable[[], None]) -> float:
    begun = perf_counter()
    work()
    return perf_counter() - begun


def _publish(here: Place, bodies: list[str]) -> None:
    """Persistent, and one wait for the confirms of each batch."""
    with Connection(here.broker) as connection:  # type: ignore[no-untyped-call]
        channel, open_tags = connection.channel(), set[int]()

        def confirmed(tag: int, multiple: bool) -> None:
            open_tags.difference_update(range(1, tag + 1) if multiple else (tag,))

        channel.events["basic_ack"].add(confirmed)
        channel.confirm_select()
        for tag, body in enumerate(bodies, start=1):
            message = channel.prepare_message(body.encode(), properties={"delivery_mode": 2})
            open_tags.add(tag)
            channel._basic_publish(message, "", here.name)
            while tag % BATCH == 0 and open_tags:
                connection.drain_events(timeout=30)
        while open_tags:
            connection.drain_events(timeout=30)


def _consume(here: Place, count: int) -> None:
    """Each batch is thanked for at once."""
    with Connection(here.broker) as connection:  # type: ignore[no-untyped-call]
        channel, seen = connection.channel(), 0
        channel.basic_qos(0, 5 * BATCH, False)

        def arrived(message: object) -> None:
            nonlocal seen
            seen += 1
            if seen % BATCH == 0 or seen == count:
                channel.basic_ack(message.delivery_tag, multiple=True)  # type: ignore[attr-defined]

        channel.basic_consume(here.name, callback=arrived)
        while seen < count:
            connection.drain_events(timeout=30)


def _batches(bodies: list[str]) -> Iterator[list[Message]]:
    rest = iter(bodies)
    while batch := [json.loads(body) for body in islice(rest, BATCH)]:
        yield batch


def _commit(here: Place, bodies: list[str]) -> None:
    """The rows of a batch with two statements and one commit."""
    with psycopg.connect(here.postgres) as server:
        server.execute(f'set search_path = "{here.name}"')
        for batch in _batches(bodies):
            given = json.dumps(batch)
            server.execute(
                "insert into seen (id, body) select id, filling from json_to_recordset(%s::json)"
                " as given(id uuid, filling text) on conflict do nothing",
                (given,),
            )
            server.execute(
                "insert into score (patient_id, value, count)"
                " select patient_id, max(value), count(*) from json_to_recordset(%s::json)"
                " as given(patient_id uuid, value float) group by patient_id"
                " on conflict (patient_id)"
                " do update set value = excluded.value, count = score.count + excluded.count",
                (given,),
            )
            server.commit()
