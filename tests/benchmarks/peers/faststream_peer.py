"""FastStream: two workers on RabbitMQ, asyncpg for the database, acknowledged after the work."""

# mypy: disable-error-code="untyped-decorator"
from collections.abc import Iterator

import asyncpg
from faststream import AckPolicy, FastStream
from faststream.rabbit import Channel, RabbitBroker, RabbitQueue

from tests.benchmarks.peers.job import HANDLE, Message, place

broker = RabbitBroker(place().broker, logger=None)
app = FastStream(broker)
queue = RabbitQueue(place().name, durable=True)
pools: list[asyncpg.Pool] = []


@app.on_startup
async def connect() -> None:
    settings = {"search_path": place().name}
    pools.append(
        await asyncpg.create_pool(
            place().postgres, min_size=4, max_size=8, server_settings=settings
        )
    )


@broker.subscriber(
    queue,
    channel=Channel(prefetch_count=64),
    ack_policy=AckPolicy.NACK_ON_ERROR,
)
async def keep(message: Message) -> None:
    await pools[0].execute(
        HANDLE.format("$1", "$2::uuid", "$3::float"),
        message["id"],
        message["patient_id"],
        message["value"],
    )


async def send(messages: Iterator[Message]) -> None:
    async with RabbitBroker(place().broker) as sender:
        await sender.declare_queue(queue)
        for message in messages:
            await sender.publish(message, queue, persist=True)
