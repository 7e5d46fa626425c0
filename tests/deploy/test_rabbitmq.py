"""A real RabbitMQ is told what a centre's would be: TLS only, and each service does its own work.

The server's settings, users and rights are those of the containers; only its port is another one.
"""

import ssl
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from socket import create_connection

import pytest
from amqp import Channel, Connection, Message
from amqp.exceptions import AccessRefused, AMQPError

import services
from services.cli.centre import certificates
from shared.backbone.bus import Bus, QueueAway
from shared.clock import SystemClock
from shared.mail import KeptMailer
from shared.running import House
from shared.settings import Settings
from tests.deploy.prepared import Centre, prepared
from tests.deploy.resolved import ROOT
from tests.nodes.programs import until
from tests.nodes.rabbit import PrivateRabbit

pytestmark = [pytest.mark.nodes, pytest.mark.slow, pytest.mark.timeout(300)]

HOUSE = House(services.load_all(), Settings(), SystemClock(), KeptMailer())
SERVICES = sorted(HOUSE.hearing)
PATIENCE = 20
HERE = "127.0.0.1"


@dataclass(frozen=True)
class Server:
    """The queue server of a centre, and the ways to it."""

    node: PrivateRabbit
    centre: Centre

    def settings(self, **other: str) -> Settings:
        """Those of a worker's container, with the server where it really is."""
        told = self.centre.compose()["services"]["accounts-worker"]["environment"]
        url = str(told["RELAIS_QUEUE_URL"]).replace("@rabbitmq/", f"@{HERE}:{self.node.port}/")
        known = {
            "queue_url": url,
            "queue_password_file": self.centre.here(told["RELAIS_QUEUE_PASSWORD_FILE"]),
            "queue_ca_file": self.centre.here(told["RELAIS_QUEUE_CA_FILE"]),
        }
        return Settings(_env_file=None, **{**known, **other})  # type: ignore[arg-type]

    def bus(self, service: str, **other: str) -> Bus:
        return Bus(self.settings(**other), service, HOUSE.hearing[service])

    def channel(self, user: str, vhost: str = "relais") -> Channel:
        """What a program with the password of a service can try."""
        connection = Connection(
            host=f"{HERE}:{self.node.port}",
            userid=user,
            password=self.centre.secret(f"{user}_queue_password"),
            virtual_host=vhost,
            ssl={"ca_certs": self.centre.here("/run/secrets/ca_certificate")},
            connect_timeout=PATIENCE,
            read_timeout=PATIENCE,
            write_timeout=PATIENCE,
        )
        connection.connect()
        return connection.channel()

    def speaks_tls(self) -> bool:
        context = ssl.create_default_context(cafile=self.centre.here("/run/secrets/ca_certificate"))
        assert self.node.running.is_alive(), (self.node.folder / "console").read_text()
        with suppress(OSError), create_connection((HERE, self.node.port), 5) as client:
            context.wrap_socket(client, server_hostname=HERE).close()
            return True
        return False


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("rabbitmq")
    server = Server(PrivateRabbit(folder / "node"), prepared(folder / "centre"))
    certify_for_this_machine(server.centre)
    rules = server.centre.here((ROOT / "deploy" / "rabbitmq.conf").read_text())
    rules = rules.replace("default = 5671", f"default = 127.0.0.1:{server.node.port}")
    rules = rules.replace("disk_free_limit.absolute = 1GB", "disk_free_limit.absolute = 50MB")
    (server.node.folder / "rabbitmq.conf").write_text(rules)
    try:
        server.node.launch()
        until(server.speaks_tls, "RabbitMQ did not start")
        yield server
    finally:
        server.node.__exit__()


def certify_for_this_machine(centre: Centre) -> None:
    """The same authority signs for this machine, because no test can give it another name."""
    authority = certificates.authority(centre.secret("ca_key"), centre.secret("ca_certificate"))
    request = certificates.Request((HERE,), datetime.now(UTC))
    issued = authority.issue(request, centre.secret("rabbitmq_key"))
    (centre.folder / "secrets" / "rabbitmq_certificate").write_text(issued)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_does_its_work(server: Server, service: str) -> None:
    with closing(server.bus(service)) as bus:
        bus.tell(service, b"what is announced")
        assert bus.refused(PATIENCE) == set()
        bus.answer(service, b"a receipt")
        bus.report(service, b"positions")
        bus.beat(service, b"alive")
        bodies: set[bytes] = set()
        until(lambda: heard(bus, bodies) >= 3)
    assert {b"what is announced", b"a receipt", b"positions"} <= bodies


def heard(bus: Bus, bodies: set[bytes]) -> int:
    bodies.update(taken(bus))
    return len(bodies)


def taken(bus: Bus) -> list[bytes]:
    """The next frames, thanked for."""
    frames = bus.take(10, timeout=1)
    bus.acknowledge(frames)
    return [frame.body for frame in frames]


def test_one_service_tells_another(server: Server) -> None:
    with closing(server.bus("rtms_unit")) as unit, closing(server.bus("pain_physician")) as doctor:
        doctor.tell("rtms_unit", b"a referral")
        assert doctor.refused(PATIENCE) == set()
        until(lambda: b"a referral" in taken(unit))


def test_the_coordinator_hears_what_others_answer(server: Server) -> None:
    with closing(server.bus("coordinator")) as hearing, closing(server.bus("reminders")) as said:
        said.answer("rtms_unit", b"handled")
        until(lambda: b"handled" in taken(hearing))


FORBIDDEN: dict[str, Callable[[Channel], object]] = {
    "read what is for another": lambda c: c.basic_get("relais.accounts.v1"),
    "take what another gave up": lambda c: c.basic_get("relais.accounts.dead.v1"),
    "empty another's queue": lambda c: c.queue_purge("relais.accounts.v1"),
    "delete another's queue": lambda c: c.queue_delete("relais.accounts.v1"),
    "hear another's events": lambda c: c.queue_bind(
        "relais.interop.v1", "relais.v1", "event.accounts"
    ),
    "hear everything": lambda c: c.queue_bind("relais.interop.v1", "relais.v1", "#"),
    "make a queue of another name": lambda c: c.queue_declare("mine", durable=True),
    "delete the exchange": lambda c: c.exchange_delete("relais.v1"),
    "make an exchange": lambda c: c.exchange_declare("mine", "topic", durable=True),
    "write past the rights": lambda c: c.basic_publish_confirm(
        Message(b"forged"), exchange="", routing_key="relais.accounts.v1"
    ),
    "give a sign of life for another": lambda c: c.basic_publish_confirm(
        Message(b"forged"), exchange="relais.v1", routing_key="heartbeat.accounts"
    ),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_a_service_cannot(server: Server, what: str) -> None:
    server.bus("accounts").close()
    server.bus("interop").close()
    channel = server.channel("interop")
    with closing(channel.connection), pytest.raises(AccessRefused):
        FORBIDDEN[what](channel)


def test_nobody_comes_in_without_a_password_of_the_centre(server: Server) -> None:
    with pytest.raises(QueueAway):
        server.bus("interop", queue_password_file=server.centre.here("/run/secrets/team_key"))
    with pytest.raises(AMQPError), closing(server.channel("interop", vhost="/").connection):
        pass
    assert "guest" not in server.node.control("list_users")


def test_nobody_is_heard_without_encryption(server: Server) -> None:
    with pytest.raises(QueueAway):
        server.bus("interop", queue_url=f"amqp://{{service}}@{HERE}:{server.node.port}/relais")
    listening = server.node.control("status").partition("Listeners")[2]
    assert listening.count("purpose: AMQP") == listening.count("amqp/ssl") == 1
    assert "http" not in listening


def test_a_service_recognises_its_server(server: Server, tmp_path: Path) -> None:
    other = prepared(tmp_path)
    with pytest.raises(QueueAway):
        server.bus("interop", queue_ca_file=other.here("/run/secrets/ca_certificate"))


def test_a_changed_password_counts_when_the_definitions_are_read_again(server: Server) -> None:
    secrets = server.centre.folder / "secrets"
    old = secrets / "old"
    old.write_text(server.centre.secret("psychologist_queue_password"))
    (secrets / "psychologist_queue_password").unlink()
    assert server.centre.init().exit_code == 0
    with pytest.raises(QueueAway):
        server.bus("psychologist")
    server.node.control("import_definitions", str(secrets / "rabbitmq_definitions.json"))
    server.bus("psychologist").close()
    with pytest.raises(QueueAway):
        server.bus("psychologist", queue_password_file=str(old))
