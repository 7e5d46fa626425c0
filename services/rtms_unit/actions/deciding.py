"""Deciding at a gate: release or uphold, here or in the service that asked; the first counts."""

from collections.abc import Mapping
from uuid import UUID

from services.rtms_unit.actions import courses, gates
from services.rtms_unit.actions.courses.holding import hold_courses
from services.rtms_unit.actions.stopping import running_courses
from services.rtms_unit.reading.gates import gates_of, screening_of
from services.rtms_unit.rules import gates as rules
from services.rtms_unit.rules import screening as screening_rules
from services.rtms_unit.tables import Gate, Screening
from shared.access.viewer import PHYSICIAN
from shared.discipline.actions.records import mark, write
from shared.discipline.rules.deciding import check_decisions
from shared.discipline.rules.referral import Deed
from shared.discipline.tables import Referral
from shared.discipline.wording import in_words, who_is
from shared.errors import NotFound
from shared.events import GateReleased, GateUpheld, Note, Reasons
from shared.work import Work

Decision = GateReleased | GateUpheld


def release(
    work: Work,
    gate_id: UUID,
    reason: str,
    decisions: Mapping[str, str] | None = None,
    *,
    version: int | None = None,
) -> None:
    """It may go on. `decisions`: at a screening, the physician's reason for each yes."""
    gate = _to_decide(work, gate_id, reason, version)
    screening = _screening_of(work, gate)
    if screening is not None:
        yes = screening_rules.found(screening.answers)
        check_decisions(yes, decisions or {})
        screening.decisions = {code: (decisions or {})[code] for code in yes}
    _decide(work, gate, rules.RELEASED, reason)


def uphold(work: Work, gate_id: UUID, reason: str, *, version: int | None = None) -> None:
    """What the gate holds up will not be done."""
    gate = _to_decide(work, gate_id, reason, version)
    _decide(work, gate, rules.UPHELD, reason)


def hear(work: Work, event: Decision) -> None:
    """A physician of the service that was asked has decided; a decision too late is noted."""
    gate = work.hold(Gate, event.gate_id)
    if gate is None:
        return
    reason = work.open(event.note, Note, event.patient_id).text if event.note else ""
    by = work.cause.actor if work.cause else f"service:{gate.asks}"
    if not _may_be_heard(work, gate, reason):
        referral = work.get(Referral, gate.referral_id)
        write(work, referral, "gate-decided-late", subject=gate.id, by=by, note=reason)
        return
    screening = _screening_of(work, gate)
    if screening is not None:
        screening.decisions = _for_each_yes(work, event, screening, reason)
    state = rules.RELEASED if isinstance(event, GateReleased) else rules.UPHELD
    _write(work, gate, state, reason, by)
    _follow(work, gate)


def _for_each_yes(work: Work, event: Decision, screening: Screening, reason: str) -> dict[str, str]:
    """What the physician said to each yes; the one reason, where no other was given."""
    sealed = event.decisions if isinstance(event, GateReleased) else None
    said = work.open(sealed, Reasons, event.patient_id).by_code if sealed else {}
    return {code: said.get(code, reason) for code in screening_rules.found(screening.answers)}


def _may_be_heard(work: Work, gate: Gate, reason: str) -> bool:
    """Only the service that was asked decides, with a reason, and only where one can decide."""
    from_asked = work.cause is None or work.cause.source.endswith(f"/{gate.asks}")
    open_to_decision = (gate.state, gate.ask) == (rules.CLOSED, rules.DECIDE)
    return from_asked and open_to_decision and bool(reason.strip())


def _to_decide(work: Work, gate_id: UUID, reason: str, version: int | None) -> Gate:
    """The gate, locked, if this physician can still decide at it."""
    work.require(PHYSICIAN, unit=work.service)
    gate = work.hold(Gate, gate_id)
    if gate is None:
        raise NotFound
    rules.refuse_decided(gate.state, _last(work, gate))
    rules.refuse_undecidable(gate.ask)
    rules.refuse_stale(version, gate.version)
    rules.check_reason(reason)
    return gate


def _last(work: Work, gate: Gate) -> Deed:
    referral = work.get(Referral, gate.referral_id)
    by, at = gate.decided_by or gate.closed_by, gate.decided_at or gate.closed_at
    return Deed(who_is(work, by, referral), in_words(work, at))


def _screening_of(work: Work, gate: Gate) -> Screening | None:
    if gate.gate != rules.SCREENING:
        return None
    return screening_of(work, gate.referral_id)


def _decide(work: Work, gate: Gate, state: str, reason: str) -> None:
    """Decided here: the others hear it."""
    _write(work, gate, state, reason, work.actor)
    names = gates.about_gate(work.get(Referral, gate.referral_id), gate)
    note = work.seal(Note(text=reason), gate.patient_id)
    told = GateReleased if state == rules.RELEASED else GateUpheld
    work.announce(told(**names, note=note))
    _follow(work, gate)


def _write(work: Work, gate: Gate, state: str, reason: str, by: str) -> None:
    gate.state, gate.reason = state, reason
    gate.decided_at, gate.decided_by = work.now, by
    mark(work, gate, by)
    referral = work.get(Referral, gate.referral_id)
    write(work, referral, f"gate-{state}", subject=gate.id, by=by, note=reason)
    work.session.flush()  # what follows asks which gates are still closed


def _follow(work: Work, gate: Gate) -> None:
    """What a decision does to the courses of the patient."""
    if gate.gate == rules.DECISION and gate.course_id is not None:
        courses.decided(work, gate.course_id, gate.reason_code, go_on=gate.state == rules.RELEASED)
    if gate.gate == rules.STOP:
        _follow_stop(work, gate)


def _follow_stop(work: Work, gate: Gate) -> None:
    running = running_courses(work, gate.patient_id)
    hold_courses(work, [course.id for course in running])
    still_stopped = any(
        row.gate == rules.STOP and row.state == rules.CLOSED
        for row in gates_of(work, gate.patient_id)
    )
    for course in running:
        if gate.state == rules.UPHELD:
            courses.revoke(work, course.id, gate.reason_code)
        elif not still_stopped and course.status == "on-hold":
            courses.resume(work, course.id)
