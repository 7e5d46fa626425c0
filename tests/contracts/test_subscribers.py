"""Systems outside the team hear what the file of subscribers says, and stand in the ledger."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from pydantic import ValidationError
from sqlmodel import select

from services.coordinator.tables import EventDelivery
from shared.backbone import replaying
from shared.backbone.subscribers import WrongSubscribers, read_subscribers
from shared.backbone.tables import Delivery
from shared.backbone.verify import examine
from shared.events import EVENTS
from shared.settings import Settings
from shared.web.cookies import LANGUAGE
from tests.clinic import Clinic
from tests.contracts.outsider import FILE, NAME, Outsider, with_outsider
from tests.referring import refer, register


@pytest.fixture
def house(staffed_house: Path, tmp_path: Path) -> Iterator[Clinic]:
    """A clinic that a hospital's record listens to."""
    folder = tmp_path / "house"
    shutil.copytree(staffed_house, folder)
    clinic = Clinic(folder, with_outsider(Settings(data_dir=folder)))
    clinic.know_staff((folder / "members").read_text())
    yield clinic
    clinic.close()


@pytest.fixture
def outsider(house: Clinic) -> Iterator[Outsider]:
    outsider = Outsider(house.team.house)
    yield outsider
    outsider.close()


def deliveries(clinic: Clinic, source: str) -> list[tuple[UUID, int, str]]:
    """Patient, number and state of what the source has for the outsider, in order."""
    with clinic.look(source) as work:
        rows = work.all(select(Delivery).where(Delivery.subscriber == NAME))
        return sorted((row.stream, row.delivery_seq, row.state) for row in rows)


def ledger(clinic: Clinic) -> set[str]:
    with clinic.look("coordinator") as work:
        rows = work.all(select(EventDelivery).where(EventDelivery.subscriber == NAME))
        return {row.state for row in rows}


def test_it_hears_what_it_asked_for_and_the_ledger_knows(house: Clinic, outsider: Outsider) -> None:
    referred = refer(house)
    assert deliveries(house, "pain_physician") == [(referred.patient_id, 1, "sent")]
    assert outsider.listen() == 1
    house.settle()
    (event,) = outsider.heard
    assert (event["type"], event["deliveryseq"]) == ("relais.referral.requested.v1", 1)
    assert NAME in event["audience"].split()
    assert deliveries(house, "pain_physician") == [(referred.patient_id, 1, "handled")]
    assert ledger(house) == {"handled"}


def test_the_deliveries_of_each_patient_count_without_gaps(house: Clinic) -> None:
    """Most events are not for it, and leave no hole in its numbers."""
    patients = [register(house, family) for family in ("Lefèvre", "Adeyemi")]
    for unit in ("rtms_unit", "psychologist"):
        for patient in patients:
            refer(house, unit, patient)
    expected = sorted((patient, number, "waiting") for patient in patients for number in (1, 2))
    assert deliveries(house, "pain_physician") == expected
    assert deliveries(house, "coordinator") == []


def test_until_it_says_that_it_is_done_it_is_told_again(house: Clinic, outsider: Outsider) -> None:
    refer(house)
    outsider.listen("parked")
    house.wait(seconds=5)
    assert ledger(house) == {"parked"}
    house.wait(minutes=6)
    assert outsider.listen() >= 1
    house.settle()
    assert {event["id"] for event in outsider.heard} == {outsider.heard[0]["id"]}
    assert ledger(house) == {"handled"}


def test_a_system_that_does_not_listen_loses_nothing(house: Clinic) -> None:
    refer(house)
    house.wait(hours=1)
    assert ledger(house) == {"waiting"}
    late = Outsider(house.team.house)
    house.wait(minutes=10)
    late.listen()
    late.close()
    house.settle()
    assert ledger(house) == {"handled"}


@pytest.mark.parametrize(
    ("language", "word"), [("en", "Outside the team"), ("fr", "Hors de l’équipe")]
)
def test_the_ledger_shows_it_in_its_own_column(house: Clinic, language: str, word: str) -> None:
    refer(house)
    browser = house.http(house.coordinator)
    browser.cookies.set(LANGUAGE, language)
    page = browser.get(f"/coordinator/ledger?service={NAME}")
    assert "Hospital record" in page.text
    assert word in page.text
    assert "referral.requested" in page.text
    assert "patient.registered" not in page.text.partition("<tbody")[2]


def test_the_books_of_the_house_say_whether_it_has_everything(
    house: Clinic, outsider: Outsider
) -> None:
    refer(house)
    engines = {running.name: running.reader for running in house.team}
    (open_one,) = examine(engines, settled=True, outside=[NAME]).problems
    assert NAME in open_one
    outsider.listen()
    house.settle()
    assert examine(engines, settled=True, outside=[NAME]).problems == []


def test_a_system_that_comes_later_hears_what_was_before(clinic: Clinic) -> None:
    """Nothing was kept for it; the operator has the old events sent to it, too."""
    patient = refer(clinic).patient_id
    clinic.close()
    later = Clinic(clinic.settings.data_dir, with_outsider(clinic.settings))
    outsider = Outsider(later.team.house)
    running, house = later.team["pain_physician"], later.team.house
    with running.engine.begin() as connection:
        replaying.fill(connection, NAME, lambda event: house.audience(event, running.name))
    later.settle()
    outsider.listen()
    assert [(e["subject"], e["deliveryseq"]) for e in outsider.heard] == [(str(patient), 1)]
    outsider.close()
    later.close()


def test_it_cannot_open_what_is_sealed(house: Clinic, outsider: Outsider) -> None:
    refer(house)
    outsider.listen()
    data = outsider.heard[0]["data"]
    assert set(data["identity"]) == set(data["details"]) == {"sealed"}
    assert "Lefèvre" not in str(outsider.heard)


def test_a_group_means_every_event_of_it(tmp_path: Path) -> None:
    (one,) = read_subscribers(_file(tmp_path, FILE), [])
    sessions = {kind for kind, _ in EVENTS if kind.startswith("session.")}
    assert one.hears == sessions | {"referral.requested"}


def test_without_a_file_nobody_outside_hears_anything(clinic: Clinic) -> None:
    assert read_subscribers(None, []) == ()
    assert clinic.team.directory.outside == ()


BODY = 'hears = ["session.*"]\npurpose = "To show them."\ncontact = "it@hospital.example"\n'
MISTAKES = {
    "is not TOML": "[record",
    "record.contact is missing": '[record]\nhears = ["session.*"]\npurpose = "To show them."\n',
    "record.purpose is empty": f"[record]\n{BODY}".replace("To show them.", ""),
    "record.hears names no event": f"[record]\n{BODY}".replace('"session.*"', ""),
    "record.hears is not a list of texts": f"[record]\n{BODY}".replace(
        '["session.*"]', '"session"'
    ),
    "record.key is no word of this file": f"[record]\n{BODY}key = 1\n",
    "record is not the table of a subscriber": "record = 1\n",
    "Record is no name: lower-case letters and _ only": f"[Record]\n{BODY}",
    "rtms_unit is already the name of a service": f"[rtms_unit]\n{BODY}",
    "outside is already the name of a service": f"[outside]\n{BODY}",
    "record hears session.begun,": f"[record]\n{BODY}".replace("session.*", "session.begun"),
    "record hears nothing.*,": f"[record]\n{BODY}".replace("session.*", "nothing.*"),
    "record hears *,": f"[record]\n{BODY}".replace("session.*", "*"),
    "record hears .*,": f"[record]\n{BODY}".replace("session.*", ".*"),
    "record hears sign_in.closed,": f"[record]\n{BODY}".replace("session.*", "sign_in.closed"),
    "record hears member.*,": f"[record]\n{BODY}".replace("session.*", "member.*"),
}


@pytest.mark.parametrize("sentence", MISTAKES)
def test_each_mistake_in_the_file_has_its_sentence(sentence: str, tmp_path: Path) -> None:
    with pytest.raises(WrongSubscribers) as found:
        read_subscribers(_file(tmp_path, MISTAKES[sentence]), ["rtms_unit"])
    (mistake,) = found.value.mistakes
    assert mistake.startswith(sentence)


def test_two_mistakes_are_both_told(tmp_path: Path) -> None:
    text = f"[record]\n{BODY}".replace("session.*", "a.b") + f"[other]\n{BODY}".replace(
        "session.*", "c.d"
    )
    with pytest.raises(WrongSubscribers, match=r"record hears a\.b.*; other hears c\.d"):
        read_subscribers(_file(tmp_path, text), [])


def test_what_is_of_the_team_itself_never_leaves_the_house() -> None:
    """Who works here, who is signed in, and which tokens count."""
    kept = {kind for (kind, _), event in EVENTS.items() if event.house_only}
    assert kept >= {"member.changed", "sign_in.closed", "service_token.changed"}
    assert not {kind for kind in kept if kind.startswith(("patient.", "referral.", "session."))}


def test_a_queue_inside_this_process_is_none_for_others(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="needs RabbitMQ"):
        Settings(data_dir=tmp_path, subscribers_file=_file(tmp_path, FILE))


def _file(folder: Path, text: str) -> Path:
    file = folder / "subscribers.toml"
    file.write_text(text, encoding="utf-8")
    return file
