"""Giving sessions of stimulation in the demo: machines, thresholds, checks of the day, sheets."""

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Any

from services.demo.plans import Course, Sent
from services.demo.stories import STAFF, Patient

UNIT = "rtms_unit"
SAFE = dict.fromkeys(("sleep", "alcohol", "medicine", "implant", "pregnancy"), "same")
DOSES = {
    "induction-10": (80, 10, 20, 2000),
    "hodaj-2015": (80, 10, 20, 2000),
    "saint-etienne": (80, 20, 20, 1600),
    "transnep": (80, 10, 30, 3000),
}
"""Intensity in per cent of the threshold, frequency in Hz, trains and pulses."""
MILD = ("headache", "scalp-pain", "fatigue")
IN_DATE = timedelta(days=6)
"""A threshold is measured again before it is a week old."""
DAILY = 5
"""After so many sessions the next ones are further apart: each has its own threshold."""


class InUnit:
    """What a member of the rTMS unit does for one patient."""

    def __init__(self, patient: Patient, sent: Sent, plan: Course) -> None:
        self.patient, self.sent, self.plan = patient, sent, plan
        self.stage = patient.stage
        self.member = STAFF[UNIT][patient.place % 2]
        self.number = 0

    def act(self, module: str, verb: str, *values: Any, **more: Any) -> Any:
        """An action of a member of the unit."""
        action = getattr(import_module(f"services.rtms_unit.actions.{module}"), verb)
        return self.stage.call(UNIT, self.member, lambda work: action(work, *values, **more))

    def ask(self, question: Callable[[Any], Any]) -> Any:
        """Something that is looked up in the unit's records."""
        with self.stage.team[UNIT].look() as work:
            return question(work)

    def give(self, course: Any, session: Any) -> None:
        """The threshold when it is due, the check of the day, and the sheet: one visit."""
        unit = "services.rtms_unit.actions"
        check: Any = import_module(f"{unit}.day_check")
        sheet: Any = import_module(f"{unit}.sheet")
        discipline: Any = import_module("shared.discipline.actions")
        with self.stage.work(UNIT, self.member) as work:
            self._measure(work, course, session)
            check.check_day(work, session.id, SAFE)
            discipline.arrive(work, session.id)
            sheet.save_sheet(work, session.id, self._entry(sheet.Entry, course.side))

    def _measure(self, work: Any, course: Any, session: Any) -> None:
        """Only where the threshold has become too old."""
        gates: Any = import_module("services.rtms_unit.reading.gates")
        last = gates.threshold_of(work, self.sent.patient_id)
        recent = last is not None and work.now - last.measured_at < IN_DATE
        if recent and self.number <= DAILY:
            return
        thresholds: Any = import_module("services.rtms_unit.actions.thresholds")
        measured: Any = import_module("services.rtms_unit.rules.threshold").Measured
        machine, coil = self.stage.machines
        percent = 48 + self.patient.place % 14 + self.stage.random.choice((-1, 0, 1))
        found = measured(percent, "visible-twitch", course.side, machine, coil)
        thresholds.record_threshold(work, session.id, found)

    def _entry(self, form: Any, side: str) -> Any:
        dose: Any = import_module("services.rtms_unit.rules.dose").Dose
        machine, coil = self.stage.machines
        given = dose(*DOSES[self.plan.protocol])
        mild = MILD[self.number % 3] if (self.number + self.patient.place) % 4 == 0 else ""
        before, after = self._pain()
        return form(
            operator_id=self.stage.members[self.member],
            machine_id=machine,
            coil_id=coil,
            side=side,
            side_confirmed=True,
            dose=given,
            pulses_delivered=given.pulses,
            effects={mild: ("mild", "probable")} if mild else {},
            no_effects=not mild,
            next_step="as-planned",
            nrs_before=before,
            nrs_after=after,
        )

    def _pain(self) -> tuple[int, int]:
        """Pain before and after a session: it falls slowly and unevenly, and may come back."""
        share = self.plan.relief * min(1.0, self.number / 8)
        if self.plan.lost and self.number > 9:  # noqa: PLR2004 - in the maintenance
            share = 0.05
        pain = self.patient.pain * (1 - share) + self.stage.random.choice((-0.4, 0.2, 0.4))
        before = max(0, min(10, round(pain)))
        return before, max(0, before - self.stage.random.choice((0, 1, 1, 2)))


def equip(stage: Any) -> None:
    """Two machines and their coil are in use before the first patient comes."""
    equipment: Any = import_module("services.rtms_unit.actions.equipment")
    device: Any = import_module("services.rtms_unit.rules.equipment").Device
    since = stage.day(-120)
    with stage.work(UNIT, "tomas") as work:
        machine = equipment.add_machine(work, device("Machine A", "Example", "A-1042", since))
        equipment.add_machine(work, device("Machine B", "Example", "B-2210", since))
        coil = equipment.add_coil(work, device("Coil 1", "Example", "C-77", since), "figure-8")
        work.session.flush()
        stage.machines = (machine.id, coil.id)
