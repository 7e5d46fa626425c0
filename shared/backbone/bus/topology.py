"""What the queues of a centre are called, and how RabbitMQ keeps them.

A name ends with a version: a queue that exists cannot be given other arguments.
"""

VERSION = "v1"

EVENT, RECEIPT, POSITIONS, HEARTBEAT = "event", "receipt", "positions", "heartbeat"
"""The first words of the routing keys; the second is the subscriber, or who announced."""

MOST_DELIVERIES = 20
MANY = 1_000_000
"""Without a limit of its own a queue of RabbitMQ 4 deletes what was handed out 20 times."""
MOST_BYTES = 256 * 1024 * 1024

Arguments = dict[str, str | int]


def exchange(prefix: str) -> str:
    """Where every service of a centre publishes."""
    return f"{prefix}.{VERSION}"


def dead_exchange(prefix: str) -> str:
    """Where the queues of a centre leave what they give up."""
    return f"{prefix}.dead.{VERSION}"


def queue(prefix: str, service: str) -> str:
    """The one queue of a service or subscriber."""
    return f"{prefix}.{service}.{VERSION}"


def dead_queue(prefix: str, service: str) -> str:
    """What the queue of a service gave up; the service itself takes it from there."""
    return f"{prefix}.{service}.dead.{VERSION}"


def own_keys(service: str) -> list[str]:
    """The routing keys that are for one service alone."""
    return [f"{word}.{service}" for word in (EVENT, RECEIPT, POSITIONS)]


def queue_arguments(prefix: str, service: str) -> Arguments:
    """A replicated queue that gives nothing up without leaving it in the dead-letter queue.

    All of these belong together: only a queue that refuses more when it is full (and does not
    drop its oldest) hands on its dead letters with confirms.
    """
    return {
        "x-queue-type": "quorum",
        "x-delivery-limit": MOST_DELIVERIES,
        "x-dead-letter-exchange": dead_exchange(prefix),
        "x-dead-letter-routing-key": service,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
        "x-max-length-bytes": MOST_BYTES,
    }


def dead_queue_arguments() -> Arguments:
    """What is here was given up once already, and is never given up again."""
    return {"x-queue-type": "quorum", "x-delivery-limit": MANY}
