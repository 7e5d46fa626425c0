"""Who may come in: every route asks for a sign-in unless it says otherwise."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import Depends, Request

from shared.access import sign_in
from shared.access.tokens import token_of
from shared.access.viewer import TOKEN_ACTOR, Viewer
from shared.errors import NotAllowed, NotSignedIn
from shared.i18n import N_
from shared.running import RunningService, Team
from shared.web import cookies
from shared.web.repeating import Sight, end_of_minute
from shared.web.screen import Screen, open_screen, pages_of
from shared.work import Work

__all__ = [
    "CallerDep",
    "LookDep",
    "PlaceDep",
    "ScreenDep",
    "SignInDep",
    "WorkDep",
    "bind",
    "body_up_to",
    "for_token",
    "landing",
    "open_to_all",
    "repeatable",
]

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
_MARK = "relais_door"
ANONYMOUS = "anonymous"


@dataclass
class Door:
    """What a route asks of whoever comes: a sign-in, a token with a scope, or nothing."""

    open: bool = False
    scope: str = ""
    body_bytes: int | None = None
    repeatable: bool = False


def door_of(endpoint: Callable[..., Any]) -> Door:
    """The door of a route; a route that says nothing asks for a sign-in."""
    door = vars(endpoint).get(_MARK)
    return door if isinstance(door, Door) else Door()


def open_to_all(endpoint: Endpoint) -> Endpoint:
    """Marks one of the few routes that need no sign-in."""
    _own_door(endpoint).open = True
    return endpoint


def for_token(scope: str) -> Callable[[Endpoint], Endpoint]:
    """Marks a route for outside services: a token with this scope instead of a sign-in."""

    def mark(endpoint: Endpoint) -> Endpoint:
        _own_door(endpoint).scope = scope
        return endpoint

    return mark


def body_up_to(size: int = 0) -> Callable[[Endpoint], Endpoint]:
    """Marks a route that reads its own body, of so many bytes; 0 means as the setting says."""

    def mark(endpoint: Endpoint) -> Endpoint:
        _own_door(endpoint).body_bytes = size
        return endpoint

    return mark


def repeatable(endpoint: Endpoint) -> Endpoint:
    """Marks a part of a page that depends on the service's database alone, and leaves no trace.

    As long as the database is the same, the same request gets the same answer.
    """
    _own_door(endpoint).repeatable = True
    return endpoint


def _own_door(endpoint: Callable[..., Any]) -> Door:
    door: Door = vars(endpoint).setdefault(_MARK, Door())
    return door


def bind(running: RunningService) -> Callable[[Request], None]:
    """The dependency that every route of a service has: it lets in, or refuses."""

    def enter(request: Request) -> None:
        door = door_of(request.scope["route"].endpoint)
        state = request.state
        state.running, state.viewer, state.actor = running, None, ANONYMOUS
        if door.scope:
            state.actor = _token_actor(request, running, door.scope)
        else:
            opened = cookies.opened_in(request, running.settings)
            state.sight = _sight(request, running, opened) if door.repeatable and opened else None
            state.viewer = _viewer(running, opened)
            state.actor = state.viewer.actor if state.viewer else ANONYMOUS
            if state.viewer is None and not door.open:
                raise NotSignedIn
        if door.body_bytes is not None:
            state.body_bytes = door.body_bytes or state.body_bytes
            state.reads_own_body = True

    return enter


def _sight(request: Request, running: RunningService, opened: sign_in.SignIn) -> Sight:
    """The database as it is before anything was read, the rights of the member included."""
    seen, now = request.app.state.versions[running.name].look(), running.now()
    return Sight(seen, now, min(end_of_minute(now), opened.expires_at))


def viewer_of(request: Request, running: RunningService) -> Viewer | None:
    """The signed-in member of a request, by the knowledge of one service."""
    return _viewer(running, cookies.opened_in(request, running.settings))


def _viewer(running: RunningService, opened: sign_in.SignIn | None) -> Viewer | None:
    if opened is None:
        return None
    with running.look() as work:
        return sign_in.viewer_of(work.session, opened, work.now)


def _token_actor(request: Request, running: RunningService, scope: str) -> str:
    kind, _, secret = request.headers.get("authorization", "").partition(" ")
    with running.look() as work:
        token = token_of(work.session, secret.strip(), work.now)
        if kind.lower() != "bearer" or token is None:
            raise NotSignedIn(N_("A service token that counts is needed here."))
        if scope not in token.scopes:
            raise NotAllowed(N_("This service token does not allow this."))
        return f"{TOKEN_ACTOR}{token.id}"


def _open_work(request: Request) -> Iterator[Work]:
    state = request.state
    with (
        _noting_refusals(request),
        state.running.work(actor=state.actor, viewer=state.viewer) as work,
    ):
        yield work


def _open_look(request: Request) -> Iterator[Work]:
    state = request.state
    with _noting_refusals(request), state.running.look(viewer=state.viewer) as work:
        work.actor = state.actor
        yield work


@contextmanager
def _noting_refusals(request: Request) -> Iterator[None]:
    """Who is not allowed leaves a trace too; the work that was begun is undone before."""
    try:
        yield
    except NotAllowed:
        state, route = request.state, request.scope["route"]
        with state.running.work(actor=state.actor, viewer=state.viewer) as work:
            work.audit(f"{request.method} {route.path}", _patient_of(request), "refused")
        raise


def _patient_of(request: Request) -> UUID | None:
    """The patient whom the address names, if it names one."""
    named = request.path_params.get("patient_id")
    return UUID(str(named)) if named else None


def _sign_in(request: Request) -> sign_in.SignIn:
    opened = cookies.opened_in(request, request.state.running.settings)
    if opened is None or request.state.viewer is None:
        raise NotSignedIn
    return opened


def _caller(request: Request) -> sign_in.Caller:
    return sign_in.Caller(
        address=request.client.host if request.client else "",
        user_agent=request.headers.get("user-agent", ""),
        known_as=cookies.known_as(request, request.state.running.settings),
    )


def _place(request: Request) -> RunningService:
    running: RunningService = request.state.running
    return running


# With the scope "function" the transaction is committed before the answer leaves.
WorkDep = Annotated[Work, Depends(_open_work, scope="function")]
LookDep = Annotated[Work, Depends(_open_look, scope="function")]
PlaceDep = Annotated[RunningService, Depends(_place)]
"""For what must not hold a transaction while it calculates or waits."""
SignInDep = Annotated[sign_in.SignIn, Depends(_sign_in)]
"""The sign-in of the viewer."""
CallerDep = Annotated[sign_in.Caller, Depends(_caller)]
ScreenDep = Annotated[Screen, Depends(open_screen)]


def landing(request: Request, team: Team) -> str:
    """The first page of the member who is signed in, or `NotSignedIn`."""
    viewer = viewer_of(request, next(iter(team)))
    if viewer is None:
        raise NotSignedIn
    pages = pages_of(team.house.directory, viewer)
    return pages[0].href if pages else "/accounts/profile"
