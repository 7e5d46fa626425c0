"""What every request must satisfy and every answer carries, whatever page it is."""

import json
import math
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from fastapi import FastAPI, HTTPException, Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.errors import NotAllowed, Refused
from shared.i18n import N_
from shared.settings import Settings
from shared.web import errors

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
ONE_CLICK = re.compile(r"/\w+/one-click/[^/]+")
"""The address of a route that asks for no sign-in, but for the secret at its end."""
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "object-src 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Same-origin, not none: after a form was refused, the page knows where to lead back to.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
TWO_YEARS = "max-age=63072000; includeSubDomains"
Pair = tuple[bytes, bytes]
KEEP = b"public, max-age=31536000, immutable"
_POLICY, _CACHE = b"content-security-policy", b"cache-control"
_UNPRINTABLE = re.compile(rb"%(?:[01][0-9a-f]|7f)", re.IGNORECASE)


def install(app: FastAPI, settings: Settings) -> None:
    """Put the guards before the application, the headers outermost: every answer passes them."""
    app.add_middleware(SoundInput, most_bytes=settings.max_body_bytes)
    app.add_middleware(SameSite, own=settings.address)
    app.add_middleware(StrictHeaders, https_only=settings.secure_cookies)


class StrictHeaders:
    """Adds the headers to every answer, refusals and static files included."""

    def __init__(self, app: ASGIApp, https_only: bool) -> None:
        self._app = app
        own = {**HEADERS, **({"Strict-Transport-Security": TWO_YEARS} if https_only else {})}
        policy = own.pop("Content-Security-Policy")
        self._own = [(name.lower().encode(), value.encode()) for name, value in own.items()]
        self._policy = (_POLICY, policy.encode())
        self._replaced = frozenset({*(name for name, _ in self._own), _POLICY, _CACHE})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = self._dress(scope, message)
            await send(message)

        await self._app(scope, receive, dressed)

    def _dress(self, scope: Scope, message: Message) -> list[Pair]:
        given: list[Pair] = list(message["headers"])
        kept = [pair for pair in given if pair[0] not in self._replaced]
        # A page that is not ours (a mail as its reader sees it) brings a policy of its own.
        policy = next((pair for pair in given if pair[0] == _POLICY), self._policy)
        keeping = (_CACHE, _keeping(scope, message["status"]))
        return [*kept, *self._own, policy, keeping]


def _keeping(scope: Scope, status: int) -> bytes:
    """Nothing is kept but static files; those whose address changes with the content for good."""
    if not scope["path"].startswith("/static/") or status not in (200, 206, 304):
        return b"no-store"
    return KEEP if scope["query_string"].startswith(b"v=") else b"no-cache"


class SameSite:
    """Refuses what another site makes a signed-in browser send (CSRF).

    Browsers say where a request comes from: `Sec-Fetch-Site`, older ones `Origin`. Who says
    neither is no browser of today; it is let in only with what no form of another site can
    send: a Bearer token, or a body declared as JSON. Where a secret in the address is the key and
    no sign-in counts, mail servers press the button for their readers (RFC 8058).
    """

    def __init__(self, app: ASGIApp, own: str) -> None:
        self._app, self._own = app, urlsplit(own)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        safe = scope["type"] != "http" or scope["method"] in SAFE_METHODS
        safe = safe or ONE_CLICK.fullmatch(scope["path"]) is not None
        if safe or self._ours(Headers(scope=scope)):
            await self._app(scope, receive, send)
        else:
            refusal = NotAllowed(N_("This came from another site and was not done."))
            await _refuse(refusal, scope, receive, send)

    def _ours(self, headers: Headers) -> bool:
        if "sec-fetch-site" in headers:
            return headers["sec-fetch-site"] in ("same-origin", "none")
        if "origin" in headers:
            return self._own_origin(headers["origin"], headers.get("host", ""))
        bearer = headers.get("authorization", "").lower().startswith("bearer ")
        return bearer or _is_json(headers)

    def _own_origin(self, origin: str, host: str) -> bool:
        """A proxy may change scheme and host on the way, so that the public address counts too."""
        sent = urlsplit(origin)
        if sent.scheme not in ("http", "https") or not sent.netloc:
            return False
        return sent.netloc == host or (sent.scheme, sent.netloc) == self._own[:2]


class SoundInput:
    """Refuses what no part of Relais could store or answer: too large, or not text and numbers."""

    def __init__(self, app: ASGIApp, most_bytes: int) -> None:
        self._app, self._most = app, most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif not _printable(scope):
            await _refuse(Refused(N_("This address cannot be read.")), scope, receive, send)
        else:
            state = scope.setdefault("state", {})
            state["body_bytes"], state["reads_own_body"] = self._most, False
            await self._app(scope, _checked(scope, receive), send)


def _printable(scope: Scope) -> bool:
    path: str = scope["path"]
    return path.isprintable() and not _UNPRINTABLE.search(scope["query_string"])


def _checked(scope: Scope, receive: Receive) -> Callable[[], Any]:
    """The same input, counted against the limit of the route, and sound when it is JSON."""
    body, state = bytearray(), scope["state"]

    async def next_part() -> Message:
        headers = Headers(scope=scope)
        declared = headers.get("content-length", "")
        _refuse_more(int(declared) if declared.isdecimal() else 0, state["body_bytes"])
        message = await receive()
        if message["type"] == "http.request":
            body.extend(message.get("body", b""))
            _refuse_more(len(body), state["body_bytes"])
            whole = not message.get("more_body") and not state["reads_own_body"]
            if whole and _is_json(headers) and not _sound(bytes(body)):
                raise HTTPException(400)
        return message

    return next_part


def _refuse_more(size: int, most: int) -> None:
    if size > most:
        raise HTTPException(413)


def _sound(body: bytes) -> bool:
    """Whether this is nothing, or JSON with finite numbers and texts that can be stored."""
    try:
        value = json.loads(body or b"null", parse_constant=_no_number, parse_float=_finite)
        return all(_storable(text) for text in _texts(value))
    except (ValueError, RecursionError):
        return False


def _texts(value: Any) -> Iterator[str]:
    waiting = [value]
    while waiting:
        found = waiting.pop()
        if isinstance(found, str):
            yield found
        elif isinstance(found, dict):
            waiting.extend((*found.keys(), *found.values()))
        elif isinstance(found, list):
            waiting.extend(found)


def _storable(text: str) -> bool:
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("not a finite number")
    return number


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is not JSON")


def _is_json(headers: Headers) -> bool:
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind == "application/json" or (
        kind.startswith("application/") and kind.endswith("+json")
    )


async def _refuse(refusal: Refused, scope: Scope, receive: Receive, send: Send) -> None:
    response = errors.refused(Request(scope), refusal)
    await response(scope, receive, send)
