"""Dramatiq on RabbitMQ: acknowledged after the work, two processes with four threads each."""

# mypy: disable-error-code="untyped-decorator"
from collections.abc import Iterator

import dramatiq
from dramatiq.brokers.rabbitmq import RabbitmqBroker

from tests.benchmarks.peers.job import Message, handle, place

dramatiq.set_broker(RabbitmqBroker(url=place().broker))


@dramatiq.actor(queue_name=place().name)
def keep(message: Message) -> None:
    handle(message)


def send(messages: Iterator[Message]) -> None:
    for message in messages:
        keep.send(message)
