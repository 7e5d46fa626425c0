"""How long a coordinator waits for a page when the office is as large as a region.

python -m tests.benchmarks.pages [--postgresql] [--open 20000] [--patients 100000] [--events ..]
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any
from uuid import UUID

from fastapi.testclient import TestClient
from sqlalchemy import event, text

import services
from services.cli.preparing import bring_up_to_date
from shared.settings import Settings
from tests.benchmarks.office import Office, Size
from tests.clinic import Clinic
from tests.processes.servers import centre_of

TIMES, OK = 40, 200
Ask = Callable[[TestClient], Any]


def pages(patient: UUID) -> dict[str, Ask]:
    """The pages that are measured. A change before each of them lets none be repeated."""
    board = "/coordinator/board"
    return {
        "board": lambda browser: browser.get(board),
        "board, the part that refreshes": lambda browser: browser.get(f"{board}/now"),
        "board of one unit": lambda browser: browser.get(f"{board}?unit=psychologist"),
        "every referral": lambda browser: browser.get(f"{board}?show=referrals"),
        "pathway of a patient": lambda b: b.get(f"/coordinator/patients/{patient}"),
        "search": lambda b: b.post("/coordinator/search", data={"q": "family77 given1"}),
        "ledger": lambda browser: browser.get("/coordinator/ledger"),
    }


def main() -> None:
    """Fill an office as large as a region, and ask for each page again and again."""
    orders = argparse.ArgumentParser(description=__doc__)
    orders.add_argument("--postgresql", action="store_true")
    for name, default in vars(Size()).items():
        orders.add_argument(f"--{name}", type=int, default=default)
    order = orders.parse_args()
    size = Size(order.patients, order.open, order.events)
    with TemporaryDirectory() as folder, clinic_at(Path(folder), order.postgresql) as clinic:
        office = Office(size, clinic.now)
        office.fill(clinic.team["coordinator"].engine)
        for name, ask in pages(office.patients[1]).items():
            tell(clinic, name, ask)


@contextmanager
def clinic_at(folder: Path, postgresql: bool) -> Iterator[Clinic]:
    """A staffed clinic, on files or on databases of its own."""
    every = services.load_all()
    names = [service.plate.name for service in every]
    with _databases(names, folder) if postgresql else _files(folder) as settings:
        bring_up_to_date(every, settings)
        clinic = Clinic(folder, settings)
        clinic.staff()
        try:
            yield clinic
        finally:
            clinic.close()


def _databases(names: list[str], folder: Path) -> Any:
    return centre_of(names, folder, queue="memory://")


@contextmanager
def _files(folder: Path) -> Iterator[Settings]:
    yield Settings(data_dir=folder)


def tell(clinic: Clinic, name: str, ask: Ask) -> None:
    browser, queries = clinic.http(clinic.coordinator), 0

    def count(*_: object) -> None:
        nonlocal queries
        queries += 1

    running = clinic.team["coordinator"]
    ask(browser)
    for engine in (running.reader, running.engine):
        event.listen(engine, "before_cursor_execute", count)
    seconds, worked = [], 0.0
    for _ in range(TIMES):
        with running.engine.begin() as connection:
            connection.execute(text("update member set theme = theme"))
        begun, busy = perf_counter(), process_time()
        answer = ask(browser)
        worked += process_time() - busy
        seconds.append(perf_counter() - begun)
        if answer.status_code != OK:
            raise RuntimeError(f"{name}: {answer.status_code} {answer.text[:300]}")
    for engine in (running.reader, running.engine):
        event.remove(engine, "before_cursor_execute", count)
    slow = quantiles(seconds, n=20)[-1]
    sys.stdout.write(
        f"{name:32} {median(seconds) * 1000:7.1f} ms, p95 {slow * 1000:7.1f} ms,"
        f" CPU {worked / TIMES * 1000:6.1f} ms,"
        f" {queries // TIMES} queries\n"
    )


if __name__ == "__main__":
    main()
