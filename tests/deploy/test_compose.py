"""The compose file says for every container what it may do, and no service is forgotten in it."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

import services
from services.cli.centre.containers import with_containers
from shared.service import NamePlate
from shared.settings import Settings
from tests.deploy.prepared import Centre
from tests.deploy.resolved import COMPOSE, ROOT, resolved

SCHEMA = json.loads((Path(__file__).parent / "vendor" / "compose-spec.json").read_text())
VALIDATOR = jsonschema_rs.validator_for(SCHEMA)
TEXT = COMPOSE.read_text()
PLATES = services.directory().plates
CONTAINERS = sorted(yaml.safe_load(TEXT)["services"])
OURS = [f"{plate.name}-{role}" for plate in PLATES for role in ("api", "worker")]
END_BY_THEMSELVES = {"databases", "tools"}
THE_WORLD = {"outside", "mail"}

each = pytest.mark.parametrize("name", CONTAINERS)
each_of_ours = pytest.mark.parametrize("name", OURS)


def mistakes(compose: Any) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(compose)]


@pytest.fixture(scope="module")
def compose(centre: Centre) -> dict[str, Any]:
    return centre.compose()


@pytest.fixture
def container(compose: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = compose["services"][name]
    return found


def test_it_follows_the_compose_specification(compose: dict[str, Any]) -> None:
    assert mistakes(compose) == []
    assert mistakes(yaml.safe_load(TEXT)) == []


@pytest.mark.parametrize("wrong", ["healthchek", "secret", "port"])
def test_a_slip_of_the_pen_is_found(compose: dict[str, Any], wrong: str) -> None:
    proxy = {**compose["services"]["proxy"], wrong: ["80"]}
    assert mistakes({**compose, "services": {"proxy": proxy}})


def test_every_service_has_its_two_containers() -> None:
    assert set(OURS) <= set(CONTAINERS)
    secrets = yaml.safe_load(TEXT)["secrets"]
    assert with_containers(TEXT, PLATES, secrets) == TEXT, "run: relais init --compose"


def test_a_service_without_containers_is_found() -> None:
    more = (*PLATES, NamePlate("physiotherapist", title="Physiotherapist"))
    changed = with_containers(TEXT, more, yaml.safe_load(TEXT)["secrets"])
    assert changed != TEXT
    added = set(yaml.safe_load(changed)["services"]) - set(CONTAINERS)
    assert added == {"physiotherapist-api", "physiotherapist-worker"}


def test_a_service_that_has_gone_leaves_nothing_behind() -> None:
    fewer = with_containers(TEXT, PLATES[1:], yaml.safe_load(TEXT)["secrets"])
    assert set(CONTAINERS) - set(yaml.safe_load(fewer)["services"]) == {
        f"{PLATES[0].name}-api",
        f"{PLATES[0].name}-worker",
    }


@each
def test_nothing_runs_as_root_or_can_become_it(container: dict[str, Any], name: str) -> None:
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", container["user"])
    assert container["cap_drop"] == ["ALL"]
    assert container.get("cap_add", []) == (["NET_BIND_SERVICE"] if name == "proxy" else [])
    assert container["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "network_mode", "pid", "ipc", "devices"} & set(container)


@each
def test_nothing_is_written_but_to_volumes(
    container: dict[str, Any], compose: dict[str, Any]
) -> None:
    assert container["read_only"] is True
    volumes = [volume.partition(":")[0] for volume in container.get("volumes", [])]
    assert set(volumes) <= set(compose["volumes"])


@each
def test_nothing_takes_more_than_its_share(container: dict[str, Any]) -> None:
    assert set(container["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}
    assert set(container["logging"]["options"]) == {"max-size", "max-file"}


@each
def test_an_image_is_named_exactly(container: dict[str, Any], name: str) -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        release = tomllib.load(file)["project"]["version"]
    image, _, digest = container["image"].partition("@")
    assert re.fullmatch(r"[a-z/]+:v?\d+(\.\d+)+(-\w+)?", image)
    if name in {*OURS, "tools"}:
        assert image == f"relais:{release}"
        assert container["pull_policy"] == "never", "somebody else may publish that name"
    elif name != "mailpit":
        assert re.fullmatch(r"sha256:[0-9a-f]{64}", digest)


@each
def test_only_the_proxy_has_an_open_door(container: dict[str, Any], name: str) -> None:
    ports = container.get("ports", [])
    if name == "proxy":
        assert ports == ["80:8080", "443:8443"]
    elif name == "mailpit":  # a trial on one's own machine
        assert (ports, container["profiles"]) == (["127.0.0.1:8025:8025"], ["demo"])
    else:
        assert ports == []


@each
def test_only_who_must_can_reach_the_world(
    container: dict[str, Any], compose: dict[str, Any], name: str
) -> None:
    internal = {n for n, network in compose["networks"].items() if (network or {}).get("internal")}
    assert set(compose["networks"]) - internal == THE_WORLD
    reached = set(container["networks"]) & THE_WORLD
    out = {f"{plate.name}-worker" for plate in PLATES if plate.reaches_out} | {"mailpit"}
    assert reached == ({"outside"} if name == "proxy" else {"mail"} if name in out else set())


def test_only_a_service_that_reaches_out_hands_over_mails() -> None:
    mailing = {
        file.relative_to(ROOT).parts[1]
        for file in (ROOT / "services").rglob("*.py")
        if ".mailer." in file.read_text()
    }
    assert mailing == {plate.name for plate in PLATES if plate.reaches_out}


@each
def test_each_is_connected_to_what_it_needs_and_to_nothing_else(
    compose: dict[str, Any], name: str
) -> None:
    networks = set(compose["services"][name]["networks"]) - THE_WORLD
    expected: dict[str, set[str]] = {
        "api": {"databases", "pages", "figures"},
        "worker": {"databases", "queue", "figures"},
        "proxy": {"pages"},
        "rabbitmq": {"queue"},
        "mailpit": set(),
    }
    assert networks == expected.get(name.rpartition("-")[2], {"databases"})


@each
def test_an_engine_can_see_whether_it_lives(container: dict[str, Any], name: str) -> None:
    if name in END_BY_THEMSELVES:
        assert container["restart"] in ("no", "on-failure:5")
        return
    assert container["restart"] == "unless-stopped"
    assert container["healthcheck"]["test"][0] == "CMD"
    assert {"interval", "timeout", "retries", "start_period"} <= set(container["healthcheck"])


@each_of_ours
def test_each_does_its_own_work(container: dict[str, Any], name: str) -> None:
    service, _, role = name.rpartition("-")
    assert container["command"] == ["run", service, role]
    assert container["healthcheck"]["test"][-3:] == ["shared.health", service, role]
    assert container["stop_grace_period"] == "15s"  # Relais takes five at most
    needed = {need: how["condition"] for need, how in container["depends_on"].items()}
    assert needed["databases"] == "service_completed_successfully"
    assert needed.get("rabbitmq", "service_started") == "service_started", "it never waits for it"


@each_of_ours
def test_each_has_its_settings_and_can_start_with_them(
    centre: Centre, container: dict[str, Any], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {n: v for n, v in container["environment"].items() if n.startswith("RELAIS_")}
    assert {n.removeprefix("RELAIS_").lower() for n in told} <= set(Settings.model_fields)
    for variable, value in told.items():
        monkeypatch.setenv(variable, centre.here(value))
    settings, service = Settings(_env_file=None), name.rpartition("-")[0]
    assert settings.secure_cookies
    assert settings.address == "https://relais.example.org"
    assert settings.key_file.exists()
    assert f":{centre.secret(f'{service}_database_password')}@" in settings.database(service)
    assert f":{centre.secret(f'{service}_queue_password')}@" in settings.queue(service)


@each_of_ours
def test_each_sees_its_own_secrets_only(container: dict[str, Any], name: str) -> None:
    service, _, role = name.rpartition("-")
    passwords = {secret for secret in container["secrets"] if secret.endswith("_password")}
    own = {f"{service}_database_password"}
    if role == "worker":
        own.add(f"{service}_queue_password")
    assert passwords - {"smtp_password"} == own
    assert ("smtp_password" in passwords) == ("mail" in container["networks"])


@each
def test_a_file_that_it_is_told_of_is_there(container: dict[str, Any]) -> None:
    settings = json.dumps([container.get("environment", {}), container.get("command", [])])
    told = set(re.findall(r"/run/secrets/([\w.]+)", settings))
    assert told <= set(container.get("secrets", []))


def test_every_secret_is_somebodys_and_one_is_nobodys(compose: dict[str, Any]) -> None:
    used = {s for container in compose["services"].values() for s in container.get("secrets", [])}
    assert used == set(compose["secrets"])
    assert "ca_key" not in used


@each
def test_what_it_waits_for_and_is_told_exists(
    container: dict[str, Any], compose: dict[str, Any]
) -> None:
    assert set(container.get("depends_on", {})) <= set(compose["services"])
    for config in container.get("configs", []):
        assert (ROOT / compose["configs"][config["source"]]["file"]).is_file()


def test_variables_are_read_as_an_engine_reads_them() -> None:
    text = "a: ${A:-b}\nc: ['$${C}', '${D:?say D}']\ne: ${A}"
    assert resolved(text, {"D": "d"}) == {"a": "b", "c": ["${C}", "d"], "e": ""}
