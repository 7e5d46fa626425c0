"""Can anybody but the team write the note that says who is signed in?"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shared.access.sign_in import SignIn, cookie_name, read, signer, written
from shared.identifiers import new_id
from shared.settings import Settings

NOW = datetime(2026, 11, 23, 8, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path)


@pytest.fixture
def opened() -> SignIn:
    return SignIn(new_id(), new_id(), NOW, NOW + timedelta(hours=12))


def test_what_was_written_is_read(settings: Settings, opened: SignIn) -> None:
    assert read(settings, written(settings, opened)) == opened


def test_a_changed_note_is_nothing(settings: Settings, opened: SignIn) -> None:
    note = written(settings, opened)
    # The last character has bits that mean nothing.
    for place in range(0, len(note) - 1, 7):
        other = "A" if note[place] != "A" else "B"
        changed = note[:place] + other + note[place + 1 :]
        assert read(settings, changed) != opened


def test_a_note_of_another_team_is_nothing(
    settings: Settings, opened: SignIn, tmp_path: Path
) -> None:
    elsewhere = Settings(data_dir=tmp_path / "elsewhere")
    assert read(settings, written(elsewhere, opened)) is None


@pytest.mark.parametrize("purpose", ["notice", "known"])
def test_a_note_for_another_purpose_is_nothing(
    settings: Settings, opened: SignIn, purpose: str
) -> None:
    content = signer(settings, "sign-in").loads(written(settings, opened))
    assert read(settings, str(signer(settings, purpose).dumps(content))) is None


@pytest.mark.parametrize(
    "content", [[], None, "x", ["x", "y", 1, 2], [1, 2, 3, 4], {"a": 1}, [["a"], "b", 1, 2]]
)
def test_a_signed_note_of_another_shape_is_nothing(settings: Settings, content: object) -> None:
    assert read(settings, str(signer(settings, "sign-in").dumps(content))) is None


@pytest.mark.parametrize("text", ["", ".", "..", "a.b", "\x00", "é", "." * 5000])
def test_rubbish_is_nothing(settings: Settings, text: str) -> None:
    assert read(settings, text) is None


def test_over_https_no_other_host_can_set_it(tmp_path: Path) -> None:
    assert cookie_name(Settings(data_dir=tmp_path, secure_cookies=True)).startswith("__Host-")
