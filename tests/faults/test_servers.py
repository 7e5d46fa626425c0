"""Servers and processes are killed, frozen and cut off while two services exchange events."""

# mypy: disable-error-code="attr-defined,no-untyped-call"
import random
import shutil
from collections.abc import Callable
from threading import Event

import pytest
from kombu import Connection

from shared.backbone.bus import topology
from tests.faults.town import SERVICES, Client, Practice, Town
from tests.torture import scaled

pytestmark = [pytest.mark.nodes, pytest.mark.slow, pytest.mark.timeout(scaled(1200, 36_000))]

Fault = Callable[[Town, Client], None]
BASIC_ACK = b"\x00\x3c\x00\x50"
ROUNDS = scaled(1, 60)
A_MOMENT, LONGER = 1.0, scaled(3, 15)
_WAIT = Event()


def rabbitmq_is_killed(town: Town, client: Client) -> None:
    town.rabbit.kill()
    client.works_on()
    town.rabbit.start()


def rabbitmq_is_stopped_in_order(town: Town, client: Client) -> None:
    town.rabbit.stop()
    client.works_on()
    town.rabbit.start()


def rabbitmq_loses_its_disk(town: Town, client: Client) -> None:
    town.rabbit.kill()
    shutil.rmtree(town.rabbit.folder / "data")
    town.rabbit.start()
    client.works_on()


def rabbitmq_freezes(town: Town, client: Client) -> None:
    town.rabbit.freeze()
    client.works_on()
    _WAIT.wait(LONGER)
    town.rabbit.resume()


def rabbitmq_has_no_memory_left(town: Town, client: Client) -> None:
    town.rabbit.alarm(True)
    client.works_on(30)
    town.rabbit.alarm(False)


def a_queue_never_answers_again(town: Town, client: Client) -> None:
    """As it happens after a kill: the server is well, and one of its queues has no leader."""
    queue = topology.queue(town.name, "answerer")
    town.rabbit.control("eval", f"sys:suspend('%2F_{queue}').")
    town.wires["answerer"].reset()
    client.works_on()


def queues_are_deleted(town: Town, client: Client) -> None:
    with Connection(town.rabbit.url) as connection:
        for service in SERVICES:
            connection.default_channel.queue_delete(topology.queue(town.name, service))
            client.works_on()


def bindings_are_deleted(town: Town, client: Client) -> None:
    with Connection(town.rabbit.url) as connection:
        for service in SERVICES:
            connection.default_channel.queue_unbind(
                topology.queue(town.name, service),
                topology.exchange(town.name),
                f"{topology.EVENT}.{service}",
            )
            client.works_on()


def the_exchange_is_deleted(town: Town, client: Client) -> None:
    with Connection(town.rabbit.url) as connection:
        connection.default_channel.exchange_delete(topology.exchange(town.name))
    client.works_on()


def connections_are_reset(town: Town, client: Client) -> None:
    for service in SERVICES:
        town.wires[service].reset()
        client.works_on()


def the_wire_is_a_black_hole(town: Town, client: Client) -> None:
    for wire in town.wires.values():
        wire.to_server.swallow()
        wire.to_client.swallow()
    client.works_on()
    _WAIT.wait(A_MOMENT)
    for wire in town.wires.values():
        wire.reset()
        wire.heal()


def the_wire_is_half_open(town: Town, client: Client) -> None:
    town.wires["asker"].to_client.swallow()
    town.wires["answerer"].to_server.swallow()
    client.works_on()
    _WAIT.wait(LONGER)
    for wire in town.wires.values():
        wire.heal()


def the_wire_is_slow(town: Town, client: Client) -> None:
    for wire in town.wires.values():
        wire.to_server.slow_down(0.1)
        wire.to_client.slow_down(0.1)
    client.works_on(30)
    for wire in town.wires.values():
        wire.heal()


def the_wire_is_cut_within_frames(town: Town, client: Client) -> None:
    for _ in range(4):
        for wire in town.wires.values():
            wire.to_server.cut_after(random.randrange(1, 4000))  # noqa: S311
            client.works_on()
            wire.to_client.cut_after(random.randrange(1, 4000))  # noqa: S311
            client.works_on()
    for wire in town.wires.values():
        wire.heal()


def confirms_are_lost(town: Town, client: Client) -> None:
    wire = town.wires["asker"]
    wire.to_client.drop(BASIC_ACK)
    client.works_on(30)
    wire.heal()


def a_confirm_comes_late(town: Town, client: Client) -> None:
    wire = town.wires["asker"]
    wire.to_client.hold()
    client.works_on(30)
    _WAIT.wait(A_MOMENT)
    wire.heal()


def services_are_killed(town: Town, client: Client) -> None:
    for practice in _in_any_order(town, scaled(4, 40)):
        practice.kill()
        practice.start()
        client.works_on(random.randrange(1, 20))  # noqa: S311


def everything_is_killed(town: Town, client: Client) -> None:
    town.rabbit.kill()
    town.postgres.kill()
    for practice in (town.asker, town.answerer):
        practice.kill()
    town.postgres.start()
    for practice in (town.asker, town.answerer):
        practice.start()
    client.works_on()
    town.rabbit.start()


def a_service_freezes(town: Town, client: Client) -> None:
    town.answerer.freeze()
    client.works_on(50)
    _WAIT.wait(LONGER)
    town.answerer.resume()


def postgres_is_killed(town: Town, client: Client) -> None:
    town.postgres.kill()
    town.postgres.start()
    client.works_on()


def postgres_is_stopped_at_once(town: Town, client: Client) -> None:
    town.postgres.stop_at_once()
    town.postgres.start()
    client.works_on()


def a_backend_of_postgres_is_killed(town: Town, client: Client) -> None:
    for _ in range(3):
        town.postgres.kill_backend()
        client.works_on()


def lines_to_the_databases_are_cut(town: Town, client: Client) -> None:
    """Also in the middle of a commit, of which nobody then knows whether it happened."""
    for _ in range(6):
        for line in town.lines.values():
            line.to_client.cut_after(random.randrange(1, 3000))  # noqa: S311
            client.works_on(3)
            line.to_server.cut_after(random.randrange(1, 3000))  # noqa: S311
            client.works_on(3)
    for line in town.lines.values():
        line.heal()


def a_line_to_a_database_is_a_black_hole(town: Town, client: Client) -> None:
    """Until somebody between them forgets the connection; what was under way is unknown."""
    for line in town.lines.values():
        line.to_server.swallow()
        line.to_client.swallow()
    _WAIT.wait(A_MOMENT)
    for line in town.lines.values():
        line.reset()
        line.heal()
    client.works_on()


def postgres_freezes(town: Town, client: Client) -> None:
    town.postgres.freeze()
    _WAIT.wait(A_MOMENT)
    town.postgres.resume()
    client.works_on()


def _in_any_order(town: Town, count: int) -> list[Practice]:
    return random.choices([town.asker, town.answerer], k=count)  # noqa: S311


FAULTS: list[Fault] = [
    rabbitmq_is_killed,
    rabbitmq_is_stopped_in_order,
    rabbitmq_loses_its_disk,
    rabbitmq_freezes,
    rabbitmq_has_no_memory_left,
    a_queue_never_answers_again,
    queues_are_deleted,
    bindings_are_deleted,
    the_exchange_is_deleted,
    connections_are_reset,
    the_wire_is_a_black_hole,
    the_wire_is_half_open,
    the_wire_is_slow,
    the_wire_is_cut_within_frames,
    confirms_are_lost,
    a_confirm_comes_late,
    services_are_killed,
    a_service_freezes,
    postgres_is_killed,
    postgres_is_stopped_at_once,
    a_backend_of_postgres_is_killed,
    lines_to_the_databases_are_cut,
    a_line_to_a_database_is_a_black_hole,
    postgres_freezes,
    everything_is_killed,
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_nothing_is_lost_doubled_or_reordered_when(fault: Fault, town: Town) -> None:
    for _ in range(ROUNDS):
        with town.busy() as client:
            fault(town, client)
        town.settles()
