"""`relais up` comes quickly, ends when it is asked to, and never shares its folder."""

import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from time import monotonic
from uuid import UUID

import httpx2
import pytest

from tests.processes.house import House, until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def test_the_second_start_is_quick(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    """Told in seconds; judged by the work it is for the machine, which may have other work."""
    house.start()
    house.ask_to_end()
    began = monotonic()
    house.start()
    took = monotonic() - began
    house.process.kill()
    _, _, used = os.wait4(house.process.pid, 0)
    work = used.ru_utime + used.ru_stime
    with capsys.disabled():
        sys.stdout.write(f"\nsecond start: {took:.1f} s, of which {work:.1f} s of work\n")
    house.process.returncode = -signal.SIGKILL
    assert work < 5


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_it_ends_within_5_seconds_although_browsers_listen(
    house: House, physician: UUID, number: signal.Signals
) -> None:
    house.start()
    with ExitStack() as pages:
        visitor = pages.enter_context(house.visitor(physician))
        lines = [
            pages.enter_context(visitor.stream("GET", f"/{service}/live")).iter_lines()
            for service in ("pain_physician", "rtms_unit", "coordinator")
        ]
        assert [next(heard) for heard in lines] == ["event: ready"] * 3
        code, seconds = house.ask_to_end(number)
        assert [line for heard in lines for line in heard if line.startswith("event")] == []
    assert (code, seconds < 5) == (0, True), house.log.read_text()
    assert house.log.read_text() == f"Relais is at {house.url}\n", "quiet when all is well"


def test_it_ends_while_it_starts(house: House) -> None:
    house.launch()
    until((house.folder / "relais.lock").exists)
    code, seconds = house.ask_to_end()
    assert (code, seconds < 5) == (0, True), house.log.read_text()


def test_what_hangs_does_not_hold_it_up(tmp_path: Path) -> None:
    """A program whose part never ends, as when a mail server says nothing for minutes."""
    program = tmp_path / "hangs.py"
    program.write_text(HANGS)
    with subprocess.Popen(
        [sys.executable, str(program)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline() == "up\n"
        asked = monotonic()
        process.terminate()
        assert process.wait(60) == 0
        assert monotonic() - asked < 10
        assert "without waiting for what did not finish in time" in process.stderr.read()


HANGS = """
import threading
from contextlib import asynccontextmanager
from fastapi import FastAPI
from shared.serving import ending_well, listening, serve

@asynccontextmanager
async def lifespan(app):
    print("up", flush=True)
    yield
    threading.Event().wait()

with ending_well(), listening("127.0.0.1", 0) as listener:
    serve(FastAPI(lifespan=lifespan), listener, at_end=lambda: None)
"""


def test_two_on_one_folder_are_refused(house: House) -> None:
    house.start()
    second = House(house.folder)
    second.launch()
    assert second.process.wait(60) == 2
    assert f"another Relais is at work in the folder {house.folder}" in house.log.read_text()
    assert house.is_ready(), "the first one works on"


def test_after_a_kill_the_folder_is_free_again(house: House) -> None:
    house.start()
    house.kill()
    house.start()
    assert house.is_ready()


def test_health_is_told_without_a_sign_in(house: House) -> None:
    house.start()
    for path, status in (("/live", "alive"), ("/ready", "ready")):
        told = httpx2.get(house.url + path)
        assert (told.status_code, told.json()["status"]) == (200, status)
        head = httpx2.head(house.url + path)
        assert (head.status_code, head.content) == (200, b"")


def test_the_first_start_of_a_centre_tells_the_administrator_where_to_begin(tmp_path: Path) -> None:
    house = House(tmp_path / "new")
    try:
        house.start()
        link = (house.folder / "first-run-link").read_text().strip()
        assert link.startswith(house.url)
        assert link in house.log.read_text()
        assert (house.folder / "first-run-link").stat().st_mode & 0o077 == 0
        assert httpx2.get(link).status_code == 200
    finally:
        house.kill()
