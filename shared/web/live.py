"""The live stream: tells an open page that something changed, so that it fetches itself again."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from shared.access import sign_in
from shared.access.sign_in import SignIn
from shared.errors import NotSignedIn
from shared.running import RunningService
from shared.web import cookies
from shared.web.hub import Hub

__all__ = ["Hub", "router", "stream"]

LOOK_SECONDS = 1.0
"""How often a stream looks whether its sign-in has ended; all of them ask once together."""
PAUSE_SECONDS = 0.2
"""At most five messages a second; what happens in between is one change."""
PING_EVERY = 15


class Listeners:
    """Who listens to a service, and whose sign-in has ended: one question for all of them."""

    def __init__(self, running: RunningService) -> None:
        self._running = running
        self._here: Counter[SignIn] = Counter()
        self._ended: set[UUID] = set()
        self._asked = monotonic()

    @contextmanager
    def listening(self, opened: SignIn) -> Iterator[Callable[[], Awaitable[bool]]]:
        """Counts a stream in; what it gives says whether the stream may go on."""

        async def still_in() -> bool:
            await self._ask_if_due()
            return opened.id not in self._ended

        self._here[opened] += 1
        try:
            yield still_in
        finally:
            self._here[opened] -= 1
            if not self._here[opened]:
                del self._here[opened]

    async def _ask_if_due(self) -> None:
        if monotonic() - self._asked >= LOOK_SECONDS / 2:
            self._asked = monotonic()
            self._ended = await run_in_threadpool(self._ask, list(self._here))

    def _ask(self, here: list[SignIn]) -> set[UUID]:
        with self._running.look() as work:
            return sign_in.ended(work.session, here, work.now)


def router(running: RunningService) -> APIRouter:
    """The stream of one service, at `/<service>/live`."""
    live, listeners = APIRouter(), Listeners(running)

    @live.get("/live", include_in_schema=False)
    async def listen(request: Request) -> StreamingResponse:
        opened = cookies.opened_in(request, running.settings)
        if opened is None:
            raise NotSignedIn
        return StreamingResponse(
            _told(request.app.state.hub, running.name, listeners, opened),
            media_type="text/event-stream",
            headers={"X-Accel-Buffering": "no"},
        )

    return live


async def _told(hub: Hub, service: str, listeners: Listeners, opened: SignIn) -> AsyncIterator[str]:
    with listeners.listening(opened) as still_in:
        async for message in stream(hub, service, still_in):
            yield message


async def stream(
    hub: Hub, service: str, still_in: Callable[[], Awaitable[bool]]
) -> AsyncIterator[str]:
    """Named messages without content: `ready` at first, then `changed`; a comment as a ping.

    Ends when the hub closes, and soon after the end of the sign-in (two looks at most).
    """
    seen, quiet = hub.changes(service), 0
    with hub.listening(service) as bell:
        yield _message("ready")
        while not hub.closed and await still_in():
            changes = hub.changes(service)
            if changes != seen:
                seen, quiet = changes, 0
                yield _message("changed")
                await asyncio.sleep(PAUSE_SECONDS)
                continue
            quiet += 1
            if quiet % PING_EVERY == 0:
                yield ": ping\n\n"
            await bell.wait(LOOK_SECONDS)


def _message(name: str) -> str:
    # A message needs data, or browsers do not pass it on.
    return f"event: {name}\ndata: .\n\n"
