"""What the page of a session of a course shows: how its gates stand, and what was given."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import col, select

from services.rtms_unit.reading import gates as reading
from services.rtms_unit.reading.in_course import InCourse, given_before, in_course
from services.rtms_unit.reading.leading import thresholds_of
from services.rtms_unit.rules import gates as rules
from services.rtms_unit.rules.effects import FIRST_SESSIONS
from services.rtms_unit.rules.equipment import is_in_use
from services.rtms_unit.tables import (
    AdverseEvent,
    Coil,
    DayCheck,
    Gate,
    Machine,
    SessionSheet,
    Threshold,
)
from shared.discipline.tables import CareSession, Referral
from shared.errors import NotFound
from shared.measuring.plot import Plot
from shared.work import Work


@dataclass(frozen=True)
class Facts:
    """A session of a course as it stands now. `shut` and `shut_to_save`: sentences, or nothing."""

    place: InCourse
    states: dict[str, str]
    shut: list[str]
    shut_to_save: list[str]
    closed: list[Gate]
    check: DayCheck | None
    threshold: Threshold | None
    threshold_until: date | None
    is_first: bool
    given_before: int
    sheet: SessionSheet | None
    effects: Sequence[AdverseEvent]
    machines: Sequence[Machine]
    coils: Sequence[Coil]
    thresholds: Plot | None

    def named(self, kind: str, key: object) -> str:
        """The name of a machine or a coil."""
        rows: Sequence[Machine | Coil] = self.machines if kind == "machine" else self.coils
        return next((f"{row.name} ({row.serial_number})" for row in rows if row.id == key), "")

    def choice(self, kind: str, day: date) -> list[tuple[object, str]]:
        """The machines or coils that can be used on a day."""
        rows: Sequence[Machine | Coil] = self.machines if kind == "machine" else self.coils
        return [
            (row.id, f"{row.name} ({row.serial_number})")
            for row in rows
            if is_in_use(row.in_use_from, row.retired_on, day)
        ]


def facts_of(work: Work, session: CareSession) -> Facts:
    """Everything about a session of a course, or `NotFound` for another visit."""
    place = in_course(work, session.id)
    if place is None:
        raise NotFound
    referral = work.get(Referral, session.referral_id)
    standing = reading.standing(work, referral, place.course.id, session.id)
    last, before = (
        reading.threshold_of(work, session.patient_id),
        given_before(work, session.patient_id),
    )
    rows = reading.gates_of(work, session.patient_id)
    check = reading.day_check_of(work, session.id)
    effects = select(AdverseEvent).where(col(AdverseEvent.session_id) == session.id)
    return Facts(
        place=place,
        states=dict(standing.states),
        shut=standing.sentences(rules.START),
        shut_to_save=standing.sentences(rules.SAVE),
        closed=[row for row in rows if row.state == rules.CLOSED],
        check=check if check and (check.day == work.today or session.status != "booked") else None,
        threshold=last,
        threshold_until=_until(work, place, last),
        is_first=before < FIRST_SESSIONS,
        given_before=before,
        sheet=work.find(SessionSheet, session.id),
        effects=work.all(effects.order_by(col(AdverseEvent.reported_at))),
        machines=work.all(select(Machine).order_by(col(Machine.name))),
        coils=work.all(select(Coil).order_by(col(Coil.name))),
        thresholds=thresholds_of(work, session.patient_id),
    )


def _until(work: Work, place: InCourse, last: Threshold | None) -> date | None:
    if last is None:
        return None
    measured = last.measured_at.astimezone(work.zone).date()
    return measured + timedelta(days=place.phase.threshold_days)
