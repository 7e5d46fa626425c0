"""Two containers for each service, in the part of docker-compose.yml that nobody writes by hand."""

import re
from collections.abc import Collection, Iterator, Sequence

from shared.service import NamePlate

_ALL_NEED = ("ca_certificate", "team_key", "subscribers.toml", "metrics_token")


def with_containers(compose: str, plates: Sequence[NamePlate], secrets: Collection[str]) -> str:
    """The compose file with the containers of these services, and the secrets that there are."""
    blocks = [line for plate in plates for line in (*_api(plate), *_worker(plate))]
    compose = _replaced(compose, "containers", [*blocks, *_tools(plates)])
    return _replaced(compose, "secrets", [f"{s}: {{file: ./secrets/{s}}}" for s in sorted(secrets)])


def _replaced(compose: str, part: str, lines: Sequence[str]) -> str:
    pattern = rf"(?<=# begin: {part}\n).*?(?=^ *# end: {part}$)"
    text = "".join(f"  {line}\n" for line in lines)
    changed, found = re.subn(pattern, lambda _: text, compose, flags=re.S | re.M)
    if found != 1:
        raise ValueError(f"docker-compose.yml has no lines '# begin: {part}' and '# end: {part}'")
    return changed


def _api(plate: NamePlate) -> Iterator[str]:
    yield from _container(plate.name, "api")
    yield _secrets(f"{plate.name}_database_password")


def _worker(plate: NamePlate) -> Iterator[str]:
    """Only the worker of a service that must reach the world can."""
    passwords = (f"{plate.name}_database_password", f"{plate.name}_queue_password")
    yield from _container(plate.name, "worker")
    if not plate.reaches_out:
        yield _secrets(*passwords)
        return
    yield _secrets(*passwords, "smtp_password")
    yield "  networks: [databases, queue, figures, mail]"
    yield "  environment:"
    yield "    <<: *settings"
    yield "    RELAIS_SMTP_PASSWORD_FILE: /run/secrets/smtp_password"


def _tools(plates: Sequence[NamePlate]) -> Iterator[str]:
    """The commands that look at all services: `docker compose run --rm tools verify`."""
    yield "tools:"
    yield "  <<: *api"
    yield "  profiles: [tools]"
    yield '  restart: "no"'
    yield "  networks: [databases]"
    yield _secrets(*(f"{plate.name}_database_password" for plate in plates))


def _container(name: str, role: str) -> Iterator[str]:
    yield f"{name}-{role}:"
    yield f"  <<: *{role}"
    yield f"  command: [run, {name}, {role}]"
    yield "  healthcheck:"
    yield "    <<: *look-seldom"
    yield f"    test: [CMD, python, -m, shared.health, {name}, {role}]"


def _secrets(*names: str) -> str:
    return f"  secrets: [{', '.join((*_ALL_NEED, *names))}]"
