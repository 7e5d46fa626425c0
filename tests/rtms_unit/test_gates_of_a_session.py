"""The gates before a session (G2, G3, G4, G5) in the life of a course."""

from datetime import timedelta

from sqlmodel import select

from services.rtms_unit.actions import adverse_events, sheet, stopping
from services.rtms_unit.rules.dose import Dose
from services.rtms_unit.rules.effects import Noticed
from services.rtms_unit.tables import AdverseEvent, Screening, SessionSheet
from shared.discipline import actions
from shared.discipline.tables import CareSession
from shared.events import ConcernRaised, GateUpheld, Note
from shared.identifiers import new_id
from tests.clinic import Clinic
from tests.referring import announced, say
from tests.rtms_unit.planner import go_to, seen
from tests.rtms_unit.treatment import TUESDAY, Treatment

SEIZURE = Noticed("seizure", "severe", "probable", "session-interrupted", note="Ten seconds.")


def test_a_session_as_it_should_be(clinic: Clinic, treatment: Treatment) -> None:
    first = treatment.number(1)
    assert "Ask the questions of the day" in treatment.refused(actions.arrive, first)
    assert "Start the session first" in treatment.refused(
        sheet.save_sheet, first, treatment.entry()
    )
    treatment.check(first)
    assert treatment.closed() == ["motor-threshold"]
    assert "No motor threshold" in treatment.refused(actions.arrive, first)
    treatment.measure(first)
    assert treatment.closed() == []
    treatment.start(first)
    assert "recorded on its sheet" in treatment.refused(actions.complete_session, first, 7, 5)
    treatment.save(first)
    assert treatment.status(first) == "completed"
    with clinic.look("rtms_unit") as work:
        row = work.get(SessionSheet, first)
    assert (row.threshold_percent, row.output_percent, row.pulses_delivered) == (60, 48, 2000)
    assert announced(clinic, "rtms_unit")[-3:] == [
        "session.completed",
        *["measurement.recorded"] * 2,
    ]
    assert clinic.verify() == []


def test_a_new_medicine_closes_the_gate_of_the_day(clinic: Clinic, treatment: Treatment) -> None:
    """Also after the questions of the day were asked; and the threshold must be measured anew."""
    first = treatment.number(1)
    treatment.prepare(first)
    clinic.wait(minutes=5)
    treatment.medicine("tramadol")
    treatment.medicine("bupropion")
    gate = treatment.gates("safe-today")[-1]
    assert [one["drug"] for one in gate.details["medicines"]] == ["tramadol", "bupropion"]
    assert treatment.closed() == ["safe-today"]
    assert "Something has changed" in treatment.refused(actions.arrive, first)
    treatment.decided_elsewhere(gate, "Low dose, known to me.")
    assert treatment.closed() == []
    assert "measure it again" in treatment.refused(actions.arrive, first)
    clinic.wait(minutes=5)
    treatment.measure(first)
    treatment.start(first)
    assert treatment.status(first) == "arrived"


def test_a_decision_that_came_second_is_noted(clinic: Clinic, treatment: Treatment) -> None:
    first = treatment.number(1)
    treatment.check(first, "sleep")
    gate = treatment.gates("safe-today")[-1]
    treatment.uphold("safe-today", "Not after such a night.")
    treatment.decided_elsewhere(gate, "I would have let her.")
    assert treatment.gates("safe-today")[-1].state == "upheld"
    page = clinic.http(clinic.operator).get(treatment.sent.url).text
    assert "decided at a gate that was decided already" in page
    assert clinic.verify() == []


def test_after_a_no_the_next_check_asks_the_physician_again(
    clinic: Clinic, treatment: Treatment
) -> None:
    first, second = treatment.number(1), treatment.number(2)
    treatment.check(first, "sleep")
    treatment.uphold("safe-today")
    treatment.measure(first)
    assert "no session today" in treatment.refused(actions.arrive, first)
    treatment.do(actions.miss, first, "not-safe-today")
    go_to(clinic, TUESDAY + timedelta(days=1), 8)
    treatment.check(second)
    assert treatment.gates("safe-today")[-1].reason_code == "refused-before"
    treatment.release("safe-today", "She has slept well.")
    treatment.start(second)


def test_the_threshold_counts_for_the_phase(clinic: Clinic, treatment: Treatment) -> None:
    """Seven days in the induction of this protocol: on the eighth it is measured again."""
    treatment.measure(treatment.number(1))
    go_to(clinic, TUESDAY + timedelta(days=8), 8)
    later = next(
        line.session.id
        for line in seen(clinic, treatment.course).lines
        if line.place.day == clinic.now.date()
    )
    treatment.check(later)
    assert treatment.closed() == ["motor-threshold"]
    assert "too old for this phase" in treatment.refused(actions.arrive, later)


def test_the_screening_grows_old(clinic: Clinic, treatment: Treatment) -> None:
    """After its time it no longer counts, for a course that runs as well."""
    with clinic.work("rtms_unit") as work:
        for screening in work.all(select(Screening)):
            screening.signed_at = clinic.now - timedelta(days=400)
    first = treatment.number(1)
    treatment.prepare(first)
    assert "screening is too old" in treatment.refused(actions.arrive, first)
    treatment.screen()
    treatment.start(first)


def test_a_gate_that_closes_during_the_session(treatment: Treatment) -> None:
    """What was given is not lost: it is recorded as interrupted, or after the release."""
    first = treatment.number(1)
    treatment.prepare(first)
    treatment.start(first)
    treatment.medicine()
    assert "Something has changed" in treatment.refused(sheet.save_sheet, first, treatment.entry())
    treatment.save(first, interrupted_for="other", pulses_delivered=900)
    assert treatment.status(first) == "interrupted"


def test_pain_that_was_asked_is_kept_of_a_session_that_was_interrupted(
    clinic: Clinic, treatment: Treatment
) -> None:
    first = treatment.number(1)
    treatment.prepare(first)
    treatment.start(first)
    treatment.save(first, interrupted_for="unwell", pulses_delivered=900, nrs_before=7, nrs_after=6)
    with clinic.look("rtms_unit") as work:
        row = work.get(CareSession, first)
    assert (row.status, row.nrs_before, row.nrs_after) == ("interrupted", 7, 6)
    assert announced(clinic, "rtms_unit").count("measurement.recorded") == 2


def test_a_dose_outside_the_protocol(clinic: Clinic, treatment: Treatment) -> None:
    first = treatment.number(1)
    treatment.prepare(first)
    treatment.start(first)
    strong = Dose(intensity_percent=95, frequency_hz=10, trains=20, pulses=2000)
    words = treatment.refused(sheet.save_sheet, first, treatment.entry(dose=strong))
    assert "95 (70–90)" in words
    assert treatment.status(first) == "arrived"
    treatment.do(sheet.ask_for_dose, first, strong)
    treatment.release("dose-envelope", "She bore 95 before.")
    other = Dose(intensity_percent=96, frequency_hz=10, trains=20, pulses=2000)
    assert "outside" in treatment.refused(sheet.save_sheet, first, treatment.entry(dose=other))
    treatment.save(first, dose=strong)
    with clinic.look("rtms_unit") as work:
        assert work.get(SessionSheet, first).gate_id == treatment.gates("dose-envelope")[-1].id


def test_what_a_sheet_must_say(clinic: Clinic, treatment: Treatment) -> None:
    """Nothing is assumed: no side, no effect, no next step; and nothing impossible is kept."""
    first = treatment.number(1)
    treatment.prepare(first)
    treatment.start(first)
    for wrong, sentence in (
        ({"no_effects": False}, "Ask about adverse effects"),
        ({"effects": {"headache": ("mild", "possible")}}, "said that there was none"),
        ({"effects": {"headache": ("mild", "")}, "no_effects": False}, "one of the list"),
        ({"side": "left"}, "side of the pain"),
        ({"side": ""}, "one of the list"),
        ({"next_step": ""}, "one of the list"),
        ({"pulses_delivered": 2001}, "More pulses than planned"),
        ({"pulses_delivered": -1}, "between"),
        ({"nrs_after": 11}, "0 to 10"),
        ({"coil_id": new_id()}, "in use"),
        ({"operator_id": clinic.psychologist}, "does not work"),
    ):
        assert sentence in treatment.refused(sheet.save_sheet, first, treatment.entry(**wrong))
    treatment.save(first, side="left", side_confirmed=True, next_step="ask-physician")
    assert treatment.closed() == ["safe-today"]


def test_an_effect_of_a_session_is_an_adverse_event(clinic: Clinic, treatment: Treatment) -> None:
    first = treatment.number(1)
    treatment.prepare(first)
    treatment.start(first)
    treatment.save(first, effects={"headache": ("mild", "probable")}, no_effects=False)
    assert announced(clinic, "rtms_unit")[-1] == "adverse_event.reported"
    assert treatment.closed() == []
    assert clinic.verify() == []


def test_the_patient_called_the_day_after(clinic: Clinic, treatment: Treatment) -> None:
    """A serious event outside of a session stops the course, until a physician has decided."""
    treatment.give(1)
    clinic.wait(hours=20)
    treatment.do(adverse_events.report, treatment.sent.id, SEIZURE)
    assert treatment.closed() == ["stop"]
    assert seen(clinic, treatment.course).course.status == "on-hold"
    told = announced(clinic, "rtms_unit")[-3:]
    assert told == ["adverse_event.reported", "course.stopped", "gate.closed"]
    with clinic.look("rtms_unit") as work:
        event = work.first(select(AdverseEvent.id))
    assert "not allowed" in treatment.refused(adverse_events.acknowledge, event, "Seen.")
    treatment.decide(adverse_events.acknowledge, event, "Referred to neurology.")
    assert "already" in treatment.refused_physician(adverse_events.acknowledge, event, "Again.")
    treatment.release("stop", "It was a fainting fit; neurology agrees.")
    assert seen(clinic, treatment.course).course.status == "active"
    assert announced(clinic, "rtms_unit")[-2:] == ["gate.released", "course.changed"]
    assert clinic.verify() == []


def test_every_stop_is_decided_for_itself(clinic: Clinic, treatment: Treatment) -> None:
    treatment.do(adverse_events.report, treatment.sent.id, SEIZURE)
    treatment.do(stopping.stop_by_hand, treatment.sent.id, "pregnancy", "Test positive.")
    treatment.release("stop", "Excluded by a second test.")
    assert seen(clinic, treatment.course).course.status == "on-hold"
    gate = treatment.gates("stop")[0]
    treatment.decided_elsewhere(gate, "No more stimulation for her.", kind=GateUpheld)
    assert seen(clinic, treatment.course).course.status == "revoked"
    assert treatment.status(treatment.number(1)) == "cancelled"


def test_a_suicidal_crisis_stops_stimulation_whoever_noticed_it(
    clinic: Clinic, treatment: Treatment
) -> None:
    with clinic.look("psychologist") as work:
        note = work.seal(Note(text="She has a plan."), treatment.sent.patient_id)
    concern = ConcernRaised(
        patient_id=treatment.sent.patient_id,
        concern_id=new_id(),
        raised_by="psychologist",
        addressed_to="pain_physician",
        reason_code="suicidal-crisis",
        note=note,
    )
    say(clinic, "psychologist", concern)
    assert treatment.closed() == ["stop"]
    assert "course is stopped" in treatment.refused(actions.arrive, treatment.number(1))
