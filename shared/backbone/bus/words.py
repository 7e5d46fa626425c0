"""Says in a sentence what went wrong with the queue server, without an address or a password."""

from collections.abc import Iterator
from contextlib import contextmanager

from amqp.exceptions import AccessRefused, NotFound, PreconditionFailed

from shared.backbone.bus.frames import QueueAway


@contextmanager
def in_words() -> Iterator[None]:
    """Whatever goes wrong inside is the queue: nothing of the library's own errors escapes."""
    try:
        yield
    except QueueAway:
        raise
    except AccessRefused:
        raise QueueAway("the queue refuses this user") from None
    except Exception as error:  # the library also fails with AttributeError on a lost line
        raise QueueAway(f"the queue cannot be reached ({type(error).__name__})") from None


@contextmanager
def named(name: str) -> Iterator[None]:
    """Say which queue or exchange it was that could not be used as it should."""
    try:
        yield
    except PreconditionFailed:
        why = f"{name} is there with other settings; remove it, what it held is sent again"
        raise QueueAway(why) from None
    except AccessRefused:
        raise QueueAway(f"this user may not declare or bind {name}") from None
    except NotFound:
        raise QueueAway(f"{name} is not there") from None
