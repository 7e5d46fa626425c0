"""Completes a centre: every password, certificate and list that its containers need."""

from collections.abc import Iterable, Mapping

from services.cli.centre import answers, broker, certificates, containers, databases
from services.cli.centre.folder import CentreFolder
from shared.identifiers import new_secret
from shared.running import House
from shared.sealing import new_team_key

COMPOSE, SECRETS = "docker-compose.yml", "secrets/"
SUBSCRIBERS = f"{SECRETS}subscribers.toml"
NO_SUBSCRIBERS = "# Systems outside the team that hear events. There is none yet.\n"
STAYS_OUTSIDE = "ca_key"
"""The key that signs certificates never enters a container."""


def complete(folder: CentreFolder, house: House, said: Mapping[str, str]) -> None:
    """Make what is missing, renew what grows old, and bring up to date what follows from it.

    `said`: every answer, as it must stand in `.env`.
    """
    folder.derive(answers.FILE, answers.with_answers(folder.read(answers.FILE), said))
    _keep_secrets(folder, house, said["CENTRE_ADDRESS"])
    write_containers(folder, house)


def write_containers(folder: CentreFolder, house: House) -> None:
    """Bring the containers of the services in the compose file up to date, and nothing else."""
    nowhere = CentreFolder(folder.root / "nowhere", folder.owner, writes=False)
    _keep_secrets(nowhere, house, "localhost")
    kept_out = {STAYS_OUTSIDE, *(f"{one.name}_queue_password" for one in house.outside)}
    mounted = {name.removeprefix(SECRETS) for name in nowhere.seen} - kept_out
    plates = house.directory.plates
    compose = containers.with_containers(folder.read(COMPOSE), plates, mounted)
    folder.derive(COMPOSE, compose, secret=False)


def _keep_secrets(folder: CentreFolder, house: House, address: str) -> None:
    _keep_what_all_share(folder)
    _certify(folder, house, address)
    names = [plate.name for plate in house.directory.plates]
    database = _passwords(folder, names, "database")
    folder.derive(f"{SECRETS}databases.sql", databases.script(database))
    queue = _passwords(folder, names, "queue")
    outside = _passwords(folder, [one.name for one in house.outside], "queue")
    prefix = house.settings.queue_prefix
    definitions = broker.definitions(prefix, queue, house.hearing, outside)
    folder.derive(f"{SECRETS}rabbitmq_definitions.json", definitions)


def _keep_what_all_share(folder: CentreFolder) -> None:
    folder.keep(f"{SECRETS}team_key", new_team_key)
    folder.keep(f"{SECRETS}metrics_token", new_secret)
    folder.keep(f"{SECRETS}postgres_password", new_secret)
    # Empty as long as the mail server asks for none, and there is no such system.
    folder.keep(f"{SECRETS}smtp_password", str, good=_anything)
    folder.keep(SUBSCRIBERS, lambda: NO_SUBSCRIBERS, good=_anything)


def _anything(_: str) -> bool:
    return True


def _passwords(folder: CentreFolder, names: Iterable[str], what: str) -> dict[str, str]:
    """For each of them a password there; one that was ever given stays."""
    return {n: folder.keep(f"{SECRETS}{n}_{what}_password", new_secret) for n in names}


def _certify(folder: CentreFolder, house: House, address: str) -> None:
    """A key and a certificate for each server, by the name under which it is reached."""
    now = house.clock.now()
    key = folder.keep(f"{SECRETS}{STAYS_OUTSIDE}", certificates.new_key)
    certificate = folder.keep(
        f"{SECRETS}ca_certificate",
        lambda: certificates.new_authority(key, now),
        good=lambda pem: certificates.lasts(pem, now),
    )
    authority = certificates.authority(key, certificate)
    # Inside, a server is called as its container is. Others may reach the queue from outside.
    reached_by = {
        "postgres": ("postgres",),
        "rabbitmq": ("rabbitmq", address),
        "proxy": (address,),
    }
    for server, hosts in reached_by.items():
        _certify_one(folder, authority, server, certificates.Request(hosts, now))


def _certify_one(
    folder: CentreFolder,
    authority: certificates.Authority,
    server: str,
    request: certificates.Request,
) -> None:
    key = folder.keep(f"{SECRETS}{server}_key", certificates.new_key)
    folder.keep(
        f"{SECRETS}{server}_certificate",
        lambda: authority.issue(request, key),
        good=lambda pem: authority.stands(pem, request, key),
    )
