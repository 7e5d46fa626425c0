"""A patient whom four test sessions do not help: a physician ends the course, and it is told."""

import pytest
from sqlmodel import select

from services.coordinator.tables import CourseState, Obligation
from services.rtms_unit.actions import courses
from services.rtms_unit.rules.account import Account
from services.rtms_unit.rules.dose import Dose
from shared.discipline import actions
from tests.clinic import Clinic
from tests.pain_physician.hands import API, PAGES, ok, press, words_of
from tests.rtms_unit.planner import go_to, kinds, seen, wish
from tests.rtms_unit.treatment import TUESDAY, Treatment

pytestmark = pytest.mark.story
DOSE = Dose(intensity_percent=80, frequency_hz=20, trains=20, pulses=1600)


def to_decide(clinic: Clinic) -> list[tuple[str, str]]:
    """Who must decide at a gate, and what became of it."""
    with clinic.look("coordinator") as work:
        wanted = select(Obligation).where(Obligation.what == "decide-at-gate")
        return [(row.debtor, row.state) for row in work.all(wanted)]


def test_a_non_responder_is_stopped_after_four_test_sessions(clinic: Clinic) -> None:
    treatment = Treatment(clinic)
    treatment.screen()
    wanted = wish("saint-etienne", TUESDAY)
    treatment.course = treatment.do(courses.plan, treatment.sent.id, wanted).id
    assert seen(clinic, treatment.course).account == Account(to_come=12)

    # Four test sessions, three weeks apart; the pain stays as it was.
    for ordinal in (1, 2, 3, 4):
        key = treatment.number(ordinal)
        line = seen(clinic, treatment.course).line(key)
        assert line is not None
        go_to(clinic, line.place.day, 8)
        treatment.prepare(key)
        treatment.start(key)
        treatment.save(key, dose=DOSE, pulses_delivered=1600, nrs_before=7, nrs_after=7)
    assert seen(clinic, treatment.course).account == Account(given=4, to_come=8)

    # The course waits for a physician, and the fifth session cannot be begun.
    assert treatment.closed() == ["decision-point"]
    assert to_decide(clinic) == [("pain_physician", "open")]
    fifth = seen(clinic, treatment.course).line(treatment.number(5))
    assert fifth is not None
    go_to(clinic, fifth.place.day, 8)
    treatment.prepare(fifth.session.id)
    refused = treatment.refused(actions.arrive, fifth.session.id)
    assert "asks a physician to decide whether the course goes on" in refused

    # The physician who has referred decides, on her own page.
    doctor = clinic.http(clinic.physician)
    [gate] = ok(doctor.get(f"{API}/decisions"))["gates"]
    reason = {"reason": "No relief after four sessions.", "version": "1"}
    assert press(doctor, f"/gates/{gate['id']}/uphold", **reason).is_redirect
    clinic.settle()

    over = seen(clinic, treatment.course)
    assert (over.course.status, over.course.reason_code) == ("revoked", "decided-to-end")
    assert over.account == Account(given=4, cancelled=8)
    assert kinds(clinic)[-2:] == ["course.decided", "course.completed"]
    with clinic.look("coordinator") as work:
        assert work.get(CourseState, treatment.course).status == "revoked"
    assert to_decide(clinic) == [("pain_physician", "met")]

    # Nothing is to come: the unit completes the referral and reports.
    treatment.do(actions.complete, treatment.sent.id, "not-met", "Four test sessions, no relief.")
    record = words_of(doctor.get(f"{PAGES}/sent/{treatment.sent.id}"))
    assert "Four test sessions, no relief." in record
    assert clinic.verify() == []
