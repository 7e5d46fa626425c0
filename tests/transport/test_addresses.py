"""Where the queue is: what may stand in the settings, and how a password gets into an address."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from shared.backbone.bus.addresses import address, users
from shared.backbone.permissions import permissions
from shared.settings import Settings

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"queue_url": "amqp://guest:guest@broker.example"}, "guest/guest is not allowed"),
        ({"queue_url": "amqps://guest:guest@broker.example"}, "guest/guest is not allowed"),
        ({"queue_url": "amqp://broker.example"}, "guest/guest is not allowed"),
        ({"queue_url": "amqp://guest:guest@localhost.example"}, "guest/guest is not allowed"),
        (
            {"queue_url": "amqp://guest:guest@127.0.0.1;amqp://guest:guest@b.example"},
            "guest/guest is not allowed",
        ),
        ({"queue_url": "amqp://{unit}@broker.example"}, "may name {service} and nothing else"),
        ({"queue_url": "amqp://{@broker.example"}, "may name {service} and nothing else"),
        ({"queue_prefix": "a.b"}, "String should match pattern"),
        ({"queue_prefix": ""}, "String should match pattern"),
        (
            {"queue_url": "amqp://u:p@broker.example", "queue_password_file": "/p"},
            "needs a user and no password",
        ),
        ({"queue_password_file": "/p"}, "needs a user and no password"),
    ],
)
def test_an_address_that_is_wrong_or_unsafe_is_refused(
    given: dict[str, str], sentence: str
) -> None:
    with pytest.raises(ValidationError, match=sentence):
        Settings.model_validate(given)


@pytest.mark.parametrize(
    "url", ["amqp://guest:guest@127.0.0.1:5672//", "amqp://", "amqps://u:p@b.example/pain"]
)
def test_an_address_that_is_safe_is_taken(url: str) -> None:
    assert Settings(queue_url=url).queue("rtms_unit") == url


def test_each_service_has_a_user_and_a_password_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "rtms_unit.secret").write_text("p@ss/w:rd;%\n", encoding="utf-8")
    settings = Settings(
        queue_url="amqps://{service}@one.example:5671/pain;amqps://{service}@two.example/pain",
        queue_password_file=tmp_path / "{service}.secret",
    )
    secret = "p%40ss%2Fw%3Ard%3B%25"
    assert address(settings, "rtms_unit") == (
        f"amqps://rtms_unit:{secret}@one.example:5671/pain"
        f";amqps://rtms_unit:{secret}@two.example/pain"
    )


def test_a_password_that_was_changed_is_used_from_the_next_line_on(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    settings = Settings(queue_url="amqp://u@127.0.0.1", queue_password_file=file)
    addresses = []
    for secret in ("old", "new"):
        file.write_text(secret)
        addresses.append(address(settings, "rtms_unit"))
    assert addresses == ["amqp://u:old@127.0.0.1", "amqp://u:new@127.0.0.1"]


def test_the_operators_guide_says_what_the_user_of_a_service_needs() -> None:
    guide = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8").replace("\\|", "|")
    needed = permissions("relais", "rtms_unit")
    keeps_ledger = permissions("relais", "coordinator", ["receipt.#", "heartbeat.#"])
    for pattern in (needed.configure, needed.speaks, needed.hears, needed.gives_up):
        assert f"`{pattern}`" in guide
    named = needed.write.strip("^$()").split("|")
    assert all(name in guide for name in named)
    assert needed.write == needed.read
    assert keeps_ledger.hears.endswith(r"receipt\.\#|heartbeat\.\#)$")


@pytest.mark.parametrize(
    ("url", "user"),
    [
        ("amqps://{service}@queue/vhost", "asker"),
        ("amqps://us-{service}.v1@a/x;amqps://us-{service}.v1@b/x", "us-asker.v1"),
    ],
)
def test_whose_user_it_is_can_be_told(url: str, user: str) -> None:
    names = users(Settings(queue_url=url))
    assert names
    assert names.user("asker") == user
    assert names.service(user) == "asker"
    assert names.service("") == ""


def test_nobody_is_told_apart_by_a_user_that_all_share() -> None:
    assert users(Settings(queue_url="amqp://relais:secret@queue")) is None
    assert users(Settings(queue_url="memory://")) is None
