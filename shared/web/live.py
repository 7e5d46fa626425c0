"""The live stream: tells an open page that something changed, so that it fetches itself again."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from shared.web.doors import viewer_of
from shared.web.hub import Hub

__all__ = ["Hub", "router", "stream"]

LOOK_SECONDS = 1.0
"""How long a sign-in that ended may still listen."""
PAUSE_SECONDS = 0.2
"""At most five messages a second; what happens in between is one change."""
PING_EVERY = 15


def router() -> APIRouter:
    """The stream of one service, at `/<service>/live`."""
    live = APIRouter()

    @live.get("/live", include_in_schema=False)
    async def listen(request: Request) -> StreamingResponse:
        running = request.state.running

        async def still_in() -> bool:
            return await run_in_threadpool(viewer_of, request, running) is not None

        return StreamingResponse(
            stream(request.app.state.hub, running.name, still_in),
            media_type="text/event-stream",
            headers={"X-Accel-Buffering": "no"},
        )

    return live


async def stream(
    hub: Hub, service: str, still_in: Callable[[], Awaitable[bool]]
) -> AsyncIterator[str]:
    """Named messages without content: `ready` at first, then `changed`; a comment as a ping.

    Ends when the hub closes, and within `LOOK_SECONDS` of the end of the sign-in.
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
