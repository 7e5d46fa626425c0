"""Lets each peer do the job: messages first, then its workers, by the clock of the database."""

import os
import signal
import subprocess
from dataclasses import asdict
from pathlib import Path
from time import perf_counter, sleep

import psycopg

from tests.benchmarks.peers.job import Place
from tests.benchmarks.servers import place

ROOT = Path(__file__).parents[2]
HOME = ROOT / "build" / "peers" / "bin"
PATIENCE = 180.0
MODULE = "tests.benchmarks.peers"
RACERS = {
    "Celery, prefork -c2": f"celery -A {MODULE}.celery_peer worker -P prefork -c2 -l ERROR "
    "--without-gossip --without-mingle --without-heartbeat",
    "Celery, threads -c4": f"celery -A {MODULE}.celery_peer worker -P threads -c4 -l ERROR "
    "--without-gossip --without-mingle --without-heartbeat",
    "dramatiq -p2 -t4": f"dramatiq -p2 -t4 {MODULE}.dramatiq_peer",
    "FastStream, 2 workers, asyncpg": f"faststream run {MODULE}.faststream_peer:app --workers 2",
    "procrastinate, concurrency 10": f"procrastinate -a {MODULE}.procrastinate_peer.app worker "
    "--concurrency 10",
}


def race(name: str, count: int) -> float:
    """Messages in one second, by the clock of the database, without the time to start."""
    with place() as here:
        sender = f"{RACERS[name].partition(MODULE + '.')[2].partition('_peer')[0]}_peer"
        command = [str(HOME / "python"), "-m", f"{MODULE}.send", sender, str(count)]
        subprocess.run(command, env=_surroundings(here), cwd=ROOT, check=True, capture_output=True)
        program, *orders = RACERS[name].split()
        worker = subprocess.Popen(
            [HOME / program, *orders],
            env=_surroundings(here),
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            return _timed(here, count)
        finally:
            _end(worker)


def _surroundings(here: Place) -> dict[str, str]:
    own = {f"BENCH_{word.upper()}": value for word, value in asdict(here).items()}
    return {**os.environ, **own, "PYTHONPATH": str(ROOT)}


def _timed(here: Place, count: int) -> float:
    """The first tenth is left out: until then not all workers are there."""
    begun = perf_counter()
    with psycopg.connect(here.postgres, autocommit=True) as server:
        server.execute(f'set search_path = "{here.name}"')
        while perf_counter() - begun < PATIENCE:
            row = server.execute("select count(*) from seen").fetchone()
            if row and row[0] >= count:
                return _rate(server, count)
            sleep(0.2)  # the only thing that is waited for is another program
    raise TimeoutError(f"the messages were not handled within {PATIENCE:.0f} seconds")


def _rate(server: psycopg.Connection, count: int) -> float:
    first = count // 10
    row = server.execute(
        "select extract(epoch from max(at) - min(at))::float from"
        " (select at from seen order by at offset %s) as rest",
        (first,),
    ).fetchone()
    assert row is not None
    return float((count - first - 1) / row[0])


def _end(worker: subprocess.Popen[bytes]) -> None:
    """Its children belong to its session, and end with it."""
    os.killpg(worker.pid, signal.SIGTERM)
    try:
        worker.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
