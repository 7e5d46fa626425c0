"""What open boards cost a running house: start, memory, rest, pages in a second, and live streams.

python -m tests.benchmarks.boards [--boards 50] [--streams 2000] [--open 2000]
"""

import argparse
import asyncio
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from uuid import UUID

import httpx2

import services
from services.cli.preparing import bring_up_to_date
from shared.access.sign_in import SignIn, cookie_name, written
from shared.clock import SystemClock
from shared.identifiers import new_id
from shared.settings import Settings
from tests.benchmarks.office import Office, Size
from tests.clinic import DAY, Clinic
from tests.processes.house import free_port

BOARD, NOW, LIVE = "/coordinator/board", "/coordinator/board/now", "/coordinator/live"
AT_ONCE, ASKED = 16, 1600
REST_SECONDS, TIMES = 20, 10
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Browser:
    """One connection that is kept, and asks for one page again and again."""

    port: int
    cookie: str
    etag: str = ""
    status: int = 0
    lines: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, path: str, method: str = "GET", body: bytes = b"", kind: str = "") -> bytes:
        reader, writer = await self._lines()
        writer.write(self._head(path, method, body, kind) + body)
        headers = await self._read_head(reader)
        self.status = int(headers[""].split()[1])
        self.etag = headers.get("etag", self.etag)
        return await reader.readexactly(int(headers.get("content-length", 0)))

    async def listen(self) -> asyncio.StreamReader:
        """A live stream, which has said that it is ready."""
        reader, writer = await self._lines()
        writer.write(self._head(LIVE, "GET", b"", ""))
        await self._read_head(reader)
        await reader.readuntil(b"event: ready")
        return reader

    async def _lines(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self.lines is None:
            self.lines = await asyncio.open_connection("127.0.0.1", self.port)
        return self.lines

    def _head(self, path: str, method: str, body: bytes, kind: str) -> bytes:
        said = {
            "host": "127.0.0.1",
            "cookie": self.cookie,
            "if-none-match": self.etag,
            "sec-fetch-site": "same-origin",
            "content-type": kind,
            "content-length": str(len(body)) if body else "",
        }
        lines = [f"{name}: {value}\r\n" for name, value in said.items() if value]
        return f"{method} {path} HTTP/1.1\r\n{''.join(lines)}\r\n".encode()

    @staticmethod
    async def _read_head(reader: asyncio.StreamReader) -> dict[str, str]:
        first, *rest = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
        return {"": first} | {k.lower(): v for k, _, v in (line.partition(": ") for line in rest)}


@dataclass
class House:
    """A `relais up` on files that were filled before."""

    folder: Path
    process: subprocess.Popen[bytes]
    port: int
    people: dict[str, UUID] = field(default_factory=dict)

    def browser(self, role: str = "coordinator") -> Browser:
        settings, now = Settings(data_dir=self.folder), SystemClock().now()
        value = written(settings, SignIn(new_id(), self.people[role], now, now + DAY))
        return Browser(self.port, f"{cookie_name(settings)}={value}")

    def worked(self) -> float:
        """Seconds of a core that it has used."""
        parts = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").split()
        return (int(parts[13]) + int(parts[14])) / TICKS

    def memory(self) -> float:
        """MB that are its own or shared."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text("ascii").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        return 0.0


def tell(what: str, figures: str) -> None:
    sys.stdout.write(f"{what:44} {figures}\n")
    sys.stdout.flush()


def main() -> None:
    """Fill a house, start it, and measure one thing after the other."""
    orders = argparse.ArgumentParser(description=__doc__)
    for name, default in (("boards", 50), ("streams", 2000), ("open", 2000)):
        orders.add_argument(f"--{name}", type=int, default=default)
    order = orders.parse_args()
    resource.setrlimit(resource.RLIMIT_NOFILE, (8192, 8192))
    with TemporaryDirectory() as folder:
        people = _fill(Path(folder), order.open)
        for _ in range(2):  # the first start also makes what Python keeps of its files
            with house(Path(folder), people) as running:
                pass
        with house(Path(folder), people, told=True) as running:
            _at_rest(running)
            asyncio.run(_pages(running))
            asyncio.run(_boards(running, order.boards))
            asyncio.run(_streams(running, order.streams))
            tell("memory after all that", f"{running.memory():.0f} MB")


def _fill(folder: Path, many: int) -> dict[str, UUID]:
    settings = Settings(data_dir=folder)
    bring_up_to_date(services.load_all(), settings)
    clinic = Clinic(folder, settings)
    clinic.clock.set(SystemClock().now())
    clinic.staff()
    Office(Size(many, many, 10 * many), clinic.now).fill(clinic.team["coordinator"].engine)
    clinic.close()
    return {role: getattr(clinic, role) for role in ("coordinator", "physician")}


@contextmanager
def house(folder: Path, people: dict[str, UUID], *, told: bool = False) -> Iterator[House]:
    command = [sys.executable, "-m", "services.cli", "up", "--data", str(folder), "--port"]
    begun = perf_counter()
    with _started(command, folder, people) as running:
        if told:
            tell(
                "start, until it answers",
                f"{perf_counter() - begun:.2f} s, {running.worked():.2f} s of a core",
            )
        yield running


@contextmanager
def _started(command: list[str], folder: Path, people: dict[str, UUID]) -> Iterator[House]:
    """A server of its own, which is told its port last."""
    port = free_port()
    process = subprocess.Popen([*command, str(port)], stdout=subprocess.DEVNULL)
    try:
        while not _answers(port):
            sleep(0.01)
        yield House(folder, process, port, people)
    finally:
        process.terminate()
        process.wait()


def _answers(port: int) -> bool:
    try:
        return httpx2.get(f"http://127.0.0.1:{port}/live", timeout=5).status_code == httpx2.codes.OK
    except httpx2.TransportError:
        return False


def _at_rest(running: House) -> None:
    sleep(3)
    before = running.worked()
    sleep(REST_SECONDS)
    share = (running.worked() - before) / REST_SECONDS
    tell("at rest", f"{running.memory():.0f} MB, {share:.1%} of a core")


async def _pages(running: House) -> None:
    command = [sys.executable, "-m", "tests.benchmarks.plain"]
    with _started(command, running.folder, running.people) as bare:
        least = await _asked(bare, "bare Starlette, a line of text", "/plain", keeps=False)
    for what, path, keeps in (
        ("board, the whole page", BOARD, False),
        ("board, the part that refreshes", NOW, False),
        ("board, unchanged (304)", NOW, True),
    ):
        await _asked(running, what, path, keeps=keeps, least=least)


async def _asked(running: House, what: str, path: str, *, keeps: bool, least: float = 0.0) -> float:
    """Ask again and again; seconds of a core for each answer."""
    browsers = [running.browser() for _ in range(AT_ONCE)]
    seconds: list[float] = []
    before, begun = running.worked(), perf_counter()
    await asyncio.gather(*(_again(one, path, keeps, seconds) for one in browsers))
    passed, work = perf_counter() - begun, (running.worked() - before) / len(seconds)
    middle, slow = (quantiles(seconds, n=20)[one] * 1000 for one in (9, 18))
    ratio = f", {work / least:.1f} times the bare one" if least else ""
    tell(
        what,
        f"{len(seconds) / passed:.0f}/s, {work * 1e6:.0f} us of a core each{ratio},"
        f" p50 {middle:.1f} ms, p95 {slow:.1f} ms",
    )
    return work


async def _again(browser: Browser, path: str, keeps: bool, seconds: list[float]) -> None:
    for _ in range(ASKED // AT_ONCE):
        if not keeps:
            browser.etag = ""
        begun = perf_counter()
        await browser.ask(path)
        seconds.append(perf_counter() - begun)


async def _boards(running: House, many: int) -> None:
    """A physician registers and refers somebody: until all open boards show the new row."""
    pairs = [(running.browser(), running.browser()) for _ in range(many)]
    ears = [await listening.listen() for listening, _ in pairs]
    await asyncio.gather(*(page.ask(NOW) for _, page in pairs))
    before, begun, shown = running.worked(), perf_counter(), []
    for number in range(TIMES):
        family = f"Zahir{number}"
        changed = perf_counter()
        await _refer(running, family)
        answered = perf_counter()
        await asyncio.gather(
            *(_until(page, ear, family.upper()) for (_, page), ear in zip(pairs, ears, strict=True))
        )
        shown.append((perf_counter() - answered, perf_counter() - changed))
        await asyncio.sleep(2)
    share = (running.worked() - before) / (perf_counter() - begun)
    last, whole = (median(one) for one in zip(*shown, strict=True))
    tell(
        f"{many} boards, a new row on all of them",
        f"{last * 1000:.0f} ms after the answer ({whole * 1000:.0f} ms with the request),"
        f" {share:.1%} of a core at an event in two seconds",
    )


async def _until(page: Browser, ear: asyncio.StreamReader, family: str) -> None:
    """As live.js does: each time it is told, it fetches the part again."""
    shown = b""
    while family.encode() not in shown:
        await ear.readuntil(b"event: changed")
        shown = await page.ask(NOW)


async def _refer(running: House, family: str) -> None:
    api, kind, physician = "/pain_physician/api", "application/json", running.browser("physician")
    person = f'{{"family": "{family}", "given": "O", "birth_date": "1960-02-03"}}'.encode()
    made = httpx2.Response(
        200, content=await physician.ask(f"{api}/patients", "POST", person, kind)
    )
    entry = b'{"performer": "rtms_unit", "urgency": "emergency", "question": "Is it possible?"}'
    await physician.ask(f"{api}/patients/{made.json()['id']}/referrals", "POST", entry, kind)


async def _streams(running: House, many: int) -> None:
    browsers = [running.browser() for _ in range(many)]
    ears: list[asyncio.StreamReader] = []
    for first in range(0, many, 100):
        some = browsers[first : first + 100]
        ears += await asyncio.gather(*(one.listen() for one in some))
    await asyncio.sleep(3)
    memory, before = running.memory(), running.worked()
    await asyncio.sleep(5)
    idle = (running.worked() - before) / 5
    told = []
    for number in range(TIMES):
        begun = perf_counter()
        waiting = [asyncio.ensure_future(ear.readuntil(b"event: changed")) for ear in ears]
        await _refer(running, f"Younes{number}")
        await asyncio.gather(*waiting)
        told.append(perf_counter() - begun)
        await asyncio.sleep(2)
    middle = median(told)
    tell(
        f"{many} live streams",
        f"all told {middle * 1000:.0f} ms after the request began, {memory:.0f} MB,"
        f" {idle:.1%} of a core while nothing happens",
    )


if __name__ == "__main__":
    main()
