"""Celery: acknowledged after the work, nothing kept of results, started for speed."""

# mypy: disable-error-code="untyped-decorator"
from collections.abc import Iterator

from celery import Celery

from tests.benchmarks.peers.job import Message, handle, place

app = Celery("bench", broker=place().broker)
app.conf.update(
    task_default_queue=place().name,
    task_acks_late=True,
    task_ignore_result=True,
    worker_prefetch_multiplier=64,
    broker_pool_limit=1,
    broker_connection_retry_on_startup=True,
)


@app.task(name="bench.keep")
def keep(message: Message) -> None:
    handle(message)


def send(messages: Iterator[Message]) -> None:
    with app.producer_pool.acquire() as producer:
        for message in messages:
            keep.apply_async((message,), producer=producer)
