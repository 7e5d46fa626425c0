"""The wire does to bytes what a test orders, and nothing else."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.nodes import Proxy


def answer(client: socket.socket) -> None:
    with client, suppress(OSError):
        while data := client.recv(65536):
            client.sendall(data)


def welcome(server: socket.socket) -> None:
    with suppress(OSError):
        while True:
            client, _ = server.accept()
            threading.Thread(target=answer, args=(client,), daemon=True).start()


@pytest.fixture
def echo() -> Iterator[str]:
    """A server that says everything again."""
    server = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=welcome, args=(server,), daemon=True).start()
    yield f"127.0.0.1:{server.getsockname()[1]}"
    server.shutdown(socket.SHUT_RDWR)
    server.close()


@pytest.fixture
def wire(echo: str) -> Iterator[Proxy]:
    with Proxy(echo) as wire:
        yield wire


@pytest.fixture
def client(wire: Proxy) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", wire.port)) as client:
        client.settimeout(30)
        yield client


def heard(client: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count and (more := client.recv(count - len(data))):
        data += more
    return data


def everything(client: socket.socket) -> bytes:
    """What arrives until the connection breaks."""
    data = b""
    with suppress(ConnectionResetError):
        while more := client.recv(10):
            data += more
        raise AssertionError("the connection ended in order")
    return data


def nothing_comes(client: socket.socket) -> bool:
    client.settimeout(0.3)
    try:
        client.recv(1)
    except TimeoutError:
        return True
    finally:
        client.settimeout(30)
    return False


def test_a_whole_wire_changes_nothing(wire: Proxy, client: socket.socket) -> None:
    long = bytes(range(256)) * 4000
    threading.Thread(target=client.sendall, args=(long,)).start()
    assert heard(client, len(long)) == long
    assert wire.to_server.passed == wire.to_client.passed == len(long)


def test_what_was_held_arrives_later_and_whole(wire: Proxy, client: socket.socket) -> None:
    wire.to_client.hold()
    client.sendall(b"late")
    assert nothing_comes(client)
    wire.heal()
    assert heard(client, 4) == b"late"


def test_a_black_hole_takes_everything_and_the_connection_stays(
    wire: Proxy, client: socket.socket
) -> None:
    wire.to_server.swallow()
    client.sendall(b"gone")
    assert nothing_comes(client)
    wire.heal()
    client.sendall(b"here")
    assert heard(client, 4) == b"here"
    assert wire.to_server.swallowed == 4


def test_the_server_does_not_hear_that_a_client_left_a_silent_wire() -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        address = f"127.0.0.1:{door.getsockname()[1]}"
        with Proxy(address) as wire, socket.create_connection(("127.0.0.1", wire.port)) as client:
            server, _ = door.accept()
            with server:
                client.sendall(b"x")
                assert heard(server, 1) == b"x"
                wire.to_server.swallow()
                client.close()
                assert nothing_comes(server)


def test_a_wire_is_cut_after_so_many_bytes(wire: Proxy, client: socket.socket) -> None:
    wire.to_client.cut_after(3)
    client.sendall(b"message")
    assert everything(client) in (b"mes", b"")  # a reset may overtake the bytes before it
    assert wire.to_client.passed == 3


def test_a_wire_is_cut_in_the_middle_of_a_message(wire: Proxy, client: socket.socket) -> None:
    wire.to_server.cut_at(b"ACK")
    client.sendall(b"one")
    assert heard(client, 3) == b"one"
    client.sendall(b"two ACK three")
    everything(client)
    assert wire.to_server.passed == len(b"onetwo ")


def test_only_the_pieces_with_a_mark_vanish(wire: Proxy, client: socket.socket) -> None:
    wire.to_client.drop(b"ACK")
    client.sendall(b"ACK")
    assert nothing_comes(client)
    client.sendall(b"go on")
    assert heard(client, 5) == b"go on"


def test_a_slow_wire_is_only_slow(wire: Proxy, client: socket.socket) -> None:
    wire.to_client.slow_down(0.2)
    client.sendall(b"slow")
    assert heard(client, 4) == b"slow"


def test_after_a_reset_one_can_connect_again(wire: Proxy, client: socket.socket) -> None:
    client.sendall(b"x")
    assert heard(client, 1) == b"x"
    wire.reset()
    with pytest.raises(ConnectionResetError):
        client.recv(1)
    with socket.create_connection(("127.0.0.1", wire.port)) as another:
        another.sendall(b"again")
        assert heard(another, 5) == b"again"


def test_nobody_behind_the_wire_is_as_nobody_at_all() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with (
        Proxy(f"127.0.0.1:{port}") as wire,
        socket.create_connection(("127.0.0.1", wire.port)) as c,
    ):
        c.settimeout(30)
        assert c.recv(1) == b""
