"""Reads frames whose headers are nonsense, so that one such frame does not make a service deaf.

The library gives up the whole connection when a header is no UTF-8 or no date; the server hands
the frame out again, on the next connection, for ever.
"""

# mypy: disable-error-code="no-untyped-call"
from collections.abc import Callable
from typing import Any

from amqp.method_framing import frame_handler

HEADER = 2
FIXED = 12
"""Bytes of a header frame before what the sender says of his message."""
SAYS_NOTHING = b"\0\0"

Raw = tuple[int, int, bytes]


def forgiving(connection: Any, callback: Callable[..., None]) -> Callable[[Raw], bool]:
    """The library's own reader, for which an unreadable header is an empty one."""
    read = frame_handler(connection, callback)

    def read_any(frame: Raw) -> bool:
        kind, channel, content = frame
        if kind != HEADER:
            return bool(read(frame))
        try:
            return bool(read(frame))
        except Exception:  # of many kinds; nothing was noted of this header yet
            return bool(read((kind, channel, content[:FIXED] + SAYS_NOTHING)))

    return read_any
