"""`relais mail test`: what the mail server said to each step, or which step failed and why."""

from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from services.cli.main import app
from services.demo.playing import MARK
from tests.mail_server import DROP, identity_of, mail_server, rude_server, the_password_is
from tests.nodes.programs import free_port

TO = "nora@example.org"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the administrator stands: an empty folder, with no settings around."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def mail_test(*arguments: str, to: str = TO, **settings: object) -> Result:
    env = {f"RELAIS_{name.upper()}": str(value) for name, value in settings.items()}
    return CliRunner().invoke(app, ["mail", "test", to, *arguments], env=env)


def steps(result: Result) -> list[str]:
    """The lines that say what went well, without the words of the server."""
    lines = result.stdout.splitlines()
    return [line[8:].partition(":")[0] for line in lines if line.startswith("ok ")]


def test_a_mail_is_sent_and_every_step_is_told() -> None:
    with mail_server() as server:
        result = mail_test(smtp_url=server.url)
    assert result.exit_code == 0, result.output
    assert "accepted: 250 2.0.0 queued as 4F" in result.stdout
    assert [step.split()[0] for step in steps(result)] == [
        *("connected", "greeted", "takes", "takes", "has", "accepted")
    ]
    assert f"Look whether it arrives at {TO}." in result.stdout
    mail = message_from_bytes(server.accepted[0], policy=policy.default)
    assert (mail["To"], mail["Subject"]) == (TO, "A mail to try the mail server")
    assert server.recipients == [TO]


def test_the_mail_speaks_french_too() -> None:
    with mail_server() as server:
        mail_test("--language", "fr", smtp_url=server.url)
    mail = message_from_bytes(server.accepted[0], policy=policy.default)
    assert mail["Subject"] == "Un e-mail pour essayer le serveur d’e-mail"


def test_encryption_and_sign_in_are_told(folder: Path) -> None:
    secure, certificate = identity_of("localhost", folder)
    secret = folder / "password"
    secret.write_text("right\n")
    with mail_server(
        tls_context=secure,
        auth_required=True,
        authenticator=the_password_is("right"),
    ) as server:
        url = f"smtp+starttls://relais%40centre@localhost:{server.port}"
        settings: dict[str, Any] = {
            "smtp_url": url,
            "smtp_password_file": secret,
            "mail_ca_file": certificate,
        }
        result = mail_test(**settings)
        assert result.exit_code == 0, result.output
        assert "ok      encrypted, and it is localhost: TLSv1.3" in result.stdout
        assert "ok      signed in as relais@centre: 235" in result.stdout
        assert "right" not in result.stdout
        secret.write_text("Wr0ng\n")
        refused = mail_test(**settings)
    assert refused.exit_code == 1
    assert "FAILED  sign-in: 535 " in refused.stdout
    assert "RELAIS_SMTP_PASSWORD_FILE" in refused.stdout
    assert "Wr0ng" not in refused.output


def test_a_certificate_that_nobody_knows_is_named(folder: Path) -> None:
    secure, _ = identity_of("localhost", folder)
    with mail_server(tls_context=secure) as server:
        result = mail_test(smtp_url=f"smtp+starttls://localhost:{server.port}")
    assert result.exit_code == 1
    assert "FAILED  encrypt: self-signed certificate" in result.stdout
    assert "RELAIS_MAIL_CA_FILE" in result.stdout


def test_a_certificate_of_another_server_is_named(folder: Path) -> None:
    secure, certificate = identity_of("mail.centre.example", folder)
    with mail_server(tls_context=secure) as server:
        url = f"smtp+starttls://localhost:{server.port}"
        result = mail_test(smtp_url=url, mail_ca_file=certificate)
    assert result.exit_code == 1
    assert "FAILED  encrypt: Hostname mismatch" in result.stdout
    assert "must be for localhost" in result.stdout


@pytest.mark.parametrize(
    ("command", "said", "step", "advice"),
    [
        ("MAIL", "553 5.7.1 not your address", "sender", "RELAIS_MAIL_FROM"),
        ("RCPT", "550 5.7.1 relaying denied", "recipient", "relays to other domains"),
        ("DATA", "554 5.7.1 policy", "answer", "what the server says"),
    ],
)
def test_the_step_that_failed_is_named(command: str, said: str, step: str, advice: str) -> None:
    with mail_server() as server:
        server.says[command] = [said]
        result = mail_test(smtp_url=server.url)
    assert result.exit_code == 1
    assert f"FAILED  {step}: {said}" in result.stdout
    assert advice in result.stdout.splitlines()[-1]
    assert "Look whether" not in result.stdout


def test_a_line_that_is_cut_leaves_a_doubt() -> None:
    with mail_server() as server:
        server.says["DATA"] = [DROP]
        result = mail_test(smtp_url=server.url)
    assert (result.exit_code, "FAILED  answer: " in result.stdout) == (1, True)
    assert "nobody knows whether the mail arrives" in result.stdout


def test_nobody_listening_is_told() -> None:
    result = mail_test(smtp_url=f"smtp://127.0.0.1:{free_port()}")
    assert result.exit_code == 1
    assert "FAILED  connect: ConnectionRefusedError: Connection refused" in result.stdout
    assert "the name and the port" in result.stdout


def test_a_server_that_speaks_another_language_is_told() -> None:
    with rude_server("HTTP/1.1 400 Bad Request") as url:
        result = mail_test(smtp_url=url)
    assert result.exit_code == 1
    assert "FAILED  connect: " in result.stdout


@pytest.mark.parametrize(
    ("to", "settings", "sentence"),
    [
        (TO, {}, "RELAIS_SMTP_URL is not set"),
        (TO, {"smtp_url": "mail.example.org"}, "must look like smtp+starttls://"),
        (TO, {"smtp_url": "smtps://h:99999"}, "must look like smtp+starttls://"),
        (TO, {"smtp_url": "smtps://h", "mail_from": "relais"}, "RELAIS_MAIL_FROM must be"),
        (TO, {"smtp_url": "smtps://h", "mail_ca_file": "/no/file"}, "/no/file cannot be read"),
        (TO, {"smtp_url": "smtps://h", "mail_ca_file": "/dev/null"}, "holds no certificate"),
        (TO, {"smtp_url": "smtps://mail.example.org", "demo": "true"}, "in the demo no mail"),
        ("nora", {"smtp_url": "smtp://127.0.0.1"}, "nora is not an e-mail address"),
        ("a@b\nBcc: c@d", {"smtp_url": "smtp://127.0.0.1"}, "is not an e-mail address"),
    ],
)
def test_wrong_settings_are_told_before_anything_is_tried(
    to: str, settings: dict[str, Any], sentence: str
) -> None:
    result = mail_test(to=to, **settings)
    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr


def test_the_folder_of_the_demo_is_the_demo(folder: Path) -> None:
    (folder / MARK).touch()
    result = mail_test("--data", str(folder), smtp_url="smtps://mail.example.org")
    assert result.exit_code == 2
    assert "in the demo no mail may leave this machine" in result.stderr


def test_the_mailbox_for_what_comes_back_is_tried_too(folder: Path) -> None:
    (folder / "box" / "new").mkdir(parents=True)
    with mail_server() as server:
        known: dict[str, Any] = {
            "smtp_url": server.url,
            "mail_bounces_address": "bounces@centre.example",
        }
        good = mail_test(**known, bounces_url=f"maildir://{folder}/box")
        bad = mail_test(**known, bounces_url=f"maildir://{folder}/none")
    assert good.exit_code == 0, good.output
    assert "ok      the mailbox for what comes back can be opened" in good.stdout
    assert (bad.exit_code, "is no Maildir" in bad.stdout) == (1, True)
    assert "takes mails of bounces@centre.example" in good.stdout
