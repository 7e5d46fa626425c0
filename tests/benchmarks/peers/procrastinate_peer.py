"""Procrastinate: PostgreSQL is the queue too; ten tasks at once in one process."""

# mypy: disable-error-code="untyped-decorator"
import logging
from collections.abc import Iterator

import psycopg_pool
from procrastinate import App, PsycopgConnector

from tests.benchmarks.peers.job import HANDLE, Message, dsn

logging.getLogger("procrastinate").setLevel(logging.WARNING)  # a line for each task costs time
connector = PsycopgConnector(conninfo=dsn(), max_size=12)
app = App(connector=connector)
pools: list[psycopg_pool.AsyncConnectionPool] = []


@app.task(name="keep")
async def keep(message: Message) -> None:
    if not pools:
        pools.append(psycopg_pool.AsyncConnectionPool(dsn(), min_size=4, max_size=8, open=False))
        await pools[0].open()
    values = (message["id"], message["patient_id"], message["value"])
    async with pools[0].connection() as connection:
        await connection.execute(HANDLE.format("%s", "%s::uuid", "%s::float"), values)


async def send(messages: Iterator[Message]) -> None:
    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        await keep.batch_defer_async(*({"message": message} for message in messages))
