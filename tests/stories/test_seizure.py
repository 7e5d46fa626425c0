"""A seizure in the second session: everything stops, a physician is told, and only he goes on."""

import pytest
from sqlmodel import select

from services.coordinator.tables import Obligation
from services.rtms_unit.actions import day_check
from shared.discipline import actions
from tests.clinic import Clinic
from tests.referring import announced
from tests.rtms_unit.planner import go_to, seen
from tests.rtms_unit.treatment import AS_USUAL, TUESDAY, Treatment

pytestmark = pytest.mark.story
WEDNESDAY, THURSDAY = TUESDAY.replace(day=25), TUESDAY.replace(day=26)
WORDS = "Generalised convulsions for 40 seconds at train 12."


def owed(clinic: Clinic) -> dict[str, tuple[str, str]]:
    """What is owed because of it: by whom, and whether it still is."""
    wanted = ("decide-at-gate", "acknowledge-adverse-event")
    rows = select(Obligation).where(Obligation.what.in_(wanted))  # type: ignore[attr-defined]
    with clinic.look("coordinator") as work:
        return {row.what: (row.debtor, row.state) for row in work.all(rows)}


def test_a_seizure_in_the_second_session(clinic: Clinic) -> None:
    treatment = Treatment(clinic).begin()
    treatment.give(1)
    second, third = treatment.number(2), treatment.number(3)
    go_to(clinic, WEDNESDAY, 8)
    treatment.check(second)
    treatment.start(second)

    # In the middle of the session the operator reports it, with one page.
    unit, address = clinic.http(clinic.operator), f"/rtms_unit/referrals/{treatment.sent.id}"
    entry = {"code": "seizure", "severity": "severe", "relation": "probable", "note": WORDS}
    entry |= {"action": "sent-to-emergency", "serious": "true", "session_id": str(second)}
    assert unit.post(f"{address}/adverse-event", data=entry).is_redirect
    clinic.settle()
    assert seen(clinic, treatment.course).course.status == "on-hold"
    assert treatment.closed() == ["stop"]

    # What was given until then is recorded; the session was interrupted, and is not completed.
    assert "recorded as interrupted" in unit.get(f"/rtms_unit/sessions/{second}").text
    treatment.save(second, interrupted_for="adverse-effect", pulses_delivered=1150)
    assert treatment.status(second) == "interrupted"

    # The physician is told today: a decision is owed, and somebody must read what happened.
    assert owed(clinic) == {
        "decide-at-gate": ("pain_physician", "open"),
        "acknowledge-adverse-event": ("pain_physician", "open"),
    }
    clinic.wait(hours=2)
    mails = [mail for mail in clinic.mailer.sent if "Lefèvre" in mail.text or WORDS in mail.text]
    assert clinic.mailer.sent
    assert mails == [], "and no mail says of whom or what"

    # The next morning nobody goes on by himself, whatever the patient answers.
    go_to(clinic, THURSDAY, 8)
    assert "course is stopped" in treatment.refused(actions.arrive, third)
    treatment.do(day_check.check_day, third, AS_USUAL)
    assert "course is stopped" in treatment.refused(actions.arrive, third)

    # The physician reads it, says what is done, and ends the course.
    doctor = clinic.http(clinic.physician)
    [event] = doctor.get("/pain_physician/api/decisions").json()["adverse_events"]
    done = {"what_is_done": "Seen by neurology; no further stimulation."}
    read = f"/pain_physician/api/adverse-events/{event['id']}/acknowledge"
    assert doctor.post(read, json=done).status_code == 200
    clinic.settle()
    [gate] = doctor.get("/pain_physician/api/decisions").json()["gates"]
    verdict = {"reason": "A seizure under stimulation: the risk is too high."}
    answer = doctor.post(f"/pain_physician/api/gates/{gate['id']}/uphold", json=verdict)
    assert answer.status_code == 200, answer.text
    clinic.settle()
    assert {state for _, state in owed(clinic).values()} == {"met"}
    assert seen(clinic, treatment.course).course.status == "revoked"
    assert treatment.status(third) == "cancelled"
    said = announced(clinic, "rtms_unit")
    assert said.count("session.completed") == 1
    assert [kind for kind in said if kind.startswith("course.")] == [
        "course.planned",
        "course.stopped",
        "course.completed",
    ]

    # A new course for the same referral stays shut; the unit's page tells the whole story.
    page = clinic.http(clinic.operator).get(address).text
    assert "reported an adverse event" in page
    assert "acknowledged the adverse event" in page
    assert clinic.verify() == []
