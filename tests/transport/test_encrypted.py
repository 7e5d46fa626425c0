"""The line to the queue server is encrypted, and only a server of the right name is spoken to."""

import asyncio
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

import pytest

from services.cli.centre.certificates import Request, authority, new_authority, new_key
from shared.backbone.bus import Bus, QueueAway, link
from shared.settings import Settings
from tests.nodes.proxy import Proxy
from tests.transport.taking import take

pytestmark = [pytest.mark.broker, pytest.mark.slow]
Open = Callable[[Settings, str], Bus]


class Front:
    """Takes off the encryption, and passes everything on to the queue server behind it."""

    def __init__(self, context: ssl.SSLContext, target: str) -> None:
        place = urlsplit(target)
        self._target = place.hostname, place.port
        self._context = context
        self._loop = asyncio.new_event_loop()
        self.port = 0

    @contextmanager
    def open(self) -> Iterator["Front"]:
        ready = threading.Event()
        thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        thread.start()
        assert ready.wait(30)
        try:
            yield self
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            thread.join(30)

    def _run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        serving = asyncio.start_server(self._welcome, "127.0.0.1", 0, ssl=self._context)
        server = self._loop.run_until_complete(serving)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        self._loop.run_forever()
        server.close()
        self._loop.run_until_complete(self._end())
        self._loop.close()

    async def _end(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        back_reader, back_writer = await asyncio.open_connection(*self._target)
        try:
            await asyncio.gather(self._pump(reader, back_writer), self._pump(back_reader, writer))
        finally:
            for end in (writer, back_writer):
                end.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.transport.abort()


@dataclass
class Centre:
    """The authority of a centre, and servers that it has given a certificate for a name."""

    folder: Path
    settings: Settings

    def __post_init__(self) -> None:
        self._key, self._now = new_key(), datetime.now(UTC)
        self.ca_file = self.folder / "authority.pem"
        self.ca_file.write_text(new_authority(self._key, self._now))

    @contextmanager
    def server(self, name: str) -> Iterator[Front]:
        key, file = new_key(), self.folder / f"{name}.pem"
        signed_by = authority(self._key, self.ca_file.read_text())
        file.write_text(key + signed_by.issue(Request((name,), self._now), key))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        with Front(context, self.settings.queue_url).open() as front:
            yield front

    def through(self, front: Front | Proxy, scheme: str = "amqps") -> Settings:
        place = urlsplit(self.settings.queue_url)
        user = place.netloc.rpartition("@")[0]
        url = place._replace(scheme=scheme, netloc=f"{user}@127.0.0.1:{front.port}").geturl()
        return self.settings.model_copy(update={"queue_url": url, "queue_ca_file": self.ca_file})


@pytest.fixture
def centre(server: Settings, tmp_path: Path) -> Centre:
    return Centre(tmp_path, server)


def test_services_speak_through_an_encrypted_line(centre: Centre, opened: Open) -> None:
    with centre.server("127.0.0.1") as front:
        asker, answerer = (opened(centre.through(front), name) for name in ("asker", "answerer"))
        for body in (b"[]", b"x" * 300_000):
            asker.tell("answerer", body)
            assert asker.refused(30) == set()
            assert take(answerer, 1) == [body]
        asker.close()
        answerer.close()


def test_a_server_of_another_name_is_not_spoken_to(centre: Centre) -> None:
    """kombu checks who signed a certificate, and not whose it is, unless it is told to."""
    with (
        centre.server("another.example") as front,
        pytest.raises(QueueAway, match="SSLCertVerificationError"),
    ):
        Bus(centre.through(front), "asker")


def test_a_server_that_a_stranger_vouches_for_is_not_spoken_to(
    centre: Centre, tmp_path: Path
) -> None:
    (tmp_path / "stranger").mkdir()
    stranger = Centre(tmp_path / "stranger", centre.settings)
    with (
        stranger.server("127.0.0.1") as front,
        pytest.raises(QueueAway, match="SSLCertVerificationError"),
    ):
        Bus(centre.through(front), "asker")


def test_without_encryption_an_encrypted_server_is_left_in_time(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link, "CONNECTING", 1.0)
    with centre.server("127.0.0.1") as front, pytest.raises(QueueAway, match="cannot be reached"):
        Bus(centre.through(front, scheme="amqp"), "asker")


def test_an_encrypted_line_to_a_dead_server_is_left_at_once(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even what only drops a line would wait for the farewell of the other side."""
    monkeypatch.setattr(link, "PATIENCE", 60.0)
    with (
        centre.server("127.0.0.1") as front,
        Proxy(centre.through(front).queue_url) as wire,
    ):
        asker = Bus(centre.through(wire), "asker")
        wire.to_client.hold()
        asker.tell("asker", b"[]")
        begun = monotonic()
        asker.close()
        assert monotonic() - begun < link.PATIENCE / 2
