"""What the pages of courses show, read from what the unit keeps; nothing here changes anything."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select

from services.rtms_unit.reading import calendar, unit
from services.rtms_unit.reading.changes import changes, undoable
from services.rtms_unit.reading.courses import Line, WholeCourse, courses_of, whole, wholes
from services.rtms_unit.reading.protocols import everything
from services.rtms_unit.reading.stops import passed_by
from services.rtms_unit.rules import account as rules
from services.rtms_unit.rules.planning import (
    MAKE_UP_WITHIN,
    REASONS,
    Proposal,
    fingerprint,
)
from services.rtms_unit.rules.planning.making_up import MAKE_UP_KNOWN
from services.rtms_unit.rules.protocols import (
    DOSE,
    END_REASONS,
    EVIDENCE,
    PHASE_KINDS,
    POINTS,
    SIDE_RULES,
    SIDES,
    Protocol,
)
from services.rtms_unit.tables import Course, UnavailableDay
from shared.access.members import members_of, name_of
from shared.access.viewer import PHYSICIAN
from shared.discipline import views
from shared.discipline.course_codes import COURSE_CHANGES, COURSE_STATUS, GATE_REASONS
from shared.discipline.practice import Panel
from shared.discipline.reading import patients_of
from shared.discipline.tables import Referral
from shared.discipline.wording import who_is
from shared.work import Work

MOST = 100
"""Courses on one page."""


def words(work: Work) -> views.Values:
    """What every page of courses needs."""
    return {
        **views.everywhere(work),
        "course_words": {
            "status": COURSE_STATUS,
            "changes": COURSE_CHANGES,
            "reasons": {**GATE_REASONS, **END_REASONS},
            "why": REASONS,
            "sides": SIDES,
            "side_rules": SIDE_RULES,
            "evidence": EVIDENCE,
            "kinds": PHASE_KINDS,
            "points": POINTS,
            "dose": DOSE,
        },
        "end_reasons": END_REASONS,
        "clock_of": unit.clock_of,
    }


def plan_form(work: Work, referral: Referral) -> views.Values:
    """What a person chooses from to plan a course."""
    away = select(UnavailableDay).where(col(UnavailableDay.patient_id) == referral.patient_id)
    return {
        **words(work),
        **views.about(work, referral),
        "protocols": everything(work),
        "colleagues": [(m.id, m.name) for m in members_of(work, work.service)],
        "away": work.all(away.order_by(col(UnavailableDay.first))),
    }


def shown_plan(work: Work, protocol: Protocol, proposal: Proposal) -> views.Values:
    """A plan that nobody has said yes to."""
    return {
        "protocol": protocol,
        "placed": proposal.placed,
        "seen": fingerprint([proposal]),
        "late": [each for each in proposal.placed if each.late],
        "instant": lambda place: unit.instant_of(work, place),
    }


def course_page(work: Work, course: Course, proposal: Proposal | None = None) -> views.Values:
    """A course: its calendar, phases, account, and what can be done; or the preview of a change."""
    found, referral = whole(work, course), work.get(Referral, course.referral_id)
    placed = proposal.placed if proposal else ()
    changed = [each for each in placed if each.changed]
    diary = unit.diary_of(work, unit.opening_of(work), work.today)
    return {
        **words(work),
        **views.about(work, referral),
        "course": course,
        "protocol": found.protocol,
        "lines": found.lines,
        "account": found.account,
        "weeks": calendar.weeks(work, found, diary, placed),
        "next": _next(work, found),
        "lost": _lost(found),
        "passed": passed_by(work, found),
        "practitioner": name_of(work, course.practitioner_id),
        "history": _history(work, referral, course),
        "may_accept_risk": bool(work.viewer and work.viewer.has(PHYSICIAN)),
        "make_up_within": MAKE_UP_WITHIN,
        "make_up_known": MAKE_UP_KNOWN,
        "preview": changed,
        "stays": len(placed) - len(changed),
        "seen": fingerprint([proposal]) if proposal else "",
        "instant": lambda place: unit.instant_of(work, place),
        "open": course.status in rules.UNDER_WAY,
    }


def _next(work: Work, course: WholeCourse) -> Line | None:
    ahead = [line for line in course.lines if line.is_open and line.session.starts_at >= work.now]
    return ahead[0] if ahead else None


def _lost(course: WholeCourse) -> list[Line]:
    """The sessions that were not given and that nothing stands in for."""
    alive = {each.link.makes_up for each in course.lines if each.session.status != "cancelled"}
    return [
        line
        for line in course.lines
        if line.session.status in ("missed", "cancelled")
        and line.session.id not in alive
        and line.session.reason_code != "plan-undone"
    ]


def changes_of_unit(work: Work) -> list[views.Values]:
    """The changes of the plan of the unit, and which of them can still be taken back."""
    found = changes(work, None)
    can = undoable(work, found)
    return [{"change": c, "who": _name(work, c.by), "can": c.id in can} for c in found]


def _name(work: Work, by: str) -> str:
    kind, _, key = by.partition(":")
    return name_of(work, UUID(key)) if kind == "member" else ""


def _history(work: Work, referral: Referral, course: Course) -> list[views.Values]:
    """The changes of a course, in the same way."""
    found = changes(work, course.id)
    can = undoable(work, found)
    return [{"change": c, "who": who_is(work, c.by, referral), "can": c.id in can} for c in found]


def running(work: Work) -> list[views.Values]:
    """The courses that are under way, those at risk first, with what is next in each."""
    at_risk_first = col(Course.at_risk_since).is_(None), col(Course.planned_at)
    statement = select(Course).where(col(Course.status).in_(sorted(rules.UNDER_WAY)))
    return _running(work, work.all(statement.order_by(*at_risk_first).limit(MOST)))


def _running(work: Work, courses: Sequence[Course]) -> list[views.Values]:
    patients = patients_of(work, courses)
    return [
        {
            "course": found.course,
            "protocol": found.protocol,
            "account": found.account,
            "next": _next(work, found),
            "patient": views.patient_line(
                patients[found.course.patient_id], f"/{work.service}/courses/{found.course.id}"
            ),
        }
        for found in wholes(work, courses)
    ]


def course_panel(work: Work, referral: Referral) -> Panel:
    """The courses of a referral, as a part of its page."""
    found = courses_of(work, referral.id)
    values = {
        **words(work),
        "courses": _running(work, found),
        "under_way": any(each.status in rules.UNDER_WAY for each in found),
        "referral": referral,
        "can_plan": referral.status in ("accepted", "in-progress"),
    }
    return Panel("rtms_unit/courses_panel.html", values)
