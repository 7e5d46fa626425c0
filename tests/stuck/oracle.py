"""What is open in the whole clinic, and who must move it: told from what the services keep.

Written from what the domain asks for, in naive steps, and without a rule of the coordinator's.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import holidays
from sqlmodel import col, select

from services.pain_physician.tables import Concern, SentReferral
from services.rtms_unit.tables import AdverseEvent, Course, CourseSession, Gate
from shared.access.tables import Member, Unit
from shared.backbone.tables import InboxRow
from shared.discipline.tables import CareSession, FollowUp, Referral, Step
from shared.patients import Patient
from tests.stuck.ward import LEAD, UNITS, Ward

PARIS = ZoneInfo("Europe/Paris")
OPENS = time(8)
PUBLIC = holidays.country_holidays("FR")
OPEN_STATES = ("received", "on-hold", "accepted", "in-progress")
HURRIES = ("urgent", "asap", "stat")
TOLD_AFTER = {
    # In working days; the coordinator hears of it in the morning of that day.
    "answer-referral": 7,
    "answer-question": 5,
    "complete-screening": 7,
    "complete-at-gate": 3,
    "decide-at-gate": 3,
    "book-session": 10,
    "record-outcome": 2,
    "decide-next-step": 7,
    "read-report": 15,
    "report-back": 12,
    "follow-up": 5,
    "acknowledge-concern": 3,
    "acknowledge-adverse-event": 10,
}
TOLD_AFTER_URGENT = {"answer-referral": 2}
TOLD_AFTER_HOURS = {"decide-at-gate": 3, "acknowledge-concern": 3, "acknowledge-adverse-event": 3}
"""What is urgent is told by the hour."""


@dataclass(frozen=True)
class Item:
    """Something open: a kind, what it is about, where and by whom it must be done, since when."""

    what: str
    subject: UUID
    place: str
    person: UUID | None = None
    start: datetime | None = None
    urgent: bool = False

    def told_at(self) -> datetime | None:
        """When the coordinator must know of it; None where this oracle cannot say."""
        if self.start is None:
            return None
        if self.urgent and self.what in TOLD_AFTER_HOURS:
            return self.start + timedelta(hours=TOLD_AFTER_HOURS[self.what])
        days = TOLD_AFTER.get(self.what)
        if self.urgent:
            days = TOLD_AFTER_URGENT.get(self.what, days)
        return morning_after(self.start, days) if days is not None else None


def morning_after(start: datetime, count: int) -> datetime:
    """The opening of the working day that is so many working days later."""
    day = start.astimezone(PARIS).date()
    while count:
        day += timedelta(days=1)
        count -= is_worked(day)
    return datetime.combine(day, OPENS, tzinfo=PARIS)


def is_worked(day: date) -> bool:
    return day.weekday() < 5 and day not in PUBLIC


class Books:
    """Everything that the services keep at one moment."""

    def __init__(self, ward: Ward) -> None:
        self.now = ward.now
        everywhere = (*UNITS, LEAD)
        self.referrals = {unit: _all(ward, unit, Referral) for unit in everywhere}
        self.sessions = {unit: _by_referral(ward, unit, CareSession) for unit in everywhere}
        self.follow_ups = {unit: _all(ward, unit, FollowUp) for unit in everywhere}
        self.steps = {unit: _by_referral(ward, unit, Step) for unit in everywhere}
        self.sent = {sent.id: sent for sent in _all(ward, LEAD, SentReferral)}
        self.concerns = _all(ward, LEAD, Concern)
        patients = _all(ward, LEAD, Patient)
        self.gone = {row.id: row.status_on for row in patients if row.status != "active"}
        """Patients who died or were transferred, with the day."""
        self.gates = _by_referral(ward, "rtms_unit", Gate)
        self.courses = {row.id: row for row in _all(ward, "rtms_unit", Course)}
        links = _all(ward, "rtms_unit", CourseSession)
        self.course_of = {row.session_id: row.course_id for row in links}
        self.harms = _all(ward, "rtms_unit", AdverseEvent)
        with ward.look(LEAD) as work:
            waiting = col(InboxRow.state).in_(("new", "held", "retry", "parked"))
            requested = col(InboxRow.kind) == "referral.requested"
            self.kept_back = work.all(select(InboxRow.body).where(waiting, requested))
        """Referrals that wait behind an event which could not be applied."""
        self.members = {row.id: row for row in _all(ward, "accounts", Member)}
        self.units = {row.service: row for row in _all(ward, "accounts", Unit)}

    def items(self) -> Iterator[Item]:
        """All that is open."""
        for unit, referrals in self.referrals.items():
            for referral in referrals:
                yield from self._of_referral(unit, referral)
            yield from self._to_follow_up(unit)
        yield from self._to_acknowledge()
        for text in self.kept_back:
            asked = json.loads(text)["data"]
            if UUID(asked["patient_id"]) not in self.gone:
                yield Item("answer-referral", UUID(asked["referral_id"]), LEAD)

    def _to_follow_up(self, unit: str) -> Iterator[Item]:
        for planned in self.follow_ups[unit]:
            if planned.status == "planned" and planned.patient_id not in self.gone:
                start = datetime.combine(planned.due_on, time(0), tzinfo=PARIS)
                yield Item("follow-up", planned.id, unit, start=start)

    def _to_acknowledge(self) -> Iterator[Item]:
        for concern in self.concerns:
            if concern.acknowledged_at is None:
                start, urgent = concern.raised_at, concern.urgent
                yield Item("acknowledge-concern", concern.id, LEAD, start=start, urgent=urgent)
        for harm in self.harms:
            if harm.acknowledged_at is None:
                yield Item(
                    *("acknowledge-adverse-event", harm.id, harm.addressed_to),
                    start=harm.reported_at,
                    urgent=harm.serious,
                )

    def _of_referral(self, unit: str, one: Referral) -> Iterator[Item]:
        asked = list(self._asked(unit, one))
        recorded = list(self._to_record(unit, one))
        yield from (*asked, *recorded)
        if one.patient_id in self.gone:
            yield from self._for_the_gone(unit, one)
        elif one.status in ("accepted", "in-progress"):
            missed = list(self._missed(unit, one))
            yield from missed
            if not (asked or recorded or missed):
                yield self._next(unit, one)
        else:
            yield from self._waiting(unit, one)

    def _asked(self, unit: str, one: Referral) -> Iterator[Item]:
        """At gates somebody is asked; a stop is decided about even when its referral has ended."""
        if unit != "rtms_unit" or one.patient_id in self.gone:
            return
        for gate in self.gates[one.id]:
            open_still = gate.gate == "stop" or one.status in OPEN_STATES
            if gate.state != "closed" or not open_still:
                continue
            if gate.ask == "complete":
                screens = gate.gate == "screening"
                what = "complete-screening" if screens else "complete-at-gate"
                yield Item(what, gate.id, unit, start=None if screens else gate.closed_at)
                continue
            urgent = gate.urgent or gate.gate == "stop"
            person = one.requester_member if gate.asks == one.requester and not urgent else None
            yield Item("decide-at-gate", gate.id, gate.asks, person, gate.closed_at, urgent)

    def _to_record(self, unit: str, one: Referral) -> Iterator[Item]:
        held = [
            gate
            for gate in self.gates[one.id]
            if gate.state == "closed"
            and gate.gate in ("stop", "decision-point")
            and one.patient_id not in self.gone
            and (gate.gate == "stop" or one.status in OPEN_STATES)
        ]
        for session in self.sessions[unit][one.id]:
            ends_at = session.starts_at + timedelta(minutes=session.minutes)
            course = self.course_of.get(session.id)
            waits = session.status == "booked" and any(
                course and gate.course_id in (None, course) and ends_at > gate.closed_at
                for gate in held
            )
            if session.status in ("booked", "arrived") and not waits:
                yield Item("record-outcome", session.id, unit, session.practitioner_id, ends_at)

    def _missed(self, unit: str, one: Referral) -> Iterator[Item]:
        """A later booking makes up for one missed visit; a course is at risk until it is not."""
        steps = self.steps[unit][one.id]
        visits = {s.id: s for s in self.sessions[unit][one.id] if s.id not in self.course_of}
        booked = [(step.at, step.id) for step in steps if _booked(step, visits)]
        lost = [step for step in steps if step.what == "session-missed" and step.subject in visits]
        for step in lost:
            later = next((moment for moment in booked if moment > (step.at, step.id)), None)
            if later is None:
                yield Item("make-up-session", step.subject, unit)
            else:
                booked.remove(later)
        stops = [
            gate.course_id
            for gate in self.gates[one.id]
            if gate.state == "closed" and gate.gate in ("stop", "decision-point")
        ]
        for course in self.courses.values():
            risky = course.referral_id == one.id and course.at_risk_since and not course.ended_at
            if risky and None not in stops and course.id not in stops:
                yield Item("make-up-session", course.id, unit)

    def _next(self, unit: str, one: Referral) -> Item:
        courses = [course for course in self.courses.values() if course.referral_id == one.id]
        gates = self.gates[one.id] if unit == "rtms_unit" else []
        screened = [g for g in gates if g.gate == "screening" and g.decided_at]
        if screened and not courses:
            last = max(screened, key=lambda gate: (gate.decided_at, gate.changed_at, gate.id))
            released = last.state == "released"
            return Item("plan-course" if released else "plan-next", one.id, unit)
        given = ("completed", "interrupted", "missed")
        seen = courses or any(s.status in given for s in self.sessions[unit][one.id])
        if seen:
            return Item("plan-next", one.id, unit)
        calm = not self.sessions[unit][one.id] and unit != "rtms_unit"
        return Item("book-session", one.id, unit, start=one.answered_at if calm else None)

    def _waiting(self, unit: str, one: Referral) -> Iterator[Item]:
        sender, person = self._sender(unit, one)
        hurry = one.urgency in HURRIES
        if one.status in ("received", "on-hold"):
            was_held = any(step.what == "asked" for step in self.steps[unit][one.id])
            start = None if was_held else one.requested_at
            yield Item("answer-referral", one.id, unit, None, start, hurry)
        if one.status == "on-hold":
            yield Item("answer-question", one.id, sender, person, self._when(unit, one, "asked"))
        yield from self._ended(unit, one)

    def _for_the_gone(self, unit: str, one: Referral) -> Iterator[Item]:
        """Only what somebody must know: a report, and that a referrer outside is told."""
        if one.status == "completed" or one.requester == "outside":
            yield from self._ended(unit, one)

    def _ended(self, unit: str, one: Referral) -> Iterator[Item]:
        sender, person = self._sender(unit, one)
        sent, steps = self.sent.get(one.id), {step.what for step in self.steps[unit][one.id]}
        noted = "told" in steps or (sent is not None and sent.noted_at is not None)
        replaced = sent is not None and sent.replaced_by is not None
        if one.status in ("rejected", "failed") and not (noted or replaced):
            yield Item("decide-next-step", one.id, sender, person, self._ended_at(unit, one))
        if one.status == "completed" and "reported" not in steps:
            yield Item("report-back", one.id, unit, start=one.completed_at)
        elif one.status == "completed" and one.requester != "outside" and not noted:
            at = self._when(unit, one, "reported")
            yield Item("read-report", one.id, sender, person, at)

    def _sender(self, unit: str, one: Referral) -> tuple[str, UUID | None]:
        outside = one.requester == "outside"
        return (unit, None) if outside else (one.requester, one.requester_member)

    def _when(self, unit: str, one: Referral, what: str) -> datetime | None:
        return max((s.at for s in self.steps[unit][one.id] if s.what == what), default=None)

    def _ended_at(self, unit: str, one: Referral) -> datetime | None:
        ends = ("declined", "handed-back", "ended-patient-deceased", "ended-patient-transferred")
        found = [self._when(unit, one, what) for what in ends]
        return max((at for at in found if at), default=None)

    def planned_for_the_gone(self) -> Iterator[str]:
        """What no unit may keep for who does not come any more: nothing of it."""
        for unit in self.referrals:
            kept = [
                *(one for one in self.referrals[unit] if one.status in OPEN_STATES),
                *(one for one in self.follow_ups[unit] if one.status == "planned"),
                *(one for found in self.sessions[unit].values() for one in filter(_ahead, found)),
            ]
            for one in (one for one in kept if one.patient_id in self.gone):
                if not (isinstance(one, CareSession) and self._began(one)):
                    yield f"{unit} keeps a {type(one).__name__} for who is gone"
        running = [course for course in self.courses.values() if course.ended_at is None]
        yield from ("a course goes on" for course in running if course.patient_id in self.gone)

    def _began(self, session: CareSession) -> bool:
        last = self.gone[session.patient_id] or self._today
        begins = session.starts_at
        return begins <= self.now and begins.astimezone(PARIS).date() <= last

    def owner(self, place: str, person: UUID | None) -> tuple[str, UUID | None]:
        """Who owes it today: whoever is there of those who could."""
        unit = self._open_unit(place)
        if not unit or (unit != "coordinator" and not self._team(unit)):
            return "coordinator", None
        return unit, self._stand_in(person, unit)

    def is_last_resort(self, place: str) -> bool:
        unit = self._open_unit(place)
        return not unit or (unit != "coordinator" and not self._team(unit))

    def _open_unit(self, unit: str) -> str:
        seen = []
        while unit and self._is_closed(unit) and unit not in seen:
            seen.append(unit)
            unit = self.units[unit].successor
        return "" if not unit or self._is_closed(unit) else unit

    def _is_closed(self, unit: str) -> bool:
        row = self.units.get(unit)
        return bool(row and row.closed_from and row.closed_from <= self._today)

    def _team(self, unit: str) -> list[UUID]:
        return [key for key, m in self.members.items() if m.active and unit in m.units]

    def _stand_in(self, person: UUID | None, unit: str) -> UUID | None:
        asked: list[UUID] = []
        while person is not None and person in self._team(unit) and person not in asked:
            asked.append(person)
            away = [a for a in self.members[person].absences if self._covers(a)]
            if not away:
                return person
            person = UUID(away[0]["deputy"]) if away[0]["deputy"] else None
        return None

    def _covers(self, absence: Mapping[str, Any]) -> bool:
        return str(absence["begins"]) <= self._today.isoformat() <= str(absence["ends"])

    @property
    def _today(self) -> date:
        return self.now.astimezone(PARIS).date()


def _ahead(session: CareSession) -> bool:
    return session.status == "booked"


def _booked(step: Step, visits: Mapping[UUID, CareSession]) -> bool:
    kept = step.subject in visits and visits[step.subject].status != "cancelled"
    return step.what == "session-booked" and kept


def _all(ward: Ward, service: str, table: Any) -> Sequence[Any]:
    with ward.look(service) as work:
        return list(work.all(select(table)))


def _by_referral(ward: Ward, service: str, table: Any) -> Mapping[UUID, list[Any]]:
    found: defaultdict[UUID, list[Any]] = defaultdict(list)
    for row in sorted(_all(ward, service, table), key=lambda row: row.id):
        found[row.referral_id].append(row)
    return found
