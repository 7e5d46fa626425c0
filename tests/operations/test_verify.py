"""`relais verify` finds what is wrong with the books, and nothing that is only on its way."""

import json
import shutil
from pathlib import Path

import pytest

from shared.access.viewer import COORDINATOR
from shared.backbone.verify import examine
from tests.clinic import Clinic
from tests.operations.centre import relais, spoil, stuck_event, told, verified
from tests.referring import refer, withdraw


@pytest.fixture(scope="module")
def busy_house(staffed_house: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The databases of a clinic in which a patient was referred, and the referral taken back."""
    folder = tmp_path_factory.mktemp("verified") / "house"
    shutil.copytree(staffed_house, folder)
    clinic = Clinic(folder)
    clinic.know_staff((folder / "members").read_text())
    withdraw(clinic, refer(clinic))
    clinic.close()
    return folder


@pytest.fixture
def busy(busy_house: Path, tmp_path: Path) -> Clinic:
    folder = tmp_path / "house"
    shutil.copytree(busy_house, folder)
    clinic = Clinic(folder)
    clinic.know_staff((folder / "members").read_text())
    return clinic


WRONG = {
    "an event without a delivery": (
        "pain_physician",
        "delete from delivery where subscriber='rtms_unit' and delivery_seq=1",
        "lacks a delivery",
    ),
    "a gap in the numbers": (
        "pain_physician",
        "update stream_counter set last_seq=last_seq+1 where subscriber='rtms_unit'",
        "have a gap",
    ),
    "something that was never announced": (
        "rtms_unit",
        "update inbox set event_id='0199d0c4000070008000000000000001' where delivery_seq=1 "
        "and source='pain_physician'",
        "is one event there and another one here",
    ),
    "something that was lost": (
        "rtms_unit",
        "delete from inbox where source='pain_physician' and delivery_seq=2",
        "is handled there, missing here",
    ),
    "a position that is too far": (
        "rtms_unit",
        "update position set last_seq=last_seq+1 where source='pain_physician'",
        "the position does not say what was applied",
    ),
    "a subscriber ahead of its source": (
        "pain_physician",
        "update stream_counter set last_seq=0 where subscriber='rtms_unit'",
        "pain_physician was set back to an older copy",
    ),
    "a delivery that nobody sends any more": (
        "pain_physician",
        "update delivery set state='sent', next_try_at=null where subscriber='rtms_unit'",
        "unfinished deliveries are never sent again",
    ),
    "an event that is held for nothing": (
        "rtms_unit",
        "update inbox set state='held', open_since=stored_at where source='accounts' "
        "and delivery_seq=1",
        "the position does not say what was applied",
    ),
    "an event that is open and done with": (
        "rtms_unit",
        "update inbox set open_since=stored_at where source='pain_physician'",
        "are open and done with at the same time",
    ),
    "an event that nobody skipped": (
        "rtms_unit",
        "update inbox set state='skipped' where source='pain_physician' and delivery_seq=1",
        "were skipped by nobody, or without a reason",
    ),
    "a body that cannot be read": (
        "pain_physician",
        "update event set body='{' where kind='referral.requested'",
        "cannot be read",
    ),
    "something owed that nobody asks for any more": (
        "coordinator",
        "update obligation set state='open', next_at=null "
        "where id=(select min(id) from obligation)",
        "it has no next date",
    ),
    "an audit that was changed": (
        "pain_physician",
        "update audit_entry set actor='nobody' where number=2",
        "entry 2 was changed",
    ),
    "an audit that was cut": (
        "rtms_unit",
        "delete from audit_entry where number=(select max(number) from audit_entry)",
        "were cut off the end",
    ),
}


def test_a_clinic_at_work_is_well(busy: Clinic) -> None:
    assert verified(busy)["problems"] == []
    assert relais(busy, "verify", "--settled").exit_code == 0
    assert "The books agree" in told(busy, "verify")
    busy.close()


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.replace(" ", "-"))
def test_it_finds(busy: Clinic, wrong: str) -> None:
    service, statement, sentence = WRONG[wrong]
    spoil(busy, service, statement)
    found = relais(busy, "verify")
    busy.close()
    assert found.exit_code == 1
    assert f"{sentence}" in found.stdout
    assert "PROBLEM" in found.stdout


def test_what_is_on_its_way_is_no_problem(clinic: Clinic) -> None:
    clinic.join("Yann Le Gall", roles=[COORDINATOR], units=[])
    said = verified(clinic)
    assert said["problems"] == []
    assert "accounts -> rtms_unit: 1 deliveries are waiting" in said["under_way"]
    assert relais(clinic, "verify", "--settled").exit_code == 1
    clinic.settle()
    assert relais(clinic, "verify", "--settled").exit_code == 0


def test_what_arrives_while_it_reads_is_no_problem(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at the inboxes and the look at the logs a whole referral goes through."""
    from shared.backbone.verify import snapshots

    take, engines = snapshots._take, {r.name: r.reader for r in clinic.team}
    taken = 0

    def count(*given: object) -> object:
        nonlocal taken
        taken += 1
        if taken == len(engines) + 1:
            refer(clinic)
        return take(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(snapshots, "_take", count)
    report = examine(engines)
    assert taken == 2 * len(engines)
    assert report.problems == []
    assert report.counts["under way"] == 0, "what was asked for again had arrived"


def test_parked_events_and_unreadable_frames_are_told(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck_event(clinic, monkeypatch)
    clinic.team["psychologist"].open_bus().tell("rtms_unit", b"nothing of ours")
    clinic.settle()
    said = verified(clinic)
    assert said["problems"] == []
    assert "rtms_unit: 1 events are parked, a person has to look" in said["under_way"]
    assert "rtms_unit: 1 frames could not be read (1 arrivals)" in said["notices"]
    spoil(clinic, "rtms_unit", "update inbox set error='' where state='parked'")
    assert "rtms_unit: 1 events are parked without a reason" in verified(clinic)["problems"]


def test_an_audit_whose_end_was_noted_elsewhere_cannot_be_cut(clinic: Clinic) -> None:
    ends = clinic.settings.data_dir / "ends.json"
    refer(clinic)
    assert relais(clinic, "verify", "--anchors", str(ends)).exit_code == 0
    noted = json.loads(ends.read_text())
    assert set(noted) == {running.name for running in clinic.team}
    spoil(clinic, "pain_physician", "delete from audit_entry where number > 1")
    spoil(
        clinic,
        "pain_physician",
        "update audit_head set number=1, digest=(select digest from audit_entry)",
    )
    assert relais(clinic, "verify").exit_code == 0
    found = relais(clinic, "verify", "--anchors", str(ends))
    assert found.exit_code == 1
    assert "is not the one that was anchored" in found.stdout
    assert json.loads(ends.read_text()) == noted


def test_where_it_cannot_look_it_says_so(clinic: Clinic, tmp_path: Path) -> None:
    spoil(clinic, "accounts", "update member set name=name")
    with clinic.team["accounts"].engine.begin() as connection:
        connection.exec_driver_sql("alter table delivery rename to elsewhere")
    refused = relais(clinic, "verify")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "A database cannot be used" in refused.stderr
    clinic.settings.data_dir = tmp_path / "nowhere"
    assert relais(clinic, "verify").exit_code == 2
