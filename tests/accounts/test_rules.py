"""The rules of accounts: what is an address, a password, and how often one may try."""

from datetime import UTC, datetime, timedelta

import pytest

from services.accounts import rules

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "email", ["a@b.fr", "elise.caradec@chu-example.fr", "x+y@a.b.c", "é@exämple.org", "a@localhost"]
)
def test_these_are_addresses(email: str) -> None:
    assert rules.is_address(email)


@pytest.mark.parametrize(
    "email",
    [
        "",
        "a",
        "@b.fr",
        "a@",
        "a@b@c.fr",
        "a b@c.fr",
        "a@b .fr",
        "a@b..fr",
        "a@.fr",
        "a@b.fr\nBcc: evil@x.test",
        "a@b.fr\r",
        "a\x00@b.fr",
        "a@b.fr,c@d.fr",
        "A <a@b.fr>",
        '"a"@b.fr',
        "=?utf-8?q?a=0aBcc:=20evil?=@b.fr",
        "a@b.fr;c@d.fr",
        "a\u202e@b.fr",
        f"{'a' * 65}@b.fr",
        f"a@{'b' * 260}.fr",
    ],
)
def test_these_are_not(email: str) -> None:
    assert not rules.is_address(email)


def test_one_address_is_one_however_it_is_written() -> None:
    keys = {
        rules.email_key(text) for text in ("Ada@B.fr", " ada@b.FR ", "ADA@b.fr", "\uff41da@b.fr")
    }
    assert keys == {"ada@b.fr"}


def test_near_misses_are_other_addresses() -> None:
    near = ("ada@b.fr.", "ada@b.fr.evil.example", "ada@bxfr", "xada@b.fr", "ada@b.fr%", "àda@b.fr")
    assert "ada@b.fr" not in {rules.email_key(text) for text in near}


@pytest.mark.parametrize(
    ("password", "weakness"),
    [
        ("tortue verte sous la pluie", ""),
        ("correct horse battery", ""),
        ("Zk7!pq0xW2rt", ""),
        ("elevenchars", "short"),
        ("x" * 201, "long"),
        ("aaaaaaaaaaaa", "common"),
        ("abababababab", "common"),
        ("motdepasse123", "common"),
        ("MotDePasse123", "common"),
        ("administrateur", "common"),
        ("Élise Caradec", "known"),
        ("caradec12345", "known"),
        ("elise@clinic.example", "known"),
        ("ÉLISECARADEC1", "known"),
        ("the caradec of a rainy morning", ""),
    ],
)
def test_the_password_rule(password: str, weakness: str) -> None:
    known = rules.words_of("Dr Élise Caradec", "elise@clinic.example")
    assert rules.weakness(password, known) == weakness


def test_the_last_administrator_stays() -> None:
    assert not rules.stays_administered({1}, 1)
    assert rules.stays_administered({1, 2}, 1)
    assert rules.stays_administered({1}, 2)


def test_after_too_many_tries_one_waits_and_then_may_again() -> None:
    limit = rules.TryLimit(tries=3, minutes=15)
    tries = [NOW - timedelta(minutes=minute) for minute in (14, 5, 1)]
    assert limit.wait(tries[:2], NOW) == 0
    assert limit.wait(tries, NOW) == 1
    assert limit.wait(tries, NOW + timedelta(minutes=1)) == 0
    assert limit.wait([NOW] * 3, NOW) == 15
    assert limit.wait([NOW] * 3, NOW + timedelta(seconds=30)) == 15
    assert limit.wait([NOW] * 30, NOW + timedelta(minutes=14, seconds=59)) == 1
    assert limit.wait([NOW] * 30, NOW + timedelta(minutes=15)) == 0


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux) Gecko/20100101 Firefox/149.0", "Firefox"),
        ("Mozilla/5.0 AppleWebKit/537 Chrome/156.0 Safari/537.36", "Chrome"),
        ("Mozilla/5.0 AppleWebKit/537 Chrome/156.0 Safari/537.36 Edg/156", "Edge"),
        ("Mozilla/5.0 (Macintosh) AppleWebKit/605 Version/26 Safari/605", "Safari"),
        ("curl/8", ""),
    ],
)
def test_the_browser_in_a_word(agent: str, name: str) -> None:
    assert rules.browser_name(agent) == name
