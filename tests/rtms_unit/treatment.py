"""A course that is about to begin: what the tests of its gates and sheets do again and again."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from services.rtms_unit.actions import (
    courses,
    day_check,
    deciding,
    equipment,
    screening,
    sheet,
    thresholds,
)
from services.rtms_unit.actions.sheet import Entry
from services.rtms_unit.reading.gates import gates_of, open_gates
from services.rtms_unit.rules import day_check as day_rules
from services.rtms_unit.rules import screening as screening_rules
from services.rtms_unit.rules.dose import Dose
from services.rtms_unit.rules.equipment import Device
from services.rtms_unit.rules.threshold import Measured
from services.rtms_unit.tables import Gate
from shared.discipline import actions
from shared.discipline.tables import CareSession
from shared.errors import NotAllowed, Refused
from shared.events import GateReleased, GateUpheld, MedicationChanged, Note
from shared.identifiers import new_id
from tests.clinic import Clinic
from tests.referring import Referred, refer, say
from tests.rtms_unit.planner import go_to, session, wish

TUESDAY = date(2026, 11, 24)
DOSE = Dose(intensity_percent=80, frequency_hz=10, trains=20, pulses=2000)
NO_TO_ALL = {question.code: "no" for question in screening_rules.QUESTIONS}
AS_USUAL = dict.fromkeys(day_rules.QUESTIONS, "same")


class Treatment:
    """One patient, one course by Hodaj 2015, one machine; and a physician of the unit."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic = clinic
        self.supervisor = clinic.join("Dr Malik Roussel", roles=["physician"], units=["rtms_unit"])
        clinic.settle()
        self.machine: UUID = self.do(
            equipment.add_machine, Device("Magstim 1", "Magstim", "M-1", date(2020, 1, 1))
        ).id
        self.coil: UUID = self.do(
            equipment.add_coil, Device("D70", "Magstim", "C-1", date(2020, 1, 1)), "figure-8"
        ).id
        self.sent: Referred = refer(clinic)
        self.do(actions.accept, self.sent.id)
        self.course = UUID(int=0)

    def begin(self) -> "Treatment":
        """Screened, planned, and the morning of the first session."""
        self.screen()
        self.course = self.do(courses.plan, self.sent.id, wish(first_on=TUESDAY)).id
        go_to(self.clinic, TUESDAY, 8)
        return self

    def do(self, verb: Callable[..., Any], *values: object, **named: object) -> Any:
        """The operator of the unit does something."""
        with self.clinic.work("rtms_unit", self.clinic.operator) as work:
            return verb(work, *values, **named)

    def refused(self, verb: Callable[..., Any], *values: object, **named: object) -> str:
        """The sentence with which the operator is refused something."""
        return self._refused(self.clinic.operator, verb, *values, **named)

    def decide(self, verb: Callable[..., Any], *values: object, **named: object) -> Any:
        """The physician of the unit does something."""
        with self.clinic.work("rtms_unit", self.supervisor) as work:
            return verb(work, *values, **named)

    def refused_physician(self, verb: Callable[..., Any], *values: object, **named: object) -> str:
        """The sentence with which the physician of the unit is refused something."""
        return self._refused(self.supervisor, verb, *values, **named)

    def _refused(self, who: UUID, verb: Callable[..., Any], *values: Any, **named: Any) -> str:
        try:
            with self.clinic.work("rtms_unit", who) as work:
                verb(work, *values, **named)
        except NotAllowed:
            return "not allowed"
        except Refused as why:
            return str(why)
        raise AssertionError("it was not refused")

    def screen(self, **details: str) -> UUID:
        """All questions are asked; `details` are those that were answered with yes."""
        answers = NO_TO_ALL | dict.fromkeys(details, "yes")
        found: UUID = self.do(screening.complete_screening, self.sent.id, answers, details).id
        return found

    def number(self, ordinal: int) -> UUID:
        return session(self.clinic, self.course, ordinal)

    def check(self, key: UUID, *changed: str, note: str = "") -> None:
        answers = AS_USUAL | dict.fromkeys(changed, "changed")
        self.do(day_check.check_day, key, answers, note)

    def measure(self, key: UUID, percent: int = 60) -> None:
        measured = Measured(percent, "visible-twitch", "right", self.machine, self.coil)
        self.do(thresholds.record_threshold, key, measured)

    def prepare(self, key: UUID) -> None:
        """Everything that comes before a session, and nothing stands against it."""
        self.check(key)
        self.measure(key)

    def start(self, key: UUID) -> None:
        self.do(actions.arrive, key)

    def entry(self, **more: Any) -> Entry:
        """A session as the protocol wants it, borne without any effect."""
        values: dict[str, Any] = {
            "operator_id": self.clinic.operator,
            "machine_id": self.machine,
            "coil_id": self.coil,
            "side": "right",
            "side_confirmed": False,
            "dose": DOSE,
            "pulses_delivered": 2000,
            "effects": {},
            "no_effects": True,
            "next_step": "as-planned",
            "nrs_before": 7,
            "nrs_after": 5,
        }
        return Entry(**{**values, **more})

    def save(self, key: UUID, **more: Any) -> None:
        self.do(sheet.save_sheet, key, self.entry(**more))

    def give(self, ordinal: int, day: date | None = None) -> UUID:
        """A whole session, on its day."""
        key = self.number(ordinal)
        if day is not None:
            go_to(self.clinic, day, 8)
        self.prepare(key)
        self.start(key)
        self.save(key)
        return key

    def gates(self, gate: str = "") -> list[Gate]:
        """The gates of the patient, the oldest first."""
        with self.clinic.look("rtms_unit") as work:
            rows = gates_of(work, self.sent.patient_id)
        return [row for row in rows if gate in ("", row.gate)]

    def closed(self) -> list[str]:
        """What is closed in the unit, by code."""
        with self.clinic.look("rtms_unit") as work:
            return [row.gate for row in open_gates(work)]

    def release(self, gate: str, reason: str = "Seen, and weighed.") -> None:
        self.decide(deciding.release, self._last_closed(gate), reason)

    def uphold(self, gate: str, reason: str = "Not now.") -> None:
        self.decide(deciding.uphold, self._last_closed(gate), reason)

    def _last_closed(self, gate: str) -> UUID:
        return [row for row in self.gates(gate) if row.state == "closed"][-1].id

    def status(self, key: UUID) -> str:
        with self.clinic.look("rtms_unit") as work:
            return work.get(CareSession, key).status

    def decided_elsewhere(
        self,
        gate: Gate,
        reason: str = "I know of it.",
        service: str = "pain_physician",
        kind: type[GateReleased] | type[GateUpheld] = GateReleased,
    ) -> None:
        """Another service says that it has decided."""
        with self.clinic.look(service) as work:
            note = work.seal(Note(text=reason), self.sent.patient_id)
        names = {"gate", "referral_id", "course_id", "session_id"}
        say(
            self.clinic,
            service,
            kind(
                **gate.model_dump(include=names),
                patient_id=self.sent.patient_id,
                gate_id=gate.id,
                requester="pain_physician",
                performer="rtms_unit",
                decided_by=gate.asks,
                note=note,
            ),
        )

    def medicine(self, drug: str = "tramadol", **more: Any) -> None:
        """The physician changes a medicine."""
        usual = {"change": "started", "drug_class": "opioid", "changed_on": self.clinic.now.date()}
        values: dict[str, Any] = {**usual, **more}
        say(
            self.clinic,
            "pain_physician",
            MedicationChanged(
                patient_id=self.sent.patient_id,
                medication_id=new_id(),
                drug=drug,
                seizure_risk=True,
                **values,
            ),
        )
