"""What the rTMS unit adds to the pages of a referral and of a visit."""

from sqlmodel import col, select

from services.rtms_unit.reading import gates as reading
from services.rtms_unit.reading.in_course import in_course
from services.rtms_unit.rules import gates as rules
from services.rtms_unit.rules.screening import holds_until
from services.rtms_unit.tables import AdverseEvent
from shared.discipline import course_codes
from shared.discipline.practice import Panel
from shared.discipline.rules.referral import IN_CARE
from shared.discipline.tables import CareSession, Referral
from shared.work import Work


def safety(work: Work, referral: Referral) -> list[Panel]:
    """The screening, the gates and the adverse events of a referral that was accepted."""
    rows = [r for r in reading.gates_of(work, referral.patient_id) if r.state == rules.CLOSED]
    events = select(AdverseEvent).where(col(AdverseEvent.referral_id) == referral.id)
    found = work.all(events.order_by(col(AdverseEvent.occurred_at).desc()))
    if referral.status not in IN_CARE and not rows and not found:
        return []
    last = reading.screening_of(work, referral.id)
    values = {
        "gate_titles": course_codes.GATES,
        "gate_reasons": course_codes.GATE_REASONS,
        "gate_rules": rules,
        "effects": course_codes.ADVERSE_EFFECTS,
        "severities": course_codes.SEVERITIES,
        "relations": course_codes.RELATIONS,
        "deeds": course_codes.ACTIONS,
        "screening_shut": _shut(work, referral),
        "holds_until": holds_until(last.signed_at.astimezone(work.zone).date()) if last else None,
        "closed": rows,
        "events": found,
        "may_screen": referral.status in IN_CARE,
    }
    return [Panel("rtms_unit/safety_panel.html", values)]


def _shut(work: Work, referral: Referral) -> str:
    """Why no course can be planned because of the screening, or nothing."""
    state = reading.standing(work, referral).states[rules.SCREENING]
    only = rules.Standing({rules.SCREENING: state})
    return next(iter(only.sentences(rules.PLAN)), "")


def visit(work: Work, session: CareSession) -> list[Panel]:
    """An appointment outside of a course is a visit without stimulation."""
    if in_course(work, session.id) is not None:
        return []
    return [Panel("rtms_unit/visit_panel.html", {})]
