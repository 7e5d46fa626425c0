"""Whatever happens in whatever order: no stimulation behind a closed gate, no impossible score."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from services.rtms_unit.actions import (
    adverse_events,
    day_check,
    deciding,
    screening,
    sheet,
    stopping,
    thresholds,
)
from services.rtms_unit.reading.protocols import find
from services.rtms_unit.rules.dose import Dose
from services.rtms_unit.rules.effects import Noticed
from services.rtms_unit.rules.threshold import Measured
from services.rtms_unit.tables import Course, DayCheck, Gate, Screening, SessionSheet, Threshold
from shared.backbone.envelope import Envelope
from shared.discipline import actions
from shared.discipline.tables import CareSession
from shared.errors import Refused
from shared.events import ConcernRaised, Event, GateReleased, GateUpheld, MedicationChanged, Note
from shared.identifiers import new_id
from shared.work import Work
from tests.rtms_unit.treatment import AS_USUAL, NO_TO_ALL, Treatment

SESSIONS = 3
Deed = tuple[str, int, int]
"""What, at which session, and a number from which everything else follows."""


class Unit:
    """The unit with one patient, in a transaction that is undone at the end."""

    def __init__(self, treatment: Treatment, session: Session) -> None:
        clinic = treatment.clinic
        self.t, self.running = treatment, clinic.team["rtms_unit"]
        self.operator = clinic.viewer("rtms_unit", clinic.operator)
        self.physician = clinic.viewer("rtms_unit", treatment.supervisor)
        self.session, self.now = session, clinic.now
        self.keys = [treatment.number(number + 1) for number in range(SESSIONS)]

    def work(self, viewer: Any = None, cause: Envelope | None = None) -> Work:
        work = self.running.work_in(self.session, viewer=viewer, cause=cause)
        return replace(work, now=self.now)

    def status(self, key: UUID) -> str:
        return self.session.get_one(CareSession, key).status

    def rows(self, table: type[Any]) -> list[Any]:
        return list(self.session.execute(select(table)).scalars())

    def take(self, deed: Deed) -> None:
        """Try it; a refusal changes nothing."""
        what, number, seed = deed
        try:
            with self.session.begin_nested():
                getattr(self, what)(self.keys[number], seed)
        except Refused:
            self.session.expire_all()

    def check(self, key: UUID, seed: int) -> None:
        codes = list(AS_USUAL)
        changed = {codes[seed % 5]: "changed"} if seed % 3 == 0 else {}
        day_check.check_day(self.work(self.operator), key, AS_USUAL | changed)

    def measure(self, key: UUID, seed: int) -> None:
        measured = Measured(seed % 130, "visible-twitch", "right", self.t.machine, self.t.coil)
        thresholds.record_threshold(self.work(self.operator), key, measured)

    def start(self, key: UUID, _: int) -> None:
        actions.arrive(self.work(self.operator), key)

    def save(self, key: UUID, seed: int) -> None:
        dose = Dose(70 + seed % 50, 10, 20, 2000)
        effects = {"headache": ("mild", "possible")} if seed % 2 else {}
        entry = self.t.entry(
            dose=dose,
            pulses_delivered=seed * 40,
            effects=effects,
            no_effects=not effects,
            nrs_before=seed % 13,
            next_step="ask-physician" if seed % 7 == 0 else "as-planned",
            interrupted_for="unwell" if seed % 5 == 0 else "",
        )
        sheet.save_sheet(self.work(self.operator), key, entry)

    def ask(self, key: UUID, seed: int) -> None:
        sheet.ask_for_dose(self.work(self.operator), key, Dose(70 + seed % 50, 10, 20, 2000))

    def complete(self, key: UUID, seed: int) -> None:
        actions.complete_session(self.work(self.operator), key, seed % 11, 3)

    def interrupt(self, key: UUID, _: int) -> None:
        actions.interrupt(self.work(self.operator), key, "unwell")

    def miss(self, key: UUID, seed: int) -> None:
        if seed % 4 == 0:
            actions.miss(self.work(self.operator), key, "illness")

    def decide(self, _: UUID, seed: int) -> None:
        """A physician, an operator, or another service decides at some gate."""
        gates = self.rows(Gate)
        gate = gates[seed % len(gates)]
        verb = deciding.release if seed % 3 else deciding.uphold
        if seed % 4 == 0:
            self.hear_decision(gate, seed)
        else:
            verb(self.work(self.operator if seed % 8 == 1 else self.physician), gate.id, "Weighed.")

    def hear_decision(self, gate: Gate, seed: int) -> None:
        source = "psychologist" if seed % 8 == 0 else "pain_physician"
        note = self.work().seal(Note(text="Weighed."), gate.patient_id)
        kind = GateReleased if seed % 3 else GateUpheld
        names = {"gate", "referral_id", "course_id", "session_id", "patient_id"}
        event = kind(
            **gate.model_dump(include=names),
            gate_id=gate.id,
            requester="pain_physician",
            performer="rtms_unit",
            decided_by=gate.asks,
            note=note,
        )
        self.hear(event, source)

    def hear(self, event: Event, source: str = "pain_physician") -> None:
        cause = Envelope(
            id=new_id(),
            source=f"/relais/{source}",
            type=f"relais.{event.kind}.v1",
            subject=event.stream,
            time=self.now,
            data={},
            actor=f"service:{source}",
            correlationid=new_id(),
        )
        self.running.service.handlers.apply("rtms_unit", event, self.work(cause=cause))

    def medicine(self, _: UUID, seed: int) -> None:
        self.hear(
            MedicationChanged(
                patient_id=self.t.sent.patient_id,
                medication_id=new_id(),
                change="started",
                drug="tramadol",
                drug_class="opioid",
                changed_on=self.now.date(),
                seizure_risk=bool(seed % 2),
            )
        )

    def crisis(self, _: UUID, seed: int) -> None:
        patient = self.t.sent.patient_id
        self.hear(
            ConcernRaised(
                patient_id=patient,
                concern_id=new_id(),
                raised_by="psychologist",
                addressed_to="pain_physician",
                reason_code="suicidal-crisis" if seed % 2 else "by-hand",
                note=self.work().seal(Note(text="Worried."), patient),
            ),
            "psychologist",
        )

    def report(self, key: UUID, seed: int) -> None:
        code = ("headache", "seizure", "syncope")[seed % 3]
        noticed = Noticed(code, "moderate", "possible", "none", serious=seed % 5 == 0, note="So.")
        adverse_events.report(self.work(self.operator), self.t.sent.id, noticed, key)

    def stop(self, _: UUID, seed: int) -> None:
        if seed % 3 == 0:
            stopping.stop_by_hand(self.work(self.operator), self.t.sent.id, "by-hand", "So.")

    def screen(self, _: UUID, seed: int) -> None:
        yes = {"metal": "yes"} if seed % 2 else {}
        details = {"metal": "a clip"} if yes else {}
        screening.complete_screening(
            self.work(self.operator), self.t.sent.id, NO_TO_ALL | yes, details
        )

    def wait(self, _: UUID, seed: int) -> None:
        self.now += timedelta(hours=seed % 30)

    def is_open(self, key: UUID) -> bool:
        """What must be so before stimulation, read from the tables and from nothing else."""
        zone, today = self.work().zone, self.work().today
        gates = self.rows(Gate)
        closed = {gate.gate for gate in gates if gate.state == "closed"}
        screenings = sorted(self.rows(Screening), key=lambda row: (row.signed_at, row.id))
        screened = next(gate for gate in gates if gate.id == screenings[-1].gate_id)
        checks = [row for row in self.rows(DayCheck) if row.session_id == key]
        last = max((row.measured_at for row in self.rows(Threshold)), default=None)
        refused = any(gate.gate == "stop" and gate.state == "upheld" for gate in gates)
        return (
            not closed & {"stop", "safe-today", "decision-point"}
            and not refused
            and screened.state == "released"
            and bool(checks)
            and (checks[-1].day == today or self.status(key) == "arrived")
            and last is not None
            and last.astimezone(zone).date() >= today - timedelta(days=7 + 2)
        )

    def is_within(self, key: UUID) -> bool:
        """The dose lies within the protocol, or a physician has released exactly this one."""
        row = self.session.get_one(SessionSheet, key)
        course = self.session.get_one(Course, row.course_id)
        envelope = find(self.work(), course.protocol, course.protocol_version).dose
        allowed = envelope["intensity_percent"]
        if allowed.low <= row.intensity_percent <= allowed.high:
            return True
        gate = self.session.get(Gate, row.gate_id) if row.gate_id else None
        return gate is not None and gate.state == "released"


@pytest.fixture
def began(treatment: Treatment) -> Treatment:
    """The first session could be started."""
    treatment.prepare(treatment.number(1))
    return treatment


WHAT = (
    *("check", "measure", "start", "save", "ask", "complete", "interrupt", "miss", "decide"),
    *("medicine", "crisis", "report", "stop", "screen", "wait", "start", "save", "decide"),
)
deeds = st.tuples(st.sampled_from(WHAT), st.integers(0, SESSIONS - 1), st.integers(0, 60))


@given(st.lists(deeds, min_size=3, max_size=25))
@how(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_no_stimulation_behind_a_closed_gate(began: Treatment, sequence: list[Deed]) -> None:
    with Session(began.clinic.team["rtms_unit"].engine, expire_on_commit=False) as session:
        unit = Unit(began, session)
        for deed in sequence:
            before = {key: unit.status(key) for key in unit.keys}
            might = {key: unit.is_open(key) for key in unit.keys}
            unit.take(deed)
            session.flush()
            for key in unit.keys:
                after = unit.status(key)
                if after == before[key]:
                    continue
                assert after not in ("arrived", "completed") or might[key], deed
                assert after not in ("completed", "interrupted") or unit.is_within(key)
        within_range(unit)
        session.rollback()


def within_range(unit: Unit) -> None:
    """Every number that was kept is one that can be."""
    for row in unit.rows(SessionSheet):
        assert 0 <= row.pulses_delivered <= row.pulses_planned
        assert 0 <= row.output_percent <= 100
    for threshold in unit.rows(Threshold):
        assert 1 <= threshold.output_percent <= 100
    given_ones = select(CareSession).where(col(CareSession.status) == "completed")
    for session in unit.session.execute(given_ones).scalars():
        for score in (session.nrs_before, session.nrs_after):
            assert score is None or 0 <= score <= 10
