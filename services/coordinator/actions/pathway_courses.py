"""Reading the courses of a patient: their sessions, their gates, their adverse events."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from services.coordinator.rules.picture import Spot


@dataclass(frozen=True)
class CourseShown:
    """A course with its sessions, in the order of their days; `row` is what is known of it."""

    row: Any
    sessions: Sequence[Any]

    def count(self, *statuses: str) -> int:
        """How many of its sessions stand in one of these states."""
        return sum(session.status in statuses for session in self.sessions)


def courses_of(rows: Sequence[Any], sessions: Sequence[Any]) -> list[CourseShown]:
    """The courses, newest first, without the appointments that were taken back."""
    kept = sorted((s for s in sessions if s.status != "cancelled"), key=lambda s: s.starts_at)
    newest = sorted(rows, key=lambda row: row.planned_at, reverse=True)
    return [CourseShown(row, [s for s in kept if s.course_id == row.id]) for row in newest]


def spots_of_gates(gates: Sequence[Any]) -> list[Spot]:
    """Stops, decision points and checks in the lane of the unit; what is usual is not drawn."""
    spots = []
    for gate in gates:
        if gate.closed_at and gate.ask == "decide":
            spots.append(Spot(gate.performer, gate.closed_at, f"gate-{_sign(gate)}"))
        if gate.decided_at and gate.ask == "decide":
            spots.append(Spot(gate.performer, gate.decided_at, f"gate-{gate.status}"))
    return spots


def _sign(gate: Any) -> str:
    return str(gate.gate) if gate.gate in ("stop", "decision-point") else "closed"


def spots_of_effects(effects: Sequence[Any]) -> list[Spot]:
    """Adverse events in the lane of who reported them; serious ones have their own sign."""
    return [
        Spot(row.raised_by, row.occurred_at, "serious-event" if row.serious else "adverse-event")
        for row in effects
        if row.occurred_at
    ]
