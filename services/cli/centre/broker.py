"""A user of the queue server for each service, with no more rights than it needs."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any

from services.cli.centre.folder import MARK
from shared.backbone.bus import topology
from shared.backbone.permissions import Permissions, permissions, subscriber_permissions

VHOST = "relais"


def definitions(
    prefix: str,
    services: Mapping[str, str],
    hears: Mapping[str, Sequence[str]],
    outside: Mapping[str, str],
) -> str:
    """What RabbitMQ reads at its start: users, their rights, and the exchanges of the centre.

    `services`, `outside`: each with its password, of which only a digest is in it. `hears`: what
    a service hears besides its own. Everybody can then make a queue of his own, and nothing else.
    """
    rights = {name: permissions(prefix, name, hears.get(name, ())) for name in services}
    rights |= {name: subscriber_permissions(prefix, name) for name in outside}
    exchange, dead = topology.exchange(prefix), topology.dead_exchange(prefix)
    whole = {
        "explanation": f"{MARK}: the users of the queue server, with what each may do.",
        "vhosts": [{"name": VHOST}],
        "users": [_user(*one) for one in {**services, **outside}.items()],
        "permissions": [_permission(*one) for one in rights.items()],
        "topic_permissions": [
            topic
            for name, right in rights.items()
            for topic in (
                _topic(name, exchange, right.speaks, right.hears),
                _topic(name, dead, right.gives_up, right.gives_up),
            )
        ],
        "exchanges": [_exchange(exchange), _exchange(dead)],
    }
    return json.dumps(whole, indent=1) + "\n"


def _user(name: str, password: str) -> dict[str, Any]:
    return {
        "name": name,
        "password_hash": password_hash(name, password),
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": [],
        "limits": {},
    }


def password_hash(user: str, password: str) -> str:
    """What RabbitMQ keeps of a password: four bytes of salt and a SHA-256.

    The salt is drawn from the password, which is random: so the file is the same every time.
    """
    salt = hmac.digest(password.encode(), f"rabbitmq {user}".encode(), "sha256")[:4]
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def _permission(user: str, right: Permissions) -> dict[str, str]:
    return {
        "user": user,
        "vhost": VHOST,
        "configure": right.configure,
        "write": right.write,
        "read": right.read,
    }


def _topic(user: str, exchange: str, write: str, read: str) -> dict[str, str]:
    return {"user": user, "vhost": VHOST, "exchange": exchange, "write": write, "read": read}


def _exchange(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "vhost": VHOST,
        "type": "topic",
        "durable": True,
        "auto_delete": False,
        "internal": False,
        "arguments": {},
    }
