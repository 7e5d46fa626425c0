"""Follows each request from its first byte: under one id, in one trace, with its time measured."""

import time
from collections.abc import Callable, Collection

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared import tracing
from shared.logs import detail, note
from shared.web.security import SAFE_METHODS

REQUEST_ID = "X-Request-ID"
_REQUEST_ID, _PARENT, _STATE = b"x-request-id", b"traceparent", b"tracestate"
_SAID = frozenset({_REQUEST_ID, _PARENT, _STATE})
METHODS = frozenset({*SAFE_METHODS, "POST", "PUT", "PATCH", "DELETE"})
Answered = Callable[[str, str, int, float], None]


class Followed:
    """The outermost part of the application.

    `answered` is called with method, route, status and the seconds until the answer began.
    """

    def __init__(self, app: ASGIApp, services: Collection[str], answered: Answered) -> None:
        self._app, self._services, self._answered = app, services, answered

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = time.perf_counter()
        with tracing.following(_trace_of(scope)) as trace:

            async def marked(message: Message) -> None:
                if message["type"] == "http.response.start":
                    shown = (_REQUEST_ID, str(trace.correlation).encode())
                    message["headers"] = [*message["headers"], shown]
                    self._tell(scope, message["status"], time.perf_counter() - begun)
                await send(message)

            await self._app(scope, receive, marked)

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        method = scope["method"] if scope["method"] in METHODS else "other"
        route = route_of(scope, self._services)
        self._answered(method, route, status, seconds)
        say = detail if method in SAFE_METHODS else note
        say(
            "request.answered", method=method, route=route, status=status, seconds=round(seconds, 4)
        )


def _trace_of(scope: Scope) -> tracing.Trace:
    """What the caller says of itself; a header that comes twice says nothing."""
    said: dict[bytes, list[str]] = {}
    for name, value in scope["headers"]:
        if name in _SAID:
            said.setdefault(name, []).append(value.decode("latin-1"))
    if not said:
        return tracing.begin()
    ids, parents = said.get(_REQUEST_ID, [""]), said.get(_PARENT, [])
    return tracing.begin(
        ids[0], parents[0] if len(parents) == 1 else "", ",".join(said.get(_STATE, []))
    )


def route_of(scope: Scope, services: Collection[str]) -> str:
    """The pattern of the address: the address itself may hold a one-time link."""
    pattern: str = getattr(scope.get("route"), "path", "")
    first = scope["path"].split("/")[1]
    if not pattern:
        return "/static" if first == "static" else "none"
    return f"/{first}{pattern}" if first in services else pattern
