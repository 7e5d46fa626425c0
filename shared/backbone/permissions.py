"""What the queue server lets each service do: its own queue, and its own words to the others.

A service cannot read what is for another, nor speak with another's voice. What is not said here is
refused by RabbitMQ itself, whatever a program with the service's password tries.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from shared.backbone.bus import topology

NAME = "[a-z][a-z_]*"


@dataclass(frozen=True)
class Permissions:
    """Regular expressions, as `rabbitmqctl set_permissions` and `set_topic_permissions` take them.

    `configure`, `write`, `read`: names of queues and exchanges. The topics are routing keys:
    `speaks` and `hears` on the exchange of the centre, `gives_up` on the one of dead letters.
    """

    configure: str
    write: str
    read: str
    speaks: str
    hears: str
    gives_up: str


def permissions(prefix: str, service: str, hears: Sequence[str] = ()) -> Permissions:
    """All that the user of one service needs; `hears` are its routing keys besides its own."""
    own = [topology.queue(prefix, service), topology.dead_queue(prefix, service)]
    exchanges = [topology.exchange(prefix), topology.dead_exchange(prefix)]
    words = f"({topology.EVENT}|{topology.RECEIPT}|{topology.POSITIONS})"
    return Permissions(
        configure=_any_of(own),
        write=_any_of(own + exchanges),
        read=_any_of(own + exchanges),
        speaks=rf"^({words}\.{NAME}|{topology.HEARTBEAT}\.{re.escape(service)})$",
        hears=_any_of([*topology.own_keys(service), *hears]),
        gives_up=_any_of([service]),
    )


def subscriber_permissions(prefix: str, subscriber: str) -> Permissions:
    """All that a system from outside needs: it hears its own events, and sends receipts for them.

    Its queues are made by the centre or by itself; it announces nothing and beats for nobody.
    """
    own = permissions(prefix, subscriber)
    answers = f"({topology.RECEIPT}|{topology.POSITIONS})"
    return Permissions(
        configure=own.configure,
        write=own.write,
        read=own.read,
        speaks=rf"^{answers}\.{NAME}$",
        hears=_any_of([f"{topology.EVENT}.{subscriber}"]),
        gives_up=own.gives_up,
    )


def _any_of(names: Sequence[str]) -> str:
    return f"^({'|'.join(map(re.escape, names))})$"
