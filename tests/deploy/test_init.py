"""An operator prepares a centre, adds a service, and changes what grew old; nothing is lost."""

import os
import stat
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography.x509 import DNSName, IPAddress, load_pem_x509_certificate
from cryptography.x509.verification import PolicyBuilder, Store

import services
from services.cli.centre import CentreFolder, complete
from shared.clock import VirtualClock
from shared.mail import KeptMailer
from shared.running import House
from shared.sealing import team_key
from shared.service import NamePlate, Service
from shared.settings import Settings
from tests.deploy.prepared import Centre, checkout, prepared
from tests.deploy.resolved import Unanswered

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
AN_HOUR = timedelta(hours=1)


def house(*more: Service, now: datetime = NOON) -> House:
    every = [*services.load_all(), *more]
    return House(every, Settings(), VirtualClock(now), KeptMailer())


def finish(centre: Centre, house: House) -> list[str]:
    """What `relais init` writes on another day, or with other services."""
    folder = CentreFolder(centre.folder, owner=(os.getuid(), os.getgid()))
    complete(folder, house, centre.answers())
    return folder.written


def a_new_service() -> Service:
    """The folder that somebody has copied: another therapist."""
    like = services.load(services.directory().plate("psychologist"))
    return Service(
        NamePlate("physiotherapist", title="Physiotherapist"),
        like.routers,
        like.handlers,
        like.jobs,
        like.tables,
        like.migrations,
    )


def test_everything_is_there_after_one_command(tmp_path: Path) -> None:
    centre = checkout(tmp_path)
    with pytest.raises(Unanswered, match="run relais init first"):
        Centre.compose(Centre(folder_with_no_answers(centre)))
    done = centre.init("--address", "relais.example.org")
    assert done.exit_code == 0
    assert "wrote secrets/team_key" in done.output
    assert "docker compose up" in done.output
    assert len(team_key(tmp_path / "secrets" / "team_key")) == 32
    mounted = centre.compose()["secrets"].values()
    assert {(tmp_path / secret["file"]).is_file() for secret in mounted} == {True}
    assert centre.init("--show").exit_code == 0


def folder_with_no_answers(centre: Centre) -> Path:
    (centre.folder / ".env").write_text("")
    compose = centre.folder / "docker-compose.yml"
    assert "begin: containers" in compose.read_text()
    return centre.folder


def test_no_secret_is_readable_by_others_or_told(tmp_path: Path) -> None:
    centre = checkout(tmp_path)
    told = centre.init().output
    for file in (tmp_path / "secrets").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name
        content = file.read_text().strip()
        assert not content or content not in told
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600


def test_the_containers_run_as_the_owner_of_the_secrets_who_is_not_root(tmp_path: Path) -> None:
    centre = prepared(tmp_path)
    user, group = map(int, centre.answers()["CENTRE_USER"].split(":"))
    assert user != 0
    owners = {(f.stat().st_uid, f.stat().st_gid) for f in (tmp_path / "secrets").iterdir()}
    assert owners == {(user, group)}


def test_passwords_stand_in_their_own_files_only(centre: Centre) -> None:
    everything = centre.everything()
    passwords = {n: text for n, text in everything.items() if n.endswith(("_password", "_token"))}
    assert len(passwords) == 2 * len(services.directory().plates) + 3
    for name, password in passwords.items():
        if name != "smtp_password":
            assert len(password) > 40
            assert [n for n, text in everything.items() if password in text] == [name]


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    centre = prepared(tmp_path)
    before = centre.everything()
    again = centre.init()
    assert again.exit_code == 0
    assert "wrote" not in again.output
    assert centre.everything() == before


def test_what_became_readable_for_others_is_closed_again(tmp_path: Path) -> None:
    centre = prepared(tmp_path)
    (tmp_path / "secrets" / "team_key").chmod(0o644)
    centre.init()
    assert stat.S_IMODE((tmp_path / "secrets" / "team_key").stat().st_mode) == 0o600


def test_a_new_service_gets_what_it_needs_and_the_others_keep_theirs(tmp_path: Path) -> None:
    centre = prepared(tmp_path)
    before = centre.everything()
    written = finish(centre, house(a_new_service()))
    assert sorted(written) == [
        "docker-compose.yml",
        "secrets/databases.sql",
        "secrets/physiotherapist_database_password",
        "secrets/physiotherapist_queue_password",
        "secrets/rabbitmq_definitions.json",
    ]
    assert {"physiotherapist-api", "physiotherapist-worker"} <= set(centre.compose()["services"])
    after = centre.everything()
    assert {n: t for n, t in after.items() if n in before and n.endswith("_password")} == {
        n: t for n, t in before.items() if n.endswith("_password")
    }


def test_a_password_is_changed_by_removing_it(tmp_path: Path) -> None:
    centre = prepared(tmp_path)
    before = centre.everything()
    (tmp_path / "secrets" / "rtms_unit_queue_password").unlink()
    assert centre.init("--show").exit_code == 1
    assert not (tmp_path / "secrets" / "rtms_unit_queue_password").exists()
    centre.init()
    changed = {name for name, text in centre.everything().items() if text != before[name]}
    assert changed == {"rtms_unit_queue_password", "rabbitmq_definitions.json"}


def test_show_writes_nothing(tmp_path: Path) -> None:
    centre = checkout(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    shown = centre.init("--show")
    assert shown.exit_code == 1
    assert "missing secrets/ca_key" in shown.output
    assert sorted(tmp_path.rglob("*")) == before


def test_certificates_are_renewed_before_they_end(tmp_path: Path) -> None:
    centre = checkout(tmp_path)
    (tmp_path / ".env").write_text(prepared(tmp_path / "other").folder.joinpath(".env").read_text())
    assert "secrets/proxy_certificate" in finish(centre, house())
    soon, late = NOON + timedelta(days=200), NOON + timedelta(days=320)
    assert finish(centre, house(now=soon)) == []
    assert finish(centre, house(now=late)) == [
        "secrets/postgres_certificate",
        "secrets/rabbitmq_certificate",
        "secrets/proxy_certificate",
    ]
    old = NOON + timedelta(days=3600)
    assert "secrets/ca_certificate" in finish(centre, house(now=old))


def test_a_new_address_gets_a_new_certificate(tmp_path: Path) -> None:
    centre = prepared(tmp_path)
    told = centre.init("--address", "pain.example.org").output
    assert "wrote secrets/proxy_certificate" in told
    assert "wrote secrets/postgres_certificate" not in told
    proxy = centre.compose()["services"]["proxy"]["environment"]
    assert proxy["CENTRE_ADDRESS"] == "pain.example.org"


@pytest.mark.parametrize("address", ["localhost", "relais.example.org", "192.0.2.7"])
def test_a_certificate_says_how_the_centre_is_reached(tmp_path: Path, address: str) -> None:
    centre = prepared(tmp_path, "--address", address)
    authority = load_pem_x509_certificate(centre.secret("ca_certificate").encode())
    for server, name in (("proxy", address), ("rabbitmq", address), ("rabbitmq", "rabbitmq")):
        own = load_pem_x509_certificate(centre.secret(f"{server}_certificate").encode())
        policy = PolicyBuilder().store(Store([authority])).time(own.not_valid_before_utc + AN_HOUR)
        subject = IPAddress(ip_address(name)) if name[0].isdigit() else DNSName(name)
        assert policy.build_server_verifier(subject).verify(own, [])


def test_a_certificate_of_the_hospital_stays(tmp_path: Path) -> None:
    centre, other = prepared(tmp_path / "ours"), prepared(tmp_path / "hospital")
    for name in ("proxy_certificate", "proxy_key"):
        (centre.folder / "secrets" / name).write_text(other.secret(name))
    written = finish(centre, house(now=NOON + timedelta(days=900)))
    assert "secrets/rabbitmq_certificate" in written
    assert "secrets/proxy_certificate" not in written
    assert centre.secret("proxy_certificate") == other.secret("proxy_certificate")


def test_what_the_operator_has_written_stays(tmp_path: Path) -> None:
    centre = prepared(tmp_path)
    answers = tmp_path / ".env"
    answers.write_text(answers.read_text() + "COMPOSE_PROFILES=demo\n# our own line\n")
    compose = tmp_path / "docker-compose.yml"
    compose.write_text(compose.read_text().replace("max-size: 10m", "max-size: 50m"))
    centre.init("--zone", "Europe/Brussels")
    assert "COMPOSE_PROFILES=demo\n# our own line\n" in answers.read_text()
    assert centre.answers()["CENTRE_ZONE"] == "Europe/Brussels"
    assert "max-size: 50m" in compose.read_text()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (".env", "is there already and was not written by `relais init`."),
        ("secrets/databases.sql", "is there already and was not written by `relais init`."),
        ("docker-compose.yml", "has no lines '# begin: containers'"),
    ],
)
def test_a_file_of_somebody_else_is_not_touched(tmp_path: Path, name: str, words: str) -> None:
    centre = checkout(tmp_path)
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text("OTHER=1\n")
    refused = centre.init()
    assert refused.exit_code == 2
    assert name in refused.output
    assert words in refused.output
    assert file.read_text() == "OTHER=1\n"
    assert not (tmp_path / "secrets" / "team_key").exists()


def test_a_damaged_certificate_is_not_replaced(tmp_path: Path) -> None:
    centre = prepared(tmp_path)
    (tmp_path / "secrets" / "ca_certificate").write_text("half a cert")
    refused = centre.init()
    assert refused.exit_code == 2
    assert "ca_certificate is damaged. Put the right one back, or move it away." in refused.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--address", "https://relais.example.org"], "CENTRE_ADDRESS cannot be"),
        (["--address", "relais.example.org}\nadmin"], "CENTRE_ADDRESS cannot be"),
        (["--zone", "Europe/Atlantis"], "RELAIS_ZONE is not an IANA time zone"),
        (["--zone", "$HOME"], "CENTRE_ZONE cannot be '$HOME'."),
        (["--country", "France"], "CENTRE_COUNTRY cannot be 'France'."),
        (["--mail-from", "nobody"], "CENTRE_MAIL_FROM cannot be 'nobody'."),
        (["--smtp-url", "smtp://mail.example.org"], "mail to another host must be encrypted"),
        (["--smtp-url", "smtp+starttls://u:secret@mail.example.org"], "belongs in a file"),
    ],
)
def test_an_answer_that_cannot_be_meant_is_refused(
    tmp_path: Path, arguments: list[str], words: str
) -> None:
    centre = checkout(tmp_path)
    refused = centre.init(*arguments)
    assert refused.exit_code == 2
    assert words in refused.output
    assert not (tmp_path / "secrets").exists()


def test_a_developer_writes_the_containers_only(tmp_path: Path) -> None:
    centre = checkout(tmp_path)
    compose = tmp_path / "docker-compose.yml"
    whole = compose.read_text()
    compose.write_text(whole.replace("  rtms_unit-api:\n", "  another-api:\n"))
    assert centre.init("--compose", "--show").exit_code == 1
    assert centre.init("--compose").exit_code == 0
    assert compose.read_text() == whole
    assert sorted(file.name for file in tmp_path.iterdir()) == ["deploy", "docker-compose.yml"]


def test_it_needs_the_folder_of_relais(tmp_path: Path) -> None:
    refused = Centre(tmp_path).init()
    assert refused.exit_code == 2
    assert "there is no docker-compose.yml in" in refused.output


def test_a_system_from_outside_gets_a_user_of_the_queue_and_nothing_else(tmp_path: Path) -> None:
    centre = prepared(tmp_path)
    (tmp_path / "secrets" / "subscribers.toml").write_text(
        '[research]\nhears = ["session.completed"]\npurpose = "A study"\ncontact = "a@b.org"\n'
    )
    assert "wrote secrets/research_queue_password" in centre.init().output
    assert '"name": "research"' in centre.secret("rabbitmq_definitions.json")
    compose = centre.compose()
    assert "research_queue_password" not in compose["secrets"]
    assert not [name for name in compose["services"] if name.startswith("research")]
