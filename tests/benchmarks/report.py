"""Puts the figures of a run into words and tables, and compares them with those of the last run."""

import json
import os
import platform
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

import psycopg
from kombu import Connection  # type: ignore[attr-defined]

from tests.benchmarks.scale import Scale
from tests.surroundings import BROKER, POSTGRES

FALL = 0.8
"""A ratio that has fallen below so much of what it was is told as a step back."""
SERVERS, EMBEDDED = "servers", "one process"


@dataclass
class Run:
    """All that was measured, round by round; every figure is an amount in one second."""

    events: int
    machine: dict[str, str]
    peers: dict[str, list[float]] = field(default_factory=dict)
    bare: list[float] = field(default_factory=list)
    relais: dict[str, list[dict[str, float]]] = field(default_factory=dict)
    scale: Scale | None = None

    def middle(self, place: str, figure: str) -> float:
        return median(found[figure] for found in self.relais[place])

    def best_peer(self) -> tuple[str, float]:
        return max(((name, median(rates)) for name, rates in self.peers.items()), key=_second)

    def ratios(self) -> dict[str, float]:
        """What may be compared with another run: everything else depends on the machine."""
        best, celery = self.best_peer()[1], self._best_celery()
        through, embedded = self.middle(SERVERS, "through"), self.middle(EMBEDDED, "through")
        return {
            "the whole way / the best peer": through / best,
            "a backlog / the best peer": self.middle(SERVERS, "drained") / best,
            "the whole way / Celery's best": through / celery,
            "one process, SQLite / Celery's best": embedded / celery,
            "a backlog / the bare limit": self.middle(SERVERS, "drained") / median(self.bare),
        }

    def _best_celery(self) -> float:
        return max(median(rates) for name, rates in self.peers.items() if "Celery" in name)


def _second(pair: tuple[str, float]) -> float:
    return pair[1]


def machine() -> dict[str, str]:
    """What the figures depend on; nothing that names the machine."""
    info = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    models = [
        line.partition(": ")[2] for line in info.splitlines() if line.startswith("model name")
    ]
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    with psycopg.connect(POSTGRES) as server, Connection(BROKER) as queue:  # type: ignore[no-untyped-call]
        version = str(server.info.server_version // 10000)
        rabbit = queue.connection.server_properties["version"]
    return {
        "processor": f"{os.cpu_count()} x {models[0] if models else platform.machine()}",
        "memory": f"{pages // 2**30} GiB",
        "load before": f"{os.getloadavg()[0]:.1f}",
        "system": platform.system(),
        "Python": platform.python_version(),
        "PostgreSQL": version,
        "RabbitMQ": rabbit,
    }


def as_json(run: Run) -> str:
    return json.dumps({**asdict(run), "ratios": run.ratios()}, indent=1)


def as_page(run: Run, day: str, last: dict[str, float]) -> str:
    """The report as a page for the documents."""
    ratios = [
        f"| {name} | {value:.2f} |{_beside(name, value, last)}"
        for name, value in run.ratios().items()
    ]
    about = [f"- {name}: {value}" for name, value in run.machine.items()]
    return "\n".join(
        [
            f"# Measured on {day}",
            "",
            f"{run.events} messages for each figure, in turns; medians. Only the ratios say"
            " something about another machine. How to repeat it: [performance](../performance.md).",
            "",
            *about,
            "",
            "| messages handled in one second | |",
            "|---|---|",
            *(f"| {name} | {median(rates):,.0f} |" for name, rates in run.peers.items()),
            f"| bare limit: publish, consume, commit in batches | {median(run.bare):,.0f} |",
            *(_relais(run, place) for place in run.relais),
            "",
            "| ratio | now | last run |",
            "|---|---|---|",
            *ratios,
            *(
                ["", "| what may not grow, on the servers | events/s | CPU us |"]
                if run.scale
                else []
            ),
            *(run.scale.as_table().splitlines()[1:] if run.scale else []),
            "",
        ]
    )


def _relais(run: Run, place: str) -> str:
    told = [f"| Relais, {place}: {name} | {run.middle(place, name):,.0f} |" for name in RATES]
    delays = " / ".join(f"{run.middle(place, name) * 1000:.1f}" for name in DELAYS)
    return "\n".join([*told, f"| Relais, {place}: ms at 20 in a second, p50 / p99 | {delays} |"])


RATES, DELAYS = ("drained", "through"), ("median", "slowest_of_hundred")


def _beside(name: str, value: float, last: dict[str, float]) -> str:
    if name not in last:
        return " |"
    return f" {last[name]:.2f}{' **fallen**' if value < FALL * last[name] else ''} |"


def fallen(run: Run, last: dict[str, float]) -> list[str]:
    """The ratios that are more than a fifth lower than in the last run."""
    return [name for name, value in run.ratios().items() if value < FALL * last.get(name, 0)]
