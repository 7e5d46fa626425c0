"""Relief is lost in maintenance: the physician hears of it once, and refers the patient again."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from services.coordinator.tables import Obligation
from services.rtms_unit.actions import courses
from shared.discipline import actions
from shared.discipline.tables import Measurement
from tests.clinic import Clinic
from tests.pain_physician.hands import API, PAGES, PICTURE, ok, press, words_of
from tests.referring import announced
from tests.rtms_unit.planner import end, go_to, seen, session, wish
from tests.rtms_unit.treatment import Treatment

pytestmark = pytest.mark.story


def given(treatment: Treatment, ordinal: int, pain: int) -> None:
    """A session on its day, with the pain that the patient comes with."""
    key = treatment.number(ordinal)
    line = seen(treatment.clinic, treatment.course).line(key)
    assert line is not None
    go_to(treatment.clinic, line.place.day, 8)
    treatment.prepare(key)
    treatment.start(key)
    treatment.save(key, nrs_before=pain, nrs_after=pain)


def assess(treatment: Treatment, average: int) -> None:
    """The physician sees the patient and asks for the average pain."""
    entry = {**PICTURE, "nrs_average": average}
    browser = treatment.clinic.http(treatment.clinic.physician)
    ok(browser.post(f"{API}/patients/{treatment.sent.patient_id}/assessments", json=entry))
    treatment.clinic.settle()


def concerns(clinic: Clinic) -> list[dict[str, Any]]:
    """What waits for the physician."""
    found: list[dict[str, Any]] = ok(clinic.http(clinic.physician).get(f"{API}/decisions"))[
        "concerns"
    ]
    return found


def test_a_relapse_is_told_once_and_the_patient_is_referred_again(clinic: Clinic) -> None:
    treatment = Treatment(clinic)
    assess(treatment, 8)
    treatment.begin()

    # Induction: the pain goes from 8 to 4, and up again on a bad day, which is no relapse.
    given(treatment, 1, 8)
    for ordinal in range(2, 9):
        end(clinic, session(clinic, treatment.course, ordinal))
    for ordinal, pain in ((9, 4), (10, 7)):
        given(treatment, ordinal, pain)
    treatment.release("decision-point", "Relief of half: maintenance.")
    assert concerns(clinic) == []

    # Maintenance: still good, then two sessions above 70 per cent of what it was.
    given(treatment, 11, 4)
    given(treatment, 12, 6)
    assert concerns(clinic) == [], "once is no relapse"
    given(treatment, 13, 7)
    [concern] = concerns(clinic)
    assert not concern["urgent"]
    told = words_of(clinic.http(clinic.physician).get(f"{PAGES}/decisions"))
    assert "pain before the first session was 8, and the last measures are 6, 7" in told
    given(treatment, 14, 7)
    assert len(concerns(clinic)) == 1, "the same relapse"
    assert announced(clinic, "rtms_unit").count("concern.raised") == 1
    page = clinic.http(clinic.operator).get(treatment.sent.url).text
    assert "Pain over time" in page
    assert "moderate response" in page

    # The physician acknowledges it, ends this course, and refers the patient again.
    doctor = clinic.http(clinic.physician)
    done = {"what_is_done": "Seen: the pain is back. Stimulation again."}
    assert press(doctor, f"/concerns/{concern['id']}/acknowledge", **done).is_redirect
    clinic.settle()
    with clinic.look("coordinator") as work:
        owed = work.all(select(Obligation).where(Obligation.what == "acknowledge-concern"))
    assert [(one.urgent, one.state) for one in owed] == [(False, "met")]
    treatment.do(courses.end, treatment.course, "no-effect")
    treatment.do(actions.complete, treatment.sent.id, "partly-met", "Relief for two months.")
    again = ok(
        doctor.post(
            f"{API}/patients/{treatment.sent.patient_id}/referrals",
            json={
                "performer": "rtms_unit",
                "question": "The pain has come back: a second course?",
                "reason_code": "relapse",
                "replaces": str(treatment.sent.id),
            },
        )
    )
    clinic.settle()
    assert again["replaces"] == str(treatment.sent.id)
    assert "A new referral takes its place" in words_of(
        doctor.get(f"{PAGES}/sent/{treatment.sent.id}")
    )

    # The second course has a baseline of its own: pain of 7 is where it begins, not a relapse.
    treatment.do(actions.accept, UUID(again["id"]))
    treatment.sent = replace(treatment.sent, id=UUID(again["id"]))
    treatment.screen()
    first_on = clinic.now.date() + timedelta(days=14)
    treatment.course = treatment.do(courses.plan, treatment.sent.id, wish(first_on=first_on)).id
    for ordinal in (1, 2):
        given(treatment, ordinal, 7)
    assert concerns(clinic) == []
    assert clinic.verify() == []


def test_average_pain_of_others_counts_too(clinic: Clinic) -> None:
    """The unit goes by what the physician and the follow-ups measure, and never alarms twice."""
    treatment = Treatment(clinic)
    assess(treatment, 8)
    treatment.begin()
    given(treatment, 1, 8)
    for ordinal in range(2, 11):
        end(clinic, session(clinic, treatment.course, ordinal))
    treatment.release("decision-point", "Maintenance.")
    given(treatment, 11, 8)
    for average in (4, 6, 6, 7, 6):
        clinic.wait(hours=1)
        assess(treatment, average)
    assert len(concerns(clinic)) == 1
    for average in (4, 7):
        clinic.wait(hours=1)
        assess(treatment, average)
    assert len(concerns(clinic)) == 1, "relieved again, and once above"
    clinic.wait(hours=1)
    assess(treatment, 7)
    assert len(concerns(clinic)) == 2, "a second relapse"
    with clinic.look("rtms_unit") as work:
        rows = work.all(
            select(Measurement)
            .where(Measurement.code == "nrs-average")
            .order_by(col(Measurement.measured_at))
        )
    assert [(row.value, row.concern_id is not None) for row in rows] == [
        (8, False),
        (4, False),
        (6, False),
        (6, True),
        (7, False),
        (6, False),
        (4, False),
        (7, False),
        (7, True),
    ]
