"""A responder, from the referral to the follow-up: at every step somebody owes one thing."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from services.coordinator.tables import Obligation
from services.pain_physician import actions as physician
from services.pain_physician import forms
from services.rtms_unit.actions import courses
from shared.discipline import actions
from tests.clinic import Clinic
from tests.coordinator.seen import see
from tests.rtms_unit.planner import go_to, seen, wish
from tests.rtms_unit.treatment import TUESDAY, Treatment

pytestmark = pytest.mark.story
PAIN = (8, 8, 7, 7, 6, 6, 5, 5, 4, 3)
"""Before each of the ten sessions."""


def owed(clinic: Clinic) -> list[tuple[str, str]]:
    """What is owed now, and by whom."""
    with clinic.look("coordinator") as work:
        rows = work.all(select(Obligation).where(col(Obligation.state) == "open"))
        return sorted({(row.what, row.debtor) for row in rows})


def decides(clinic: Clinic, verb: str, *values: Any) -> None:
    """The pain physician does something."""
    with clinic.work("pain_physician", clinic.physician) as work:
        getattr(physician, verb)(work, *values)


def subject_of(clinic: Clinic, what: str) -> Any:
    with clinic.look("coordinator") as work:
        wanted = select(Obligation).where(Obligation.what == what, Obligation.state == "open")
        return work.first(wanted).subject


def test_a_responder_from_referral_to_follow_up(clinic: Clinic) -> None:
    treatment = Treatment(clinic)
    unit, lead = "rtms_unit", "pain_physician"
    assert owed(clinic) == [("complete-screening", unit)]
    treatment.screen()
    assert owed(clinic) == [("plan-course", unit)]
    treatment.course = treatment.do(courses.plan, treatment.sent.id, wish("induction-10")).id
    assert owed(clinic) == [("record-outcome", unit)]
    story = clinic.http(clinic.physician).get(f"/{lead}/patients/{treatment.sent.patient_id}").text
    assert (story.count("planned a course"), story.count("booked a session")) == (1, 0)

    # Ten sessions; the pain falls from 8 to 3. After the third one the head hurts a little.
    for line, pain in zip(seen(clinic, treatment.course).lines, PAIN, strict=True):
        go_to(clinic, line.place.day, 8)
        treatment.prepare(line.session.id)
        treatment.start(line.session.id)
        hurts = {"headache": ("mild", "probable")} if line.link.ordinal == 3 else {}
        felt = {"effects": hurts, "no_effects": not hurts}
        treatment.save(line.session.id, nrs_before=pain, nrs_after=pain - 1, **felt)
    effect = subject_of(clinic, "acknowledge-adverse-event")
    assert ("acknowledge-adverse-event", lead) in owed(clinic)
    done = forms.Acknowledge(what_is_done="Mild, known: it may go on.")
    decides(clinic, "acknowledge_adverse_event", effect, done)

    # The protocol asks whether it goes on; the mail leads the physician to the page of the gate.
    assert owed(clinic) == [("decide-at-gate", lead)]
    for _ in range(4):  # it may be a Friday: the daily mail comes on a working morning
        clinic.wait(days=1)
    told = [m.text for m in clinic.mailer.sent if m.to_name == "Dr Élise Caradec"]
    asked = r"Decide whether something may go on\n(?:.+\n)+?.*(/reminders/open/\S+)"
    link = re.search(asked, "\n".join(told))
    assert link
    gate = subject_of(clinic, "decide-at-gate")
    leads_to = f"/pain_physician/gates/{gate}"
    assert f'href="{leads_to}"' in clinic.http(clinic.physician).get(link[1]).text
    assert clinic.http(clinic.physician).get(leads_to).status_code == 200
    decides(clinic, "release", gate, forms.Release(reason="Half of the pain is gone."))
    assert owed(clinic) == [("plan-next", unit)]

    # Report, read, and asked again after a month: the relief is kept.
    treatment.do(actions.complete, treatment.sent.id, "goals-met", "Pain from 8 to 3.")
    due = TUESDAY + timedelta(days=44)
    follow_up = treatment.do(actions.plan_follow_up, treatment.sent.id, "month-1", due)
    assert owed(clinic) == [("follow-up", unit), ("read-report", lead)]
    decides(clinic, "close", treatment.sent.id, forms.Close(next_step="continue-plan"))
    go_to(clinic, due, 10)
    kept = ["movement", "psychological-care"]
    treatment.do(actions.record_follow_up, follow_up.id, 3, 2, "", 31, kept)
    assert owed(clinic) == []

    page = see(clinic, f"patients/{treatment.sent.patient_id}")
    assert "Course Induction of ten sessions" in page
    assert "10 given, 0 missed, 0 to come" in page
    assert "Decision point" in page
    assert "Headache mild" in page
    figures = see(clinic, "figures")
    assert "rTMS unit 100 1 10 mild: 1" in figures
    assert clinic.verify() == []
