"""A request may say much, but its beginning comes to an end."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from shared.web.arriving import LONGEST_HEAD, TOO_LONG, BoundedRequests

HEAD = b"POST /told HTTP/1.1\r\nhost: here\r\n"


async def told(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[str, int]]:
    """A server that says how long the body of a request was."""
    app = Starlette(routes=[Route("/told", told, methods=["POST"])])
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(app, http=BoundedRequests, ws="none", log_level="critical")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=[[listener]])
        thread.start()
        yield listener.getsockname()
        server.should_exit = True
        thread.join()


def answer(address: tuple[str, int], *pieces: bytes) -> str:
    """What is answered, when a request comes in these pieces and nothing comes after them."""
    with socket.create_connection(address, timeout=20) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        found = b""
        with suppress(ConnectionError):  # it hangs up while there is more to read
            for piece in pieces:
                line.sendall(piece)
            while not found.partition(b"\r\n\r\n")[2]:
                found += (part := line.recv(65536))
                if not part:
                    break
    return found.decode()


def is_given_up(found: str) -> bool:
    """A refusal, which may be lost on a line that is cut while more is sent on it."""
    return not found or (found.startswith("HTTP/1.1 400 ") and TOO_LONG in found)


@pytest.mark.parametrize(
    "piece",
    [b"x-more: " + b"a" * 1000 + b"\r\n", b"a" * 1000],
    ids=["headers without end", "one header without end"],
)
def test_a_beginning_without_end_is_given_up(address: tuple[str, int], piece: bytes) -> None:
    found = answer(address, HEAD + b"x-first: ", *[piece] * (LONGEST_HEAD // 1000 + 200))
    assert is_given_up(found)


def test_trailers_without_end_are_given_up(address: tuple[str, int]) -> None:
    begun = HEAD + b"transfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n"
    piece = b"x-more: " + b"a" * 1000 + b"\r\n"
    assert is_given_up(answer(address, begun, *[piece] * (LONGEST_HEAD // 1000 + 200)))


def test_a_long_body_is_no_long_beginning(address: tuple[str, int]) -> None:
    size = 40 * LONGEST_HEAD
    begun = HEAD + b"content-length: %d\r\n\r\n" % size
    assert answer(address, begun + b"a" * size).endswith(f"\r\n\r\n{size}")


def test_a_beginning_may_come_in_many_pieces(address: tuple[str, int]) -> None:
    whole = HEAD + b"x-more: " + b"a" * 20_000 + b"\r\ncontent-length: 2\r\n\r\nok"
    pieces = [whole[at : at + 500] for at in range(0, len(whole), 500)]
    assert answer(address, *pieces).endswith("\r\n\r\n2")
