"""The figures of the house for a monitoring system (Prometheus); they know nobody by name."""

import hmac
import threading
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from platform import python_version

import structlog
from fastapi import APIRouter, Request, Response
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    Info,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from shared.errors import NotAllowed
from shared.i18n import N_
from shared.running import RunningService, Team
from shared.running.figures import Figures, figures_of
from shared.running.measures import Measures
from shared.settings import LOCAL_HOSTS, Settings
from shared.web.doors import open_to_all

logger = structlog.get_logger()

FRESH = timedelta(seconds=4)
"""However often somebody asks, the databases are asked once in this time."""
TURNS = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30)
REQUESTS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
_ON_THE_WAY = ("x-forwarded-for", "x-forwarded-host", "x-real-ip", "forwarded", "via")


class Metrics(Measures):
    """What this process measures itself, and what the tables of its services tell."""

    def __init__(self, team: Team) -> None:
        self._registry = here = CollectorRegistry()
        self._turns = Histogram(
            "relais_turn_seconds",
            "How long one turn of a service takes.",
            ["service"],
            buckets=TURNS,
            registry=here,
        )
        self._requests = Histogram(
            "relais_request_seconds",
            "How long people and programs wait until their answer begins.",
            ["method", "route", "status"],
            buckets=REQUESTS,
            registry=here,
        )
        self._announced = Counter(
            "relais_events_announced",
            "How many events this process has committed.",
            ["service", "kind"],
            registry=here,
        )
        build = Info("relais_build", "Which release this is.", registry=here)
        build.info({"version": version("relais"), "python": python_version()})
        ProcessCollector(registry=here)
        self._collector = HouseCollector(team)
        here.register(self._collector)

    def turned(self, service: str, seconds: float, *, connected: bool) -> None:
        self._turns.labels(service).observe(seconds)
        self._collector.connected[service] = connected

    def announced(self, service: str, kind: str) -> None:
        self._announced.labels(service, kind).inc()

    def ticked(self, service: str, now: datetime) -> None:
        self._collector.ticked[service] = now

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """A request was answered; `route` is the pattern of the address, never the address."""
        self._requests.labels(method, route, f"{status // 100}xx").observe(seconds)

    def text(self) -> bytes:
        """All of it in the text format of Prometheus."""
        return generate_latest(self._registry)


Labels = tuple[str, ...]
_FAMILIES: Mapping[str, tuple[str, Labels]] = {
    "database_up": ("Whether the service reaches its database.", ("service",)),
    "queue_connected": ("Whether the service is connected to the queue.", ("service",)),
    "deliveries_open": (
        "How many events a subscriber has not finished with, by how far they are.",
        ("service", "subscriber", "state"),
    ),
    "delivery_oldest_seconds": (
        "How long ago the oldest event was announced that a subscriber has not finished with.",
        ("service", "subscriber"),
    ),
    "delivery_sends": (
        "How often each of the newest events was published; 1 when none was sent again.",
        ("service", "subscriber"),
    ),
    "delivery_lag_seconds": (
        "How long the newest events took from being stored to being handled.",
        ("service", "subscriber", "of"),
    ),
    "inbox_open": (
        "How many events of others wait in the inbox of a service, by their state.",
        ("service", "state"),
    ),
    "dead_frames": (
        "How many messages could not be read and are kept for a person to look at.",
        ("service",),
    ),
    "forgotten_streams": (
        "Of how many streams others know more than the service: it was set back in time.",
        ("service",),
    ),
    "needs_a_person": (
        "How many things of a service somebody must look at, by what they are.",
        ("service", "what"),
    ),
    "worker_age_seconds": (
        "How long ago a worker of the service gave a sign of life.",
        ("service", "role"),
    ),
    "clock_tick_age_seconds": (
        "How long ago the clock of this process started a job of the service.",
        ("service",),
    ),
}
Sample = tuple[str, Labels, float]
"""Family, values of its labels, value."""


class HouseCollector(Collector):
    """Asks the tables when it is asked, but not more often than every few seconds."""

    def __init__(self, team: Team) -> None:
        self._team, self._lock = team, threading.Lock()
        self._read_at: datetime | None = None
        self._figures: dict[str, Figures | None] = {}
        self._asked: dict[str, Mapping[str, int]] = {}
        self.ticked: dict[str, datetime] = {}
        self.connected: dict[str, bool] = {}

    def collect(self) -> Iterator[Metric]:
        families = {
            name: GaugeMetricFamily(f"relais_{name}", sentence, labels=labels)
            for name, (sentence, labels) in _FAMILIES.items()
        }
        for name, labels, value in self._samples():
            families[name].add_metric(labels, value)
        yield from families.values()

    def _samples(self) -> Iterator[Sample]:
        now = self._team.clock.now()
        for service, figures in self._fresh(now).items():
            yield "database_up", (service,), float(figures is not None)
            if figures is not None:
                yield from _of_service(service, figures, now)
        yield from _of_people(self._asked)
        for service, connected in sorted(self.connected.items()):
            yield "queue_connected", (service,), connected
        for service, at in sorted(self.ticked.items()):
            yield "clock_tick_age_seconds", (service,), _age(now, at)

    def _fresh(self, now: datetime) -> dict[str, Figures | None]:
        with self._lock:
            if self._read_at is None or not timedelta(0) <= now - self._read_at < FRESH:
                self._figures = {r.name: _figures_or_nothing(r) for r in self._team}
                self._asked = {r.name: _asked(r) for r in self._team}
                self._read_at = now
            return self._figures


def _figures_or_nothing(running: RunningService) -> Figures | None:
    """A database that is away is a figure too, and hides no other service's."""
    try:
        return figures_of(running.reader)
    except Exception as error:
        logger.warning("figures.failed", service=running.name, error=type(error).__name__)
        return None


def _of_people(asked: Mapping[str, Mapping[str, int]]) -> Iterator[Sample]:
    for service, counts in asked.items():
        for what, count in counts.items():
            yield "needs_a_person", (service, what), count


def _asked(running: RunningService) -> Mapping[str, int]:
    """What a service itself asks of people."""
    asks = running.service.jobs.needs_a_person
    if asks is None:
        return {}
    try:
        with running.look() as work:
            return asks(work)
    except Exception as error:  # the database is away, which is a figure of its own
        logger.warning("figures.failed", service=running.name, error=type(error).__name__)
        return {}


def _of_service(service: str, figures: Figures, now: datetime) -> Iterator[Sample]:
    yield "dead_frames", (service,), figures.dead_frames
    yield "forgotten_streams", (service,), figures.forgotten_streams
    for state, count in figures.inbox.items():
        yield "inbox_open", (service, state), count
    for role, seen_at in figures.workers.items():
        yield "worker_age_seconds", (service, role), _age(now, seen_at)
    yield from _of_deliveries(service, figures, now)


def _of_deliveries(service: str, figures: Figures, now: datetime) -> Iterator[Sample]:
    oldest: dict[str, datetime] = {}
    for some in figures.deliveries:
        yield "deliveries_open", (service, some.subscriber, some.state), some.count
        oldest[some.subscriber] = min(some.oldest_at, oldest.get(some.subscriber, now))
    for lately in figures.lately:
        yield "delivery_sends", (service, lately.subscriber), lately.sends
        if lately.median_lag is not None and lately.longest_lag is not None:
            yield "delivery_lag_seconds", (service, lately.subscriber, "median"), lately.median_lag
            yield "delivery_lag_seconds", (service, lately.subscriber, "max"), lately.longest_lag
        # Nothing open is a figure too: an alarm must see that it is over.
        at = oldest.get(lately.subscriber, now)
        yield "delivery_oldest_seconds", (service, lately.subscriber), _age(now, at)


def _age(now: datetime, at: datetime) -> float:
    return max((now - at).total_seconds(), 0.0)


def router(metrics: Metrics, settings: Settings) -> APIRouter:
    """`/metrics`, for this machine, or for whoever shows the token of the setting."""
    doors = APIRouter()

    @doors.get("/metrics", include_in_schema=False)
    @open_to_all
    def figures(request: Request) -> Response:
        """The figures of this process and of the databases of its services."""
        if not may_read(request, settings.metrics_token_file):
            raise NotAllowed(N_("The figures are shown to this machine, or for a token."))
        return Response(metrics.text(), media_type=CONTENT_TYPE_LATEST)

    return doors


def may_read(request: Request, token_file: Path | None) -> bool:
    """With a token only for who shows it; without one only for this machine, and not by proxy."""
    if token_file is not None:
        kind, _, shown = request.headers.get("authorization", "").partition(" ")
        return kind.lower() == "bearer" and _is_token(shown.strip(), token_file)
    here = request.client is not None and request.client.host in LOCAL_HOSTS
    return here and not any(name in request.headers for name in _ON_THE_WAY)


def _is_token(shown: str, token_file: Path) -> bool:
    try:
        token = token_file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        logger.error("metrics.no-token", setting="RELAIS_METRICS_TOKEN_FILE")
        return False
    return bool(token) and hmac.compare_digest(shown.encode(), token.encode())
