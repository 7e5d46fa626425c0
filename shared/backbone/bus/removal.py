"""Takes the queues of a centre that is no more off the queue server, as after a measurement."""

# mypy: disable-error-code="no-untyped-call,attr-defined"
from collections.abc import Iterable

from kombu import Connection

from shared.backbone.bus import topology
from shared.settings import Settings


def remove_queues(settings: Settings, services: Iterable[str]) -> None:
    """Delete everything that a centre of these services made there, with all that is in it."""
    prefix = settings.queue_prefix
    for service in services:
        with Connection(settings.queue(service)) as connection:
            channel = connection.default_channel
            channel.queue_delete(topology.queue(prefix, service))
            channel.queue_delete(topology.dead_queue(prefix, service))
            channel.exchange_delete(topology.exchange(prefix))
            channel.exchange_delete(topology.dead_exchange(prefix))
