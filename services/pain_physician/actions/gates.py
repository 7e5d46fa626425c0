"""Gates of other services: closed there, decided here or there; the first decision counts."""

from typing import Any
from uuid import UUID

from services.pain_physician import forms
from services.pain_physician.actions.permission import may_act
from services.pain_physician.actions.story import tell
from services.pain_physician.rules import deciding as rules
from services.pain_physician.tables import Gate
from shared.discipline.rules.deciding import check_decisions
from shared.discipline.wording import in_words, title_of
from shared.errors import NotFound
from shared.events import GateClosed, GateReleased, GateUpheld, Note, Reasons
from shared.work import Work

Decision = GateReleased | GateUpheld


def closed(work: Work, event: GateClosed) -> None:
    """A service waits at a gate; the same one again when more has come, or it is now to decide."""
    gate = work.hold(Gate, event.gate_id)
    named = event.model_dump(include=set(Gate.model_fields) - {"note"})
    if gate is None:
        gate = Gate(id=event.gate_id, closed_at=work.said_at, **named)
    elif gate.status != rules.CLOSED:
        return
    else:
        gate.sqlmodel_update(named)
        gate.version += 1
    gate.note = work.open(event.note, Note, event.patient_id).text if event.note else ""
    work.add(gate)
    tell(work, event.patient_id, "gate-closed", event.performer, event.referral_id)


def release(work: Work, gate_id: UUID, entry: forms.Release) -> Gate:
    """It may go on, for this reason, and for one that is said to each thing that was found."""
    gate = _to_decide(work, gate_id, entry)
    check_decisions(gate.yes, entry.decisions)
    gate.decisions = {code: entry.decisions[code] for code in gate.yes}
    said = work.seal(Reasons(by_code=gate.decisions), gate.patient_id) if gate.yes else None
    work.announce(GateReleased(**_about(work, gate, entry), decisions=said))
    return _decided_here(work, gate, rules.RELEASED, entry.reason)


def uphold(work: Work, gate_id: UUID, entry: forms.Decide) -> Gate:
    """What is held up will not be done, for this reason."""
    gate = _to_decide(work, gate_id, entry)
    work.announce(GateUpheld(**_about(work, gate, entry)))
    return _decided_here(work, gate, rules.UPHELD, entry.reason)


def decided_there(work: Work, event: Decision) -> None:
    """The service itself decided, or what it asked for is done.

    It hears a decision of ours before it lets anybody else decide: what it tells after one of
    ours was decided before ours came, and counts.
    """
    gate = work.hold(Gate, event.gate_id)
    status = rules.RELEASED if isinstance(event, GateReleased) else rules.UPHELD
    if gate is None or gate.status == status:
        return
    if gate.decided_here:
        gate.crossed, gate.decided_here = gate.reason, False
    gate.status, gate.decided_at, gate.decider = status, work.said_at, ""
    gate.reason_code = getattr(event, "reason_code", "") or gate.reason_code
    gate.reason = work.open(event.note, Note, event.patient_id).text if event.note else ""
    gate.version += 1
    tell(work, event.patient_id, f"gate-{status}-there", event.performer, event.referral_id)


def who_decided(work: Work, gate: Gate) -> str:
    """A physician here, by name, or the service where it was decided."""
    return gate.decider or title_of(work, gate.performer)


def _to_decide(work: Work, gate_id: UUID, entry: forms.Decide) -> Gate:
    may_act(work)
    gate = work.hold(Gate, gate_id)
    if gate is None:
        raise NotFound
    when = in_words(work, gate.decided_at) if gate.decided_at else ""
    rules.refuse_decided(gate.status, who_decided(work, gate), when)
    rules.refuse_undecidable(gate.ask, gate.decided_by == work.service)
    rules.refuse_stale(entry.version, gate.version)
    return gate


def _about(work: Work, gate: Gate, entry: forms.Decide) -> dict[str, Any]:
    """The fields of the event about a decision."""
    names = {"patient_id", "gate", "referral_id", "performer", "decided_by"}
    return {
        **gate.model_dump(include=names | {"course_id", "session_id"}),
        "gate_id": gate.id,
        "requester": work.service,
        "note": work.seal(Note(text=entry.reason), gate.patient_id),
    }


def _decided_here(work: Work, gate: Gate, status: str, reason: str) -> Gate:
    gate.status, gate.reason, gate.decided_here = status, reason, True
    gate.decided_at, gate.decider = work.now, work.viewer.name if work.viewer else ""
    gate.version += 1
    tell(work, gate.patient_id, f"gate-{status}", gate.performer, gate.referral_id)
    return gate
