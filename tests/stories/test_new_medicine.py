"""A medicine is changed on the day of a session: no stimulation before a physician decides."""

import pytest
from sqlmodel import select

from services.coordinator.tables import Obligation
from tests.clinic import Clinic
from tests.pain_physician.hands import API, PAGES, ok, press, words_of
from tests.rtms_unit.treatment import Treatment

pytestmark = pytest.mark.story
NOT_YET = "Something has changed: a physician must release this first."


def owed(clinic: Clinic) -> list[tuple[str, str, str]]:
    """What somebody must decide, and what became of it."""
    decide = select(Obligation).where(Obligation.what == "decide-at-gate")
    with clinic.look("coordinator") as work:
        return [(one.debtor, one.creditor, one.state) for one in work.all(decide)]


def test_a_new_medicine_on_the_day_of_a_session(clinic: Clinic) -> None:
    treatment = Treatment(clinic).begin()
    key, unit = treatment.number(1), clinic.http(clinic.operator)
    treatment.prepare(key)

    # The patient calls in the morning; the physician writes down what was begun yesterday.
    doctor = clinic.http(clinic.physician)
    record = f"/patients/{treatment.sent.patient_id}"
    entry = {"drug": "tramadol", "dose": "100", "started_on": "2026-11-23"}
    assert press(doctor, f"{record}/medicines/new", **entry).is_redirect
    clinic.settle()

    # The session waits, whichever way it is begun.
    assert treatment.closed() == ["safe-today"]
    page = unit.post(f"/rtms_unit/sessions/{key}/arrive")
    assert (page.status_code, NOT_YET in page.text) == (422, True)
    program = unit.post(f"/rtms_unit/api/sessions/{key}/arrive", json={})
    assert (program.status_code, program.json()["detail"]) == (409, NOT_YET)
    assert treatment.status(key) == "booked"
    assert owed(clinic) == [("pain_physician", "rtms_unit", "open")]

    # The physician sees why, and releases it with a reason.
    assert "A medicine was changed" in words_of(doctor.get(f"{PAGES}/decisions"))
    [gate] = ok(doctor.get(f"{API}/decisions"))["gates"]
    assert gate["urgent"], "tramadol matters for the risk of a seizure"
    reason = {"reason": "100 mg a day, no seizure ever: the session may be given."}
    assert press(doctor, f"/gates/{gate['id']}/release", version="1", **reason).is_redirect
    clinic.settle()
    assert treatment.closed() == []
    assert [row.reason for row in treatment.gates("safe-today")] == [reason["reason"]]
    assert owed(clinic) == [("pain_physician", "rtms_unit", "met")]
    assert words_of(doctor.get(f"{PAGES}/decisions")).count("Nothing waits for a decision") == 1

    # The medicine may have moved the threshold: it is measured again, and the session is given.
    treatment.measure(key)
    treatment.start(key)
    treatment.save(key)
    told = words_of(doctor.get(f"{PAGES}{record}"))
    for line in ("a medicine that was begun", "waits at a gate", "released a gate"):
        assert line in told
    assert clinic.verify() == []
