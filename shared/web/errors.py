"""How a refusal or a failure looks: a page for people, JSON for programs, no detail for anybody."""

import traceback
from http import HTTPStatus
from pathlib import Path

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.errors import Invalid, NotSignedIn, Refused
from shared.i18n import N_, translator
from shared.web import places, sentences
from shared.web.screen import Screen, is_fragment, language_of

logger = structlog.get_logger()

BROKEN = N_("Something broke on our side. The fault is recorded; please try again.")
BUSY = N_("Relais is busy. Please try again in a moment.")
OVERTAKEN = N_("Somebody else changed this at the same moment. Look at it again, then repeat.")
_OF_STATUS = {
    400: N_("This request cannot be read."),
    403: N_("This is not allowed."),
    404: N_("There is nothing at this address."),
    405: N_("This address does not take that kind of request."),
    413: N_("This is too large."),
    415: N_("This kind of content is not taken here."),
    422: N_("Something is missing or cannot be used."),
}
_PAGES = frozenset({400, 403, 404, 409, 413, 422, 429, 500, 503})


def install(app: FastAPI) -> None:
    """Give the application an answer to every exception."""
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _not_valid)
    app.add_exception_handler(OperationalError, _busy)
    app.add_exception_handler(PoolTimeout, _busy)
    app.add_exception_handler(IntegrityError, _overtaken)
    # Innermost, so that its answer passes through the headers; Starlette's own would not.
    app.user_middleware.append(Middleware(CalmFailure))


def answer(request: Request, status: int, sentence: str, field: str = "") -> Response:
    """A sentence, as a page or as JSON. The sentence is in the reader's language already."""
    if not wants_page(request):
        return JSONResponse({"detail": sentence, "field": field}, status_code=status)
    template = f"errors/{status if status in _PAGES else 400}.html"
    return Screen(request).render(template, status, sentence=sentence)


def wants_page(request: Request) -> bool:
    """Whether a person reads the answer: not under `/<service>/api`, nor when JSON is asked for."""
    accepted = request.headers.get("accept", "*/*")
    page = "text/html" in accepted or ("*/*" in accepted and "json" not in accepted)
    return page and "api" not in request.url.path.split("/")[1:3]


def refused(request: Request, refusal: Refused) -> Response:
    """The answer to a refusal; who is not signed in and wants a page goes to the sign-in."""
    if isinstance(refusal, NotSignedIn) and wants_page(request) and not is_fragment(request):
        return RedirectResponse(places.sign_in_and_back(_wanted(request)), status_code=303)
    response = answer(
        request, refusal.status, sentences.say(refusal, language_of(request)), refusal.field
    )
    if isinstance(refusal, NotSignedIn):
        response.headers["WWW-Authenticate"] = 'Bearer realm="Relais"'
    return response


def _wanted(request: Request) -> str:
    if request.method != "GET":
        return places.START
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)  # noqa: S101 - registered for nothing else
    return refused(request, error)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for nothing else
    sentence = _OF_STATUS.get(error.status_code, _OF_STATUS[400])
    response = answer(
        request, error.status_code, translator(language_of(request)).gettext(sentence)
    )
    response.headers.update(error.headers or {})
    return response


def _not_valid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for nothing else
    language = language_of(request)
    if wants_page(request):
        return refused(request, Invalid(_OF_STATUS[422]))
    detail = [
        {"place": sentences.place(item["loc"]), "sentence": sentences.of_value(item, language)}
        for item in error.errors()
    ]
    return JSONResponse({"detail": detail}, status_code=HTTPStatus.UNPROCESSABLE_ENTITY)


def _busy(request: Request, error: Exception) -> Response:
    _record(request.scope, error)
    response = answer(request, 503, translator(language_of(request)).gettext(BUSY))
    response.headers["Retry-After"] = "1"
    return response


def _overtaken(request: Request, error: Exception) -> Response:
    """Two people did the same thing at once, and the database let only one of them."""
    _record(request.scope, error)
    return answer(request, 409, translator(language_of(request)).gettext(OVERTAKEN))


class CalmFailure:
    """The last resort: a calm page without detail, and a record without patient data."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:  # the last resort
            _record(scope, error)
            if scope["type"] == "http" and not started:
                await _broken(Request(scope))(scope, receive, send)


def _broken(request: Request) -> Response:
    words = translator(language_of(request))
    try:
        return answer(request, 500, words.gettext(BROKEN))
    except Exception as error:  # even the page can be what is broken
        _record(request.scope, error)
        return HTMLResponse(f"<!doctype html><title>Relais</title><p>{words.gettext(BROKEN)}", 500)


def _record(scope: Scope, error: Exception) -> None:
    """Where it broke and what kind of failure.

    Its text may quote a patient and the address may hold a one-time link: both are left out.
    """
    path = getattr(scope.get("route"), "path", "")
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    at = [f"{'/'.join(Path(f.filename).parts[-2:])}:{f.lineno} {f.name}" for f in frames]
    logger.error("request.failed", path=path, error=type(error).__name__, at=at)
