"""The sheet of a session: what was given and with what, how it was borne, and what comes next."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Protocol
from uuid import UUID

from sqlmodel import col, select

from services.rtms_unit.actions import adverse_events, equipment, gates
from services.rtms_unit.actions.courses.holding import hold_course
from services.rtms_unit.reading.gates import threshold_of
from services.rtms_unit.reading.in_course import InCourse, in_course
from services.rtms_unit.rules import dose as dose_rules
from services.rtms_unit.rules import gates as gate_rules
from services.rtms_unit.rules import sheet as rules
from services.rtms_unit.rules.dose import Dose
from services.rtms_unit.rules.effects import Noticed
from services.rtms_unit.tables import Gate, SessionSheet
from shared.access.members import members_of
from shared.discipline import actions
from shared.discipline.actions.records import referral_of, to_change
from shared.discipline.actions.sessions import open_session
from shared.discipline.reading import require_colleague
from shared.discipline.rules.session import refuse_stranger
from shared.discipline.tables import CareSession
from shared.errors import NotFound, RuleBroken
from shared.i18n import N_
from shared.work import Work


@dataclass(frozen=True)
class Entry:
    """What the operator writes down. `effects`: severity and relation by the code of the effect."""

    operator_id: UUID
    machine_id: UUID
    coil_id: UUID
    side: str
    side_confirmed: bool
    dose: Dose
    pulses_delivered: int
    effects: Mapping[str, tuple[str, str]]
    no_effects: bool
    next_step: str
    interrupted_for: str = ""
    nrs_before: int | None = None
    nrs_after: int | None = None
    note: str = ""


class Filled(Protocol):
    """A form with the fields of a sheet."""

    @property
    def dose(self) -> Dose: ...
    def model_dump(self, *, include: set[str]) -> dict[str, Any]: ...


def entry_of(form: Filled, effects: Mapping[str, tuple[str, str]]) -> Entry:
    """What was filled in, with the effects that were found."""
    taken = {each.name for each in fields(Entry)} - {"dose", "effects"}
    return Entry(**form.model_dump(include=taken), dose=form.dose, effects=effects)


def save_sheet(
    work: Work, session_id: UUID, entry: Entry, *, version: int | None = None
) -> SessionSheet:
    """Write down a session of a course: given, or begun and interrupted. Behind all its gates."""
    place = _open(work, session_id, version)
    _check(work, place, entry)
    sheet = _sheet(work, place, entry)
    work.add(sheet)
    work.session.flush()  # the practice of the unit asks for it
    _end(work, session_id, entry)
    _report_effects(work, session_id, entry)
    _ask_physician(work, place, entry)
    return sheet


def ask_for_dose(work: Work, session_id: UUID, dose: Dose) -> Gate:
    """Ask a physician to allow a dose outside the protocol, for this session and this dose."""
    place = _open(work, session_id, None)
    dose_rules.check(dose, 0)
    beyond = dose_rules.outside(dose, place.protocol.dose)
    if not beyond:
        raise RuleBroken(N_("This dose lies within the protocol: nothing has to be allowed."))
    found = _gate_for(work, session_id, dose)
    if found is not None and found.state == gate_rules.CLOSED:
        return found
    return gates.close(
        work,
        referral_of(work, work.get(CareSession, session_id)),
        gate_rules.DOSE,
        course_id=place.course.id,
        session_id=session_id,
        reason_code="outside-protocol",
        urgent=True,
        details={"dose": asdict(dose), "outside": {name: list(at) for name, at in beyond.items()}},
    )


def refuse_unless_written(work: Work, session_id: UUID) -> None:
    """Nobody ends a session of a course without its sheet."""
    rules.refuse_without_sheet(work.find(SessionSheet, session_id) is not None)


def _open(work: Work, session_id: UUID, version: int | None) -> InCourse:
    """A session of a course that was started, which nobody changes meanwhile."""
    place = in_course(work, session_id)
    if place is None:
        raise NotFound
    require_colleague(work)
    hold_course(work, place.course.id)
    session = to_change(work, CareSession, session_id)
    rules.refuse_unless_started(session.status)
    if version is not None:
        open_session(work, session_id, "miss", version)
    return place


def _check(work: Work, place: InCourse, entry: Entry) -> None:
    refuse_stranger(entry.operator_id, (m.id for m in members_of(work, work.service)))
    equipment.check_in_use(work, entry.machine_id, entry.coil_id)
    rules.check_side(
        entry.side,
        entry.side_confirmed,
        planned=place.course.side,
        pain_side=place.course.pain_side,
        rule=place.protocol.side_rule,
    )
    dose_rules.check(entry.dose, entry.pulses_delivered)
    rules.check_effects(entry.effects, entry.no_effects)
    rules.check_next_step(entry.next_step)


def _allowed(work: Work, place: InCourse, dose: Dose) -> Gate | None:
    """The gate at which a physician allowed this dose; refuses one outside the protocol."""
    beyond = dose_rules.outside(dose, place.protocol.dose)
    gate = _gate_for(work, place.link.session_id, dose) if beyond else None
    if gate is None or gate.state != gate_rules.RELEASED:
        dose_rules.refuse_outside(beyond)
    return gate


def _gate_for(work: Work, session_id: UUID, dose: Dose) -> Gate | None:
    """The last gate of this session about exactly this dose."""
    statement = select(Gate).where(
        col(Gate.session_id) == session_id, col(Gate.gate) == gate_rules.DOSE
    )
    asked = work.all(statement.order_by(col(Gate.closed_at).desc(), col(Gate.id).desc()))
    return next((gate for gate in asked if gate.details.get("dose") == asdict(dose)), None)


def _sheet(work: Work, place: InCourse, entry: Entry) -> SessionSheet:
    gate = _allowed(work, place, entry.dose)
    last = threshold_of(work, place.course.patient_id) if place.protocol.needs_threshold else None
    threshold = last.output_percent if last else None
    return SessionSheet(
        session_id=place.link.session_id,
        course_id=place.course.id,
        patient_id=place.course.patient_id,
        operator_id=entry.operator_id,
        machine_id=entry.machine_id,
        coil_id=entry.coil_id,
        target=place.protocol.target,
        side=entry.side,
        threshold_percent=threshold,
        intensity_percent=entry.dose.intensity_percent,
        output_percent=dose_rules.output_of(threshold, entry.dose.intensity_percent),
        frequency_hz=entry.dose.frequency_hz,
        trains=entry.dose.trains,
        pulses_planned=entry.dose.pulses,
        pulses_delivered=entry.pulses_delivered,
        gate_id=gate.id if gate else None,
        next_step=entry.next_step,
        saved_at=work.now,
        saved_by=work.actor,
    )


def _end(work: Work, session_id: UUID, entry: Entry) -> None:
    before, after = entry.nrs_before, entry.nrs_after
    if entry.interrupted_for:
        actions.interrupt(work, session_id, entry.interrupted_for, entry.note, before, after)
        return
    actions.complete_session(work, session_id, before, after, entry.note)


def _report_effects(work: Work, session_id: UUID, entry: Entry) -> None:
    session = work.get(CareSession, session_id)
    action = "session-interrupted" if entry.interrupted_for == "adverse-effect" else "none"
    for code, (severity, relation) in entry.effects.items():
        noticed = Noticed(code, severity, relation, action, note=entry.note)
        adverse_events.report(work, session.referral_id, noticed, session_id)


def _ask_physician(work: Work, place: InCourse, entry: Entry) -> None:
    """The operator wants a physician to decide before the next session."""
    if entry.next_step == rules.ASK_PHYSICIAN:
        gates.close(
            work,
            referral_of(work, work.get(CareSession, place.link.session_id)),
            gate_rules.SAFE_TODAY,
            course_id=place.course.id,
            session_id=place.link.session_id,
            reason_code="asked-by-operator",
            note=entry.note,
        )
