"""Puts the services of this process together into one web application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.middleware import Middleware
from starlette.routing import Match
from starlette.types import Scope

from shared.backbone import workers
from shared.errors import NotSignedIn
from shared.running import RunningService, Team
from shared.templating import Templates, asset_folder
from shared.web import errors, live, metrics, security
from shared.web.description import describe
from shared.web.doors import bind, landing, open_to_all
from shared.web.drawings import Drawings
from shared.web.following import Followed
from shared.web.repeating import Repeating
from shared.web.screen import Screen
from shared.web.versions import Versions

ASKED_BY_MACHINES = ["GET", "HEAD"]


def create_app(team: Team, *, threads: bool = True) -> FastAPI:
    """The web application of a team; with `threads` its lifespan starts and stops the team."""
    hub = live.Hub()
    team.on_change(hub.changed)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        hub.open()
        if threads:
            team.start()
        yield
        hub.close()
        if threads:
            team.stop()

    app = FastAPI(
        title="Relais",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        telemetry={"auto_configure": False, "logs": False},
    )
    app.state.team, app.state.hub = team, hub
    app.state.versions = {running.name: Versions(running.reader) for running in team}
    app.state.drawings = Drawings()
    app.state.templates = Templates(zone=team.settings.zone)
    app.mount("/static", StaticFiles(directory=asset_folder() / "static"), name="static")
    for running in team:
        _include(app, running)
    app.include_router(_house(team))
    app.include_router(_for_machines(team))
    security.install(app, team.settings)
    errors.install(app)
    app.user_middleware.append(
        Middleware(Repeating, versions=app.state.versions, clock=team.house.clock)
    )
    _measure(app, team)
    return app


def _measure(app: FastAPI, team: Team) -> None:
    """Outermost: every request is followed and timed, also one that is refused at the door."""
    figures = metrics.Metrics(team)
    team.on_measure(figures)
    app.include_router(metrics.router(figures, team.settings))
    services = frozenset(running.name for running in team)
    app.add_middleware(Followed, services=services, answered=figures.answered)


def _include(app: FastAPI, running: RunningService) -> None:
    prefix = f"/{running.name}"
    bound = [Depends(bind(running))]
    front = _Front(running.name)
    for router in (*running.service.routers, live.router(running)):
        front.include_router(router, prefix=prefix, dependencies=bound, tags=[running.name])
    app.include_router(front)


class _Front(APIRouter):
    """All addresses of one service. Nobody compares them with an address of another one."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        ours = scope["path"].split("/", 2)[1:2] == [self._service]
        return super().matches(scope) if ours else (Match.NONE, {})


def _house(team: Team) -> APIRouter:
    """What belongs to no service: the start page, and pages about Relais itself."""
    router = APIRouter()

    @router.get("/", include_in_schema=False)
    def start(request: Request) -> Response:
        try:
            return RedirectResponse(landing(request, team), status_code=303)
        except NotSignedIn:
            return RedirectResponse("/accounts/sign-in", status_code=303)

    # Every service knows who is signed in, so any of them can watch this door.
    signed_in = Depends(bind(next(iter(team))))

    @router.get("/api/openapi.json", include_in_schema=False, dependencies=[signed_in])
    def description(request: Request) -> Response:
        """How the addresses for programs are called."""
        return JSONResponse(describe(request.app, team.settings))

    @router.get("/accessibility", include_in_schema=False, dependencies=[signed_in])
    @open_to_all
    def accessibility(request: Request) -> Response:
        """What was done so that everybody can use it, for whoever comes."""
        return Screen(request).render("accessibility.html")

    return router


def _for_machines(team: Team) -> APIRouter:
    """What is asked by whoever watches over the server."""
    router = APIRouter()

    @router.api_route("/live", methods=ASKED_BY_MACHINES, include_in_schema=False)
    @open_to_all
    async def alive() -> dict[str, str]:
        """The loop answers, also while every thread waits for a database."""
        return {"status": "alive"}

    @router.api_route("/ready", methods=ASKED_BY_MACHINES, include_in_schema=False)
    @open_to_all
    def ready() -> Response:
        """Every service has its database, and a worker behind it. The queue may be away."""
        without = {running.name: lack for running in team if (lack := _lack_of(running))}
        state = "not ready" if without else "ready"
        return JSONResponse(
            {"status": state, "without": without}, status_code=503 if without else 200
        )

    return router


def _lack_of(running: RunningService) -> str:
    """What a service cannot do without and does not have."""
    try:
        return "" if workers.anybody_works(running.reader, running.now()) else "worker"
    except Exception:  # any failure means the same
        return "database"
