"""Gives the same answer again, to the same person, as long as nothing at all has changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.clock import Clock
from shared.web.versions import Seen, Versions

MOST = 200
"""Answers that are kept of each service."""
_ASKS = frozenset({b"cookie", b"accept", b"accept-language", b"hx-request"})
"""The headers of a request that its answer depends on."""
Pair = tuple[bytes, bytes]
Asked = tuple[str, bytes, tuple[Pair, ...]]


@dataclass(frozen=True)
class Sight:
    """What the database was when an answer was begun, and how long its ages and rights count."""

    seen: Seen
    since: datetime
    until: datetime

    def fits(self, version: Seen, now: datetime) -> bool:
        return self.seen.version == version.version and self.since <= now < self.until


@dataclass(frozen=True)
class Answer:
    """An answer that was given, with the sight that it was given at, and the route that gave it."""

    sight: Sight
    route: object
    headers: list[Pair]
    body: bytes
    etag: bytes


def end_of_minute(now: datetime) -> datetime:
    """Ages are told in minutes."""
    return now.replace(second=0, microsecond=0) + timedelta(minutes=1)


class Repeating:
    """Innermost, behind all guards. A page that may be repeated leaves its sight in the state.

    Who is asked to repeat compares the database's version first: rights stand in the same database
    as what is shown, so that nobody gets an answer which would not be given anew. An answer is kept
    under everything that it was asked with, the sign-in included.
    """

    def __init__(self, app: ASGIApp, versions: Mapping[str, Versions], clock: Clock) -> None:
        self._app, self._versions, self._clock = app, versions, clock
        self._kept: dict[str, dict[Asked, Answer]] = {service: {} for service in versions}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        service = "".join(scope["path"].split("/", 2)[1:2]) if scope["type"] == "http" else ""
        if service not in self._versions or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        asked = _asked(scope)
        known = self._kept[service].get(asked)
        if known and known.sight.fits(await _look(self._versions[service]), self._clock.now()):
            await _give(known, scope, send)
        else:
            await _Keeper(self._app, self._kept[service], asked)(scope, receive, send)


class _Keeper:
    """Keeps the answer of one request, if it may be repeated."""

    def __init__(self, app: ASGIApp, kept: dict[Asked, Answer], asked: Asked) -> None:
        self._app, self._kept, self._asked = app, kept, asked

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun: Message = {}
        parts: list[bytes] = []

        async def keep(message: Message) -> None:
            nonlocal begun
            sight = scope.get("state", {}).get("sight")
            if message["type"] == "http.response.start" and sight and _may_be_kept(message):
                begun = message
            elif begun:
                parts.append(message.get("body", b""))
                if not message.get("more_body"):
                    kept = self._store(sight, scope.get("route"), begun, b"".join(parts))
                    await _give(kept, scope, send)
            else:
                await send(message)

        await self._app(scope, receive, keep)

    def _store(self, sight: Sight, route: object, begun: Message, body: bytes) -> Answer:
        etag = f'"{sha256(body).hexdigest()[:32]}"'.encode()
        headers = [*begun["headers"], (b"etag", etag)]
        answer = Answer(sight, route, headers, body, etag)
        newest = next(reversed(self._kept.values()), answer)
        if len(self._kept) >= MOST or newest.sight.seen.version != sight.seen.version:
            self._kept.clear()  # what shows an older version is never given again
        self._kept[self._asked] = answer
        return answer


async def _look(versions: Versions) -> Seen:
    """A file answers before another thread could be asked; a server is waited for there."""
    return versions.look() if versions.in_a_file else await run_in_threadpool(versions.look)


def _asked(scope: Scope) -> Asked:
    said = tuple(pair for pair in scope["headers"] if pair[0] in _ASKS)
    return scope["path"], scope["query_string"], said


def _may_be_kept(begun: Message) -> bool:
    return begun["status"] == 200 and "set-cookie" not in Headers(raw=begun["headers"])  # noqa: PLR2004


async def _give(answer: Answer, scope: Scope, send: Send) -> None:
    """The answer, or only that it is still the one that the page has."""
    scope["route"] = answer.route  # by which it is counted
    if (b"if-none-match", answer.etag) in scope["headers"]:
        status, headers, body = 304, [(b"etag", answer.etag)], b""
    else:
        status, headers, body = 200, list(answer.headers), answer.body
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
