"""Hears the events of a Relais centre and keeps each of them once, in an SQLite file."""

import json
import os
import sqlite3
from contextlib import suppress
from datetime import UTC, datetime

from kombu import Connection, Consumer, Exchange, Message, Producer, Queue

NAME, PREFIX = os.environ["SUBSCRIBER"], os.environ.get("RELAIS_QUEUE_PREFIX", "relais")
EXCHANGE = Exchange(f"{PREFIX}.v1", passive=True)  # it is there, or Relais is not
QUEUE = Queue(
    f"{PREFIX}.{NAME}.v1",
    EXCHANGE,
    routing_key=f"event.{NAME}",
    # Replicated, and when it is full it takes no more: the rest waits at the centre.
    queue_arguments={
        "x-queue-type": "quorum",
        "x-overflow": "reject-publish",
        "x-max-length-bytes": 268435456,
    },
)
database = sqlite3.connect(os.environ.get("KEEP_IN", "events.db"))
database.execute("pragma synchronous=full")
database.execute(
    "create table if not exists event"
    " (source, id, subject, number, type, body, primary key (source, id))"
)


def heard(message: Message) -> None:
    """Store first, then answer, then acknowledge: whatever is cut off before that comes again."""
    events = json.loads(message.body)
    with database:  # one transaction; what is there already stays as it is
        database.executemany("insert or ignore into event values (?,?,?,?,?,?)", map(row, events))
    for event in events:
        producer.publish(
            json.dumps([receipt(event)]).encode(),
            exchange=EXCHANGE,
            routing_key=f"receipt.{service(event)}",
            content_type="application/vnd.relais.receipts+json",
            content_encoding="utf-8",
            user_id=connection.userid,
        )
    message.ack()


def row(event: dict) -> tuple:
    """Within one source and subject the numbers say the order, without a gap from 1."""
    names = ("source", "id", "subject", "deliveryseq", "type")
    return (*(event[name] for name in names), json.dumps(event))


def receipt(event: dict) -> dict:
    now = datetime.now(UTC).isoformat()
    said = {"state": "handled", "at": now, "stored_at": now}
    return {"source": service(event), "event_id": event["id"], "subscriber": NAME, **said}


def service(event: dict) -> str:
    return event["source"].removeprefix("/relais/")


with Connection(os.environ["RELAIS_QUEUE_URL"], heartbeat=20) as connection:
    producer = Producer(connection)
    with Consumer(connection.default_channel, [QUEUE], on_message=heard, prefetch_count=50):
        while True:  # a lost connection ends the program; whoever looks after it starts it again
            connection.heartbeat_check()
            with suppress(TimeoutError):
                connection.drain_events(timeout=5)
