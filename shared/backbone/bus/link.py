"""Opens a connection to RabbitMQ on which no wait lasts for ever."""

# mypy: disable-error-code="no-untyped-call,attr-defined"
# kombu has no types; this file, `rabbit.py` and `embedded.py` are where they end.
import socket
import ssl
from collections.abc import Callable
from typing import Any

from kombu import Connection

from shared.backbone.bus.headers import forgiving

PATIENCE = 9.0
"""Seconds of silence after which an answer of the server counts as lost."""
CONNECTING = 5.0
HEARTBEAT = 20
"""Seconds; after two of them in silence the other side counts as gone."""
BETWEEN_BEATS = 0.45
"""Part of them: the server beats twice in each, and whoever is patient for longer hears that it
beats and waits on, for an answer that never comes."""
TCP_SILENCE = 10_000
"""Milliseconds; the library's one second is too short for a bad line."""


def connect(url: str, ca_file: str, on_blocked: Callable[[bool], None]) -> Any:
    """The connection of the library. `on_blocked` hears when the server is full, and no more."""
    connection = Connection(
        url,
        heartbeat=HEARTBEAT,
        connect_timeout=CONNECTING,
        ssl=_tls(ca_file) if url.startswith("amqps:") else False,
        transport_options={
            "read_timeout": PATIENCE,
            "write_timeout": PATIENCE,
            "socket_settings": {socket.TCP_USER_TIMEOUT: TCP_SILENCE},
            "frame_handler": forgiving,
            "on_blocked": lambda _: on_blocked(True),
            "on_unblocked": lambda: on_blocked(False),
        },
    )
    # Each server of a cluster is tried once; when to try again is not kombu's to decide.
    connection.ensure_connection(max_retries=url.count(";"), reraise_as_library_errors=False)
    # From here on without kombu's connection, which would open another one unasked.
    link = connection.connection
    agreed = link.heartbeat or HEARTBEAT
    link.transport.sock.settimeout(min(PATIENCE, BETWEEN_BEATS * agreed))
    # News of a full server come with everything else. The library would look for them before
    # each publish, and hang there when half a frame has arrived.
    link.client_properties.get("capabilities", {})["connection.blocked"] = False
    return link


def _tls(ca_file: str) -> dict[str, Any]:
    """Ask for the server's certificate and its name (kombu puts the address in for None)."""
    wanted = {"cert_reqs": ssl.CERT_REQUIRED, "server_hostname": None}
    return wanted | ({"ca_certs": ca_file} if ca_file else {})
