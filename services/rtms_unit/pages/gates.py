"""Pages of the gates: the list of those that are closed, and one where a physician decides."""

from collections.abc import Sequence
from uuid import UUID

from fastapi import APIRouter, Response

from services.rtms_unit.actions import deciding
from services.rtms_unit.forms import safety as forms
from services.rtms_unit.reading import gates as reading
from services.rtms_unit.reading.leading import what_led_to
from services.rtms_unit.rules import day_check as day_rules
from services.rtms_unit.rules import effects as effect_rules
from services.rtms_unit.rules import gates as rules
from services.rtms_unit.rules.protocols import DOSE
from services.rtms_unit.tables import Gate
from shared.access.viewer import PHYSICIAN
from shared.discipline import views
from shared.discipline.course_codes import (
    ACTIONS,
    ADVERSE_EFFECTS,
    GATE_REASONS,
    GATES,
    MEDICATION_CHANGES,
    RELATIONS,
    SEVERITIES,
)
from shared.discipline.pages import PageLook, PageWork
from shared.discipline.pages.shown import Errors, render
from shared.discipline.reading import may_change, patients_of, require_reader
from shared.discipline.tables import Referral
from shared.discipline.wording import title_of, who_is
from shared.errors import NotFound
from shared.i18n import N_
from shared.patients import Patient
from shared.web.doors import ScreenDep
from shared.web.screen import Screen
from shared.work import Work

router = APIRouter()
DECISIONS = {
    "release": (deciding.release, N_("Released: it may go on.")),
    "uphold": (deciding.uphold, N_("Upheld: it will not be done.")),
}


@router.get("/gates")
def show_gates(screen: ScreenDep, work: PageLook) -> Response:
    return screen.render("rtms_unit/gates.html", **_list(work))


@router.get("/gates/rows")
def show_gate_rows(screen: ScreenDep, work: PageLook) -> Response:
    return screen.render("rtms_unit/gate_rows.html", **_list(work))


def _list(work: Work) -> views.Values:
    require_reader(work)
    gates = reading.open_gates(work)
    patients = patients_of(work, gates)
    return {
        **views.everywhere(work),
        **words(),
        "rows": [_row(work, gate, patients[gate.patient_id]) for gate in gates],
    }


def words() -> views.Values:
    """The words of gates, for every page that shows one."""
    return {
        "gate_titles": GATES,
        "gate_reasons": GATE_REASONS,
        "gate_rules": rules,
        "day_rules": day_rules,
        "medication_changes": MEDICATION_CHANGES,
        "dose_words": DOSE,
    }


def effect_words() -> views.Values:
    """The words of adverse events, for every page that shows one."""
    return {
        "effects": ADVERSE_EFFECTS,
        "severities": SEVERITIES,
        "relations": RELATIONS,
        "deeds": ACTIONS,
        "effect_rules": effect_rules,
    }


def _row(work: Work, gate: Gate, patient: Patient) -> views.Values:
    return {
        "gate": gate,
        "patient": views.patient_line(patient, f"/{work.service}/gates/{gate.id}"),
        "asked": title_of(work, gate.asks),
    }


@router.get("/gates/{gate_id}")
def show_gate(gate_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    return _gate(screen, work, gate_id)


@router.post("/gates/{gate_id}/{decision}")
def decide(gate_id: UUID, decision: str, screen: ScreenDep, work: PageWork) -> Response:
    if decision not in DECISIONS:
        raise NotFound
    act, done = DECISIONS[decision]
    entry, errors = screen.read(forms.Decision)
    if entry is not None:
        reasons = {"decisions": _each(screen)} if decision == "release" else {}
        _, errors = screen.attempt(
            work, lambda: act(work, gate_id, entry.reason, version=entry.version, **reasons)
        )
    return _gate(screen, work, gate_id, errors) if errors else screen.go(_at(gate_id), done)


def _at(gate_id: UUID) -> str:
    return f"/rtms_unit/gates/{gate_id}"


def _each(screen: Screen) -> dict[str, str]:
    """The reason for each yes of a screening."""
    fields = [name for name in screen.form if name.startswith("decision-")]
    return {name.removeprefix("decision-"): str(screen.form[name]).strip() for name in fields}


def _gate(screen: Screen, work: Work, gate_id: UUID, errors: Errors | None = None) -> Response:
    require_reader(work)
    gate = work.get(Gate, gate_id)
    referral = work.get(Referral, gate.referral_id)
    work.audit("read-record", gate.patient_id)
    values = {
        **views.everywhere(work),
        **views.about(work, referral),
        **words(),
        **effect_words(),
        "gate": gate,
        "asked": title_of(work, gate.asks),
        "closed_by": who_is(work, gate.closed_by, referral),
        "decided_by": who_is(work, gate.decided_by, referral) if gate.decided_by else "",
        "may_decide": _may_decide(work, gate),
        "led": what_led_to(work, gate),
        "others": _others(work, gate),
    }
    return render(screen, "rtms_unit/gate.html", values, errors)


def _may_decide(work: Work, gate: Gate) -> bool:
    asks = (gate.state, gate.ask) == (rules.CLOSED, rules.DECIDE)
    return asks and may_change(work) and bool(work.viewer and work.viewer.has(PHYSICIAN))


def _others(work: Work, gate: Gate) -> Sequence[Gate]:
    """The other gates of the patient, the latest first."""
    rows = reading.gates_of(work, gate.patient_id)
    return [row for row in reversed(rows) if row.id != gate.id]
