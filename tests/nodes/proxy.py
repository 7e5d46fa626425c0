"""A wire between a client and a server that a test can slow down, cut and silence."""

import socket
import struct
import threading
from contextlib import suppress
from typing import Self
from urllib.parse import urlsplit

_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER without a wait: closing such a socket says 'reset' instead of 'the end'."""


class Cut(Exception):
    """The connection ends here."""


class Way:
    """One direction of the wire. What a test orders holds for what arrives from then on."""

    def __init__(self) -> None:
        self.passed, self.swallowed = 0, 0
        self._cut_after: int | None = None
        self._cut_at: bytes | None = None
        self._drop: bytes | None = None
        self._delay, self._swallow = 0.0, False
        self._open, self._never = threading.Event(), threading.Event()
        self._open.set()

    def heal(self) -> None:
        """Pass on everything, at once; what was held follows."""
        self._cut_after = self._cut_at = self._drop = None
        self._delay, self._swallow = 0.0, False
        self._open.set()

    def slow_down(self, seconds: float) -> None:
        """Each piece arrives so much later."""
        self._delay = seconds

    def hold(self) -> None:
        """Nothing arrives, and nothing is lost: it comes when the wire is healed."""
        self._open.clear()

    def swallow(self) -> None:
        """A black hole: everything is taken and nothing arrives."""
        self._swallow = True

    def drop(self, mark: bytes) -> None:
        """Pieces that hold this mark vanish, the others pass."""
        self._drop = mark

    def cut_after(self, count: int) -> None:
        """After so many bytes the connection breaks, wherever in a message that is."""
        self._cut_after = count

    def cut_at(self, mark: bytes) -> None:
        """The connection breaks in the middle of the message that holds this mark."""
        self._cut_at = mark

    def carry(self, data: bytes, to: socket.socket) -> None:
        """Do to these bytes what was ordered; `Cut` when the connection is to break."""
        if self._delay:
            self._never.wait(self._delay)
        self._open.wait()
        if self._swallow or (self._drop and self._drop in data):
            self.swallowed += len(data)
            return
        whole = self._until_cut(data)
        self.passed += len(whole)
        to.sendall(whole)
        if len(whole) < len(data) or self._cut_after == 0:
            self._cut_after = self._cut_at = None
            raise Cut

    def finish(self, to: socket.socket) -> None:
        """One side has ended; the other hears of it unless the wire says nothing."""
        self._open.wait()
        if not self._swallow:
            to.shutdown(socket.SHUT_WR)

    @property
    def is_silent(self) -> bool:
        return self._swallow

    def _until_cut(self, data: bytes) -> bytes:
        if self._cut_after is not None:
            data = data[: self._cut_after]
            self._cut_after -= len(data)
        elif self._cut_at and (place := data.find(self._cut_at)) >= 0:
            data = data[:place]
        return data


class Proxy:
    """Listens on a port of its own and passes everything on to the target, both ways."""

    def __init__(self, target: str) -> None:
        """`target`: an address such as amqp://user@host:5672// or host:5672."""
        place = urlsplit(target if "//" in target else f"//{target}")
        self._target = (place.hostname or "", place.port or 0)
        self._url = place
        self.to_server, self.to_client = Way(), Way()
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._door.getsockname()[1])
        self._closed = False

    @property
    def url(self) -> str:
        """The target's address, by way of this wire."""
        user = self._url.netloc.rpartition("@")[0]
        place = f"{user}@127.0.0.1:{self.port}" if user else f"127.0.0.1:{self.port}"
        return self._url._replace(netloc=place).geturl()

    def __enter__(self) -> Self:
        threading.Thread(target=self._welcome, name="wire", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closed = True
        with suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self.heal()
        self.reset()

    def heal(self) -> None:
        self.to_server.heal()
        self.to_client.heal()

    def reset(self) -> None:
        """Break every connection at once, as a firewall that forgot them does."""
        pairs, self._pairs = self._pairs, []
        for pair in pairs:
            _break(pair)

    def _welcome(self) -> None:
        while not self._closed:
            try:
                client, _ = self._door.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(self._target, 10)
            except OSError:
                client.close()
                continue
            server.settimeout(None)
            self._connect(client, server)

    def _connect(self, client: socket.socket, server: socket.socket) -> None:
        self._pairs.append((client, server))
        for source, to, way in ((client, server, self.to_server), (server, client, self.to_client)):
            thread = threading.Thread(
                target=_pump, args=(source, to, way), name="wire", daemon=True
            )
            thread.start()


def _pump(source: socket.socket, to: socket.socket, way: Way) -> None:
    """Carry bytes until one side ends, or the wire is cut."""
    try:
        while data := source.recv(65536):
            way.carry(data, to)
        way.finish(to)
    except Cut:
        _break((source, to))
    except OSError:
        _break((source,) if way.is_silent else (source, to))


def _break(ends: tuple[socket.socket, ...]) -> None:
    for end in ends:
        with suppress(OSError):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            # This wakes the thread that waits in `recv`; until then nothing would be closed.
            end.shutdown(socket.SHUT_RD)
        end.close()
