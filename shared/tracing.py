"""Where a piece of work began: one request can be followed through every service that it reaches.

The form is that of W3C Trace Context. What others send malformed is ignored, never an error.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID

from shared.identifiers import new_id, new_span_id, new_trace_id

_PARENT = re.compile(
    r"(?!ff)(?P<version>[0-9a-f]{2})-(?!0{32})(?P<trace_id>[0-9a-f]{32})"
    r"-(?!0{16})[0-9a-f]{16}-(?P<flags>[0-9a-f]{2})(?P<more>-.*)?",
    re.ASCII,
)
_MEMBER = re.compile(
    r"(?P<key>[a-z0-9][a-z0-9_\-*/]{0,255}|[a-z0-9][a-z0-9_\-*/]{0,240}@[a-z][a-z0-9_\-*/]{0,13})"
    r"=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]",
    re.ASCII,
)
_STATE_LENGTH, _STATE_MEMBERS = 512, 32


@dataclass(frozen=True)
class Trace:
    """A place in a trace, and the correlation id that events, logs and mails carry.

    `flags` and `state` are what the first caller's tracing asked to hand on.
    """

    correlation: UUID
    trace_id: str
    span_id: str
    flags: str = "00"
    state: str = ""

    @property
    def parent(self) -> str:
        """The `traceparent` for whoever is told of this work."""
        return f"00-{self.trace_id}-{self.span_id}-{self.flags}"


def begin(request_id: str = "", traceparent: str = "", tracestate: str = "") -> Trace:
    """A new piece of work, in the trace and under the id that its caller names, if they are sound.

    Only a UUID is taken as an id: no other text of a stranger gets into logs and events.
    """
    return continued(_as_uuid(request_id) or new_id(), traceparent, tracestate)


def continued(correlation: UUID, traceparent: str | None, tracestate: str | None) -> Trace:
    """The next step in the same trace; a new trace if there is none that can be read."""
    found = _PARENT.fullmatch(traceparent or "")
    if found is None or (found["version"] == "00" and found["more"]):
        return Trace(correlation, new_trace_id(), new_span_id())
    state = tracestate if tracestate and _is_state(tracestate) else ""
    return Trace(correlation, found["trace_id"], new_span_id(), found["flags"], state)


def _as_uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if len(text) == 36 else None  # noqa: PLR2004 - with its hyphens
    except ValueError:
        return None


def _is_state(text: str) -> bool:
    members = [part.strip(" \t") for part in text.split(",")]
    read = [_MEMBER.fullmatch(member) for member in members if member]
    keys = {member["key"] for member in read if member}
    return len(text) <= _STATE_LENGTH and len(read) <= _STATE_MEMBERS and len(keys) == len(read)


_current: ContextVar[Trace | None] = ContextVar("trace", default=None)


def current() -> Trace | None:
    """The trace of what is being done at this moment, if it is followed."""
    return _current.get()


def here() -> Trace:
    """The trace of what is being done, or a new one: the clock began it."""
    return _current.get() or begin()


@contextmanager
def following(trace: Trace) -> Iterator[Trace]:
    """Whatever is done and logged in here belongs to this trace."""
    token = _current.set(trace)
    try:
        yield trace
    finally:
        _current.reset(token)
