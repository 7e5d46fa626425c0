"""Whoever comes back with an older copy of its database is refilled; a newcomer learns the team."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import select

from shared.access.members import absence_on
from shared.access.tables import Member
from shared.access.units import is_closed
from shared.access.viewer import THERAPIST
from shared.backbone.receipts import NUMBER_TAKEN
from shared.discipline.tables import Referral
from tests.clinic import Clinic
from tests.operations.centre import (
    catch_up,
    copied,
    one,
    opened_again,
    relais,
    set_back,
    told,
    verified,
)
from tests.referring import refer, register


@pytest.fixture
def restored(clinic: Clinic, tmp_path: Path) -> Iterator["Restoring"]:
    """A clinic in which one service can be given an older database."""
    restoring = Restoring(clinic, tmp_path / "backup")
    yield restoring
    restoring.clinic.close()


class Restoring:
    """Takes a copy of one service's database, and later puts it back into a new process."""

    def __init__(self, clinic: Clinic, backup: Path) -> None:
        self.clinic, self._backup = clinic, backup

    def copy(self, service: str) -> None:
        copied(self.clinic, service, self._backup)

    def put_back(self, service: str) -> Clinic:
        before = self.clinic
        with set_back(before, service, self._backup):
            self.clinic = opened_again(before.settings.data_dir, before)
        return self.clinic


def referrals(clinic: Clinic) -> int:
    with clinic.look("rtms_unit") as work:
        return len(work.all(select(Referral)))


def test_a_unit_with_yesterdays_copy_gets_what_it_lacks_in_order(restored: Restoring) -> None:
    refer(restored.clinic)
    restored.copy("rtms_unit")
    for family in ("Abgrall", "Berthou", "Cariou"):
        refer(restored.clinic, patient_id=register(restored.clinic, family))
    clinic = restored.put_back("rtms_unit")
    assert referrals(clinic) == 1
    assert any("missing here" in problem for problem in verified(clinic)["problems"])
    clinic.wait(seconds=1)
    assert referrals(clinic) == 4


def test_who_is_whole_is_sent_nothing(clinic: Clinic) -> None:
    refer(clinic)
    clinic.wait(seconds=30)
    before = sends(clinic)
    clinic.close()
    again = opened_again(clinic.settings.data_dir, clinic)
    again.wait(seconds=1)
    assert sends(again) == before
    again.close()


def sends(clinic: Clinic) -> dict[str, int]:
    """How often each service has sent something."""
    query = "select coalesce(sum(attempts), 0) from delivery"
    return {running.name: one(clinic, running.name, query) for running in clinic.team}


def test_the_command_does_the_same_for_a_service_that_does_not_run(restored: Restoring) -> None:
    restored.copy("rtms_unit")
    refer(restored.clinic)
    clinic = restored.put_back("rtms_unit")
    assert "pain_physician: 1 deliveries are sent again" in told(
        clinic, "events", "replay", "--to", "rtms_unit", "--lost"
    )
    catch_up(clinic)
    assert referrals(clinic) == 1


def test_a_source_with_yesterdays_copy_is_told_and_uses_no_number_twice(
    restored: Restoring,
) -> None:
    patient = refer(restored.clinic).patient_id
    restored.copy("pain_physician")
    refer(restored.clinic, performer="psychologist", patient_id=patient)
    clinic = restored.put_back("pain_physician")
    clinic.wait(seconds=30)
    clinic.wait(seconds=30)
    said = " ".join(verified(clinic)["problems"])
    assert "pain_physician was set back to an older copy" in said
    with clinic.look("coordinator") as work:
        forgotten = work.session.execute(
            text("select forgotten from service_light where service='pain_physician'")
        ).scalar_one()
    assert forgotten >= 1
    ledger = clinic.http(clinic.coordinator).get("/coordinator/ledger").text
    assert "Set back in time" in ledger
    refer(clinic, performer="psychologist", patient_id=patient)
    clinic.wait(seconds=30)
    assert one(clinic, "psychologist", "select count(*) from disputed") == 0
    assert one(clinic, "psychologist", "select count(*) from referral") == 2


def test_an_event_under_a_number_that_was_taken_is_parked_and_arrives_when_a_person_says_so(
    restored: Restoring,
) -> None:
    """The older copy announces before anybody has told it what the others know."""
    patient = refer(restored.clinic).patient_id
    restored.copy("pain_physician")
    refer(restored.clinic, performer="psychologist", patient_id=patient)
    clinic = restored.put_back("pain_physician")
    refer(clinic, performer="psychologist", patient_id=patient)
    assert one(clinic, "psychologist", "select count(*) from referral") == 1
    clinic.wait(seconds=30)
    office = clinic.http(clinic.coordinator)
    stuck = [r for r in office.get("/coordinator/api/parked").json() if r["error"] == NUMBER_TAKEN]
    assert {row["subscriber"] for row in stuck} >= {"psychologist"}
    for row in stuck:
        path = f"/coordinator/api/parked/{row['event_id']}/{row['subscriber']}/retry"
        assert office.post(path).status_code == 202
    clinic.wait(seconds=30)
    clinic.wait(minutes=10)
    assert one(clinic, "psychologist", "select count(*) from referral") == 2
    assert office.get("/coordinator/api/parked").json() == []


def test_a_new_service_knows_the_team_from_its_first_day(clinic: Clinic) -> None:
    """As if the psychologists' service had been added today: nobody ever sent it anything."""
    refer(clinic, performer="rtms_unit")
    newcomer = "psychologist"
    away = {"begins": "2026-11-23", "ends": "2026-11-27"}
    office = clinic.http(clinic.administrator)
    office.post(f"/accounts/api/members/{clinic.operator}/absences", json=away)
    office.put("/accounts/api/units/rtms_unit", json={"closed_from": "2026-12-01"})
    clinic.settle()
    for running in clinic.team:
        with running.engine.begin() as connection:
            for table in ("delivery", "stream_counter"):
                connection.execute(text(f"delete from {table} where subscriber='{newcomer}'"))  # noqa: S608
    with clinic.team[newcomer].engine.begin() as connection:
        for table in ("inbox", "position", "member", "unit"):
            connection.execute(text(f"delete from {table}"))  # noqa: S608
    clinic.wait(seconds=1)
    with clinic.look(newcomer) as work:
        names = {member.name for member in work.all(select(Member))}
        assert absence_on(work.get(Member, clinic.operator), work.today)
        assert is_closed(work, "rtms_unit", date(2026, 12, 1))
    assert {"Claire Morvan", "Nora Benali", "Paul Adam"} <= names
    assert one(clinic, newcomer, "select count(*) from inbox where kind like 'member.%'") >= 6
    clinic.join("Yann Le Gall", roles=[THERAPIST], units=["psychophysical_therapist"])
    clinic.settle()
    assert one(clinic, newcomer, "select count(*) from member where name='Yann Le Gall'") == 1


def test_a_newcomer_hears_the_rest_when_somebody_asks_for_it(clinic: Clinic) -> None:
    refer(clinic)
    with clinic.team["pain_physician"].engine.begin() as connection:
        for table in ("delivery", "stream_counter"):
            connection.execute(text(f"delete from {table} where subscriber='interop'"))  # noqa: S608
    with clinic.team["interop"].engine.begin() as connection:
        for table in ("inbox", "position"):
            connection.execute(text(f"delete from {table} where source='pain_physician'"))  # noqa: S608
    clinic.wait(seconds=1)
    assert one(clinic, "interop", FROM_PHYSICIAN) == 0
    assert "1 new deliveries" in told(clinic, "events", "replay", "--to", "interop", "--all")
    catch_up(clinic)
    assert one(clinic, "interop", FROM_PHYSICIAN) == 1
    assert told(clinic, "events", "replay", "--to", "interop", "--all") == ""


FROM_PHYSICIAN = "select count(*) from inbox where source='pain_physician'"


def test_what_was_overtaken_is_left_out_and_counted(clinic: Clinic) -> None:
    """The newcomer was sent a later event of the patient: the earlier one cannot precede it."""
    refer(clinic)
    kinds = "select id from event where kind='patient.registered'"
    with clinic.team["pain_physician"].engine.begin() as connection:
        connection.execute(
            text(f"delete from delivery where subscriber='coordinator' and event_id in ({kinds})")  # noqa: S608
        )
    said = told(clinic, "events", "replay", "--to", "coordinator", "--all")
    assert "1 left out: newer ones were sent already" in said


def test_a_clock_that_was_turned_back_delays_nothing(clinic: Clinic) -> None:
    clinic.wait(seconds=1)
    clinic.wait(days=400)
    clinic.join("Yann Le Gall", roles=[THERAPIST], units=["psychophysical_therapist"])
    clinic.clock.move(days=-400)
    clinic.wait(seconds=1)
    assert one(clinic, "psychologist", "select count(*) from member where name='Yann Le Gall'") == 1


def test_only_what_is_meant_is_sent_again(clinic: Clinic) -> None:
    sent = refer(clinic)
    asked = ("events", "replay", "--stream", str(sent.patient_id), "--to", "rtms_unit")
    assert told(clinic, *asked) == "pain_physician: 1 deliveries are sent again\n"
    catch_up(clinic)
    assert referrals(clinic) == 1
    assert clinic.verify() == []
    assert relais(clinic, "events", "replay").exit_code == 2
    assert relais(clinic, "events", "replay", "--to", "nobody").exit_code == 2
    assert relais(clinic, "events", "replay", "--all").exit_code == 2
