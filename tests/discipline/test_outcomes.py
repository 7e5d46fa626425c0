"""How care ends: completed with a report, followed up; and a concern that cannot wait."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlmodel import col, select

from shared.discipline import actions
from shared.discipline.tables import FollowUp, Step
from shared.errors import Invalid, RuleBroken
from tests.clinic import Clinic
from tests.referring import Referred, announced, refer, refer_from_outside, stored


@pytest.fixture
def accepted(clinic: Clinic) -> Referred:
    """A referral that the psychologist has accepted."""
    sent = refer(clinic, "psychologist")
    with clinic.work("psychologist", clinic.psychologist) as work:
        actions.accept(work, sent.id)
    return sent


def follow_up(clinic: Clinic, key: UUID) -> FollowUp:
    with clinic.look("psychologist") as work:
        return work.get(FollowUp, key)


def test_completed_with_its_report(clinic: Clinic, accepted: Referred) -> None:
    with clinic.work("psychologist", clinic.psychologist) as work:
        actions.complete(work, accepted.id, "goals-met", "He sleeps again.")
    referral = stored(clinic, accepted)
    assert (referral.status, referral.outcome_code) == ("completed", "goals-met")
    assert referral.report == "He sleeps again."
    assert announced(clinic, "psychologist")[-2:] == ["referral.completed", "report.sent"]
    with (
        clinic.work("psychologist", clinic.psychologist) as work,
        pytest.raises(RuleBroken, match=r"Nora Benali sent the report on Mon 23 Nov 09:00\."),
    ):
        actions.send_report(work, accepted.id, "Once more.")


def test_a_report_may_follow_later(clinic: Clinic, accepted: Referred) -> None:
    with clinic.work("psychologist", clinic.psychologist) as work:
        actions.complete(work, accepted.id, "partly-met")
        with pytest.raises(Invalid):
            actions.send_report(work, accepted.id, "   ")
    assert announced(clinic, "psychologist")[-1] == "referral.completed"
    with clinic.work("psychologist", clinic.psychologist) as work:
        actions.send_report(work, accepted.id, "See the letter.")
    assert announced(clinic, "psychologist")[-1] == "report.sent"


def test_a_session_without_an_outcome_keeps_the_referral_open(
    clinic: Clinic, accepted: Referred
) -> None:
    with clinic.work("psychologist", clinic.psychologist) as work:
        booked = actions.book(work, accepted.id, clinic.now + timedelta(days=1), 45)
        with pytest.raises(RuleBroken, match="still booked"):
            actions.complete(work, accepted.id, "goals-met")
        actions.cancel_session(work, booked.id, "practitioner-away")
        actions.complete(work, accepted.id, "stopped-by-team")
    assert stored(clinic, accepted).status == "completed"


def test_a_follow_up_from_plan_to_result(clinic: Clinic, accepted: Referred) -> None:
    with clinic.work("psychologist", clinic.psychologist) as work:
        planned = actions.plan_follow_up(work, accepted.id, "month-1", date(2026, 12, 23))
        with pytest.raises(RuleBroken, match="planned already"):
            actions.plan_follow_up(work, accepted.id, "month-1", date(2026, 12, 24))
        with pytest.raises(Invalid, match="already passed"):
            actions.plan_follow_up(work, accepted.id, "week-1", date(2026, 11, 22))
    clinic.wait(days=30)
    with clinic.work("psychologist", clinic.psychologist) as work:
        with pytest.raises(Invalid):
            actions.record_follow_up(work, planned.id)
        actions.record_follow_up(work, planned.id, 3, 2, "Walks every day.", version=1)
    done = follow_up(clinic, planned.id)
    assert (done.status, done.nrs, done.pgic, done.note) == ("done", 3, 2, "Walks every day.")
    assert announced(clinic, "psychologist")[-3:] == [
        "follow_up.done",
        "measurement.recorded",
        "measurement.recorded",
    ]
    with (
        clinic.work("psychologist", clinic.psychologist) as work,
        pytest.raises(RuleBroken, match="Nora Benali recorded this follow-up on Wed 23 Dec"),
    ):
        actions.cancel_follow_up(work, planned.id, "other")


def test_a_follow_up_that_cannot_be_done_can_be_planned_anew(
    clinic: Clinic, accepted: Referred
) -> None:
    with clinic.work("psychologist", clinic.psychologist) as work:
        planned = actions.plan_follow_up(work, accepted.id, "week-1", date(2026, 11, 30))
        actions.cancel_follow_up(work, planned.id, "could-not-reach")
        actions.plan_follow_up(work, accepted.id, "week-1", date(2026, 12, 1))
    assert follow_up(clinic, planned.id).reason_code == "could-not-reach"
    assert announced(clinic, "psychologist")[-1] == "follow_up.planned"


def test_a_concern_is_raised_and_its_acknowledgement_comes_back(
    clinic: Clinic, accepted: Referred
) -> None:
    with clinic.work("psychologist", clinic.psychologist) as work:
        concern_id = actions.raise_concern(work, accepted.id, "He speaks of giving up.")
    clinic.settle()
    physician = clinic.http(clinic.physician)
    page = f"/pain_physician/concerns/{concern_id}"
    assert "He speaks of giving up." in physician.get(page).text
    said = {"what_is_done": "Seen today, lives with his brother."}
    assert physician.post(f"{page}/acknowledge", data=said).status_code == 303
    clinic.settle()
    with clinic.look("psychologist") as work:
        step = work.first(select(Step).where(col(Step.what) == "concern-acknowledged"))
    assert (step.subject, step.note) == (concern_id, "Seen today, lives with his brother.")


def test_a_concern_about_a_patient_from_outside_stays_in_the_house(clinic: Clinic) -> None:
    sent = refer_from_outside(clinic)
    with clinic.work(sent.performer, clinic.physician) as work:
        concern_id = actions.raise_concern(work, sent.id, "Lost five kilos.")
    page = clinic.http(clinic.physician).get(f"/{sent.performer}/concerns/{concern_id}")
    assert "Lost five kilos." in page.text


def test_every_change_leaves_an_audit_entry(clinic: Clinic, accepted: Referred) -> None:
    with clinic.work("psychologist", clinic.psychologist) as work:
        actions.raise_concern(work, accepted.id, "Worried.")
    with clinic.team["psychologist"].reader.connect() as connection:
        rows = connection.exec_driver_sql(
            "select actor, action from audit_entry where patient_id = ? order by number",
            (accepted.patient_id.hex,),
        ).all()
    member = f"member:{clinic.psychologist}"
    assert [tuple(row) for row in rows] == [
        ("service:psychologist", "requested"),
        ("service:psychologist", "received"),
        (member, "accepted"),
        (member, "concern-raised"),
    ]
