"""The figures of a worker, which has no pages: one address for the monitoring, and nothing else."""

from collections.abc import Callable
from socket import socket
from threading import Thread

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from shared.running import Team
from shared.web.arriving import BoundedRequests
from shared.web.metrics import Metrics, may_read

PATIENCE = 1.0
"""Seconds that a scrape has to finish when the worker is to end."""


def figures_only(team: Team) -> Starlette:
    """An application that answers `/metrics` under the same conditions as an api does."""
    metrics, token_file = Metrics(team), team.settings.metrics_token_file
    team.on_measure(metrics)

    def figures(request: Request) -> Response:
        if not may_read(request, token_file):
            return PlainTextResponse("The figures are shown to this machine, or for a token.", 403)
        return Response(metrics.text(), media_type=CONTENT_TYPE_LATEST)

    return Starlette(routes=[Route("/metrics", figures)])


def answer_in_the_background(team: Team, listener: socket) -> Callable[[], None]:
    """Answer on a thread of its own; returns what ends it."""
    config = uvicorn.Config(
        figures_only(team),
        http=BoundedRequests,
        ws="none",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, args=[[listener]], name="figures", daemon=True)
    thread.start()

    def end() -> None:
        server.should_exit = True
        thread.join(PATIENCE)

    return end
