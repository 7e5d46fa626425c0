"""Two referrals of one patient with all that can happen to them, told in any order."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from shared import events
from shared.events import OUTSIDE, Event
from shared.identifiers import new_id
from tests.coordinator.office import ASKER, MONDAY, Office, referral, session

REFERRALS = 2
SESSIONS = 3
BY_REFERRER = ("requested", "resumed", "cancelled", "closed")
BY_UNIT = ("received", "accepted", "rejected", "held", "completed", "failed", "reported")
OF_SESSION = ("booked", "moved", "arrived", "completed", "interrupted", "missed", "cancelled")
OTHERS = ("planned", "followed", "worried", "acknowledged", "harmed", "read")
OF_COURSE = ("planned", "at-risk", "made-up", "stopped", "resumed", "completed", "ended")
OF_GATE = ("closed", "asked", "released", "upheld")
GATES = ("screening", "safe-today", "decision-point", "stop")


class Story:
    """Two referrals of one patient, one of them from outside; their events, made on demand."""

    def __init__(self, office: Office) -> None:
        self.office = office
        inside, outside = referral(), referral(requester=OUTSIDE)
        self.referrals = [inside, {**outside, "patient_id": inside["patient_id"]}]
        self.sessions = [session(inside, number) for number in range(1, SESSIONS + 1)]
        self.course = {**inside, "course_id": new_id()}
        self.gates = [self._names_of_gate(gate) for gate in GATES]
        self.follow_up = {**inside, "follow_up_id": new_id(), "point": "month-1"}
        self.concern = {
            "patient_id": inside["patient_id"],
            "concern_id": new_id(),
            "raised_by": "rtms_unit",
            "addressed_to": ASKER,
        }
        self.harm = {
            "patient_id": inside["patient_id"],
            "adverse_event_id": new_id(),
            "referral_id": inside["referral_id"],
            "raised_by": "rtms_unit",
            "addressed_to": ASKER,
        }
        self.note = office.note("…", inside["patient_id"])

    def _names_of_gate(self, gate: str) -> dict[str, Any]:
        of_course = gate != "screening"
        about = {**self.course, "gate": gate, "gate_id": new_id(), "decided_by": ASKER}
        return about if of_course else {**about, "course_id": None}

    def event(self, about: str, which: int, what: str) -> Event:
        made: Event = getattr(self, f"_{about}")(which, what)
        return made

    def _referral(self, which: int, what: str) -> Event:
        names = self.referrals[which]
        if what == "requested":
            return self.office.request(names)
        table: dict[str, tuple[type[Event], dict[str, Any]]] = {
            "received": (events.ReferralReceived, {}),
            "accepted": (events.ReferralAccepted, {}),
            "rejected": (events.ReferralRejected, self._reason() | {"note": self.note}),
            "held": (events.ReferralHeld, {"question": self.note}),
            "resumed": (events.ReferralResumed, {"answer": self.note}),
            "cancelled": (events.ReferralCancelled, {"reason_code": "withdrawn"}),
            "completed": (events.ReferralCompleted, {}),
            "failed": (events.ReferralFailed, {}),
            "reported": (events.ReportSent, {"report": self.note}),
            "closed": (events.ReferralClosed, {}),
        }
        kind, more = table[what]
        return kind(**names, **more)

    def _reason(self) -> dict[str, Any]:
        return {"reason_code": "capacity", "next_step": "back-to-referrer"}

    def _session(self, which: int, what: str) -> Event:
        names, starts_at = self.sessions[which], self.office.clock.now() + timedelta(hours=5)
        dates = {"starts_at": starts_at, "minutes": 30}
        table: dict[str, tuple[type[Event], dict[str, Any]]] = {
            "booked": (events.SessionBooked, {**dates, "course_id": self._course_of(which)}),
            "moved": (events.SessionMoved, {**dates, "was_at": MONDAY}),
            "arrived": (events.SessionArrived, {}),
            "completed": (events.SessionCompleted, {}),
            "interrupted": (events.SessionInterrupted, {"reason_code": "unwell"}),
            "missed": (events.SessionMissed, {"reason_code": "transport"}),
            "cancelled": (events.SessionCancelled, {"reason_code": "other"}),
        }
        kind, more = table[what]
        return kind(**names, **more)

    def _course_of(self, session: int) -> UUID | None:
        """The first session is a visit, the others are the sessions of a course."""
        return self.course["course_id"] if session else None

    def _course(self, _: int, what: str) -> Event:
        today, now = MONDAY.date(), self.office.clock.now()
        changed = {"reason_code": what, "sessions": 2}
        ended = {"given": 1, "missed": 1, "cancelled": 0}
        protocol = {"protocol": "ten", "protocol_version": 1, "sessions": 2}
        table: dict[str, tuple[type[Event], dict[str, Any]]] = {
            "planned": (events.CoursePlanned, {**protocol, "first_on": today, "last_on": today}),
            "at-risk": (events.CourseChanged, {**changed, "at_risk_since": now}),
            "made-up": (events.CourseChanged, changed),
            "stopped": (events.CourseStopped, {"reason_code": "seizure"}),
            "resumed": (events.CourseChanged, changed),
            "completed": (events.CourseCompleted, ended),
            "ended": (events.CourseCompleted, {**ended, "ended_early": True}),
        }
        kind, more = table[what]
        return kind(**self.course, **more)

    def _gate(self, which: int, what: str) -> Event:
        names = self.gates[which]
        if what in ("closed", "asked"):
            ask = "complete" if what == "asked" else "decide"
            return events.GateClosed(**names, ask=ask)
        kind = events.GateReleased if what == "released" else events.GateUpheld
        return kind(**names, note=self.note)

    def _other(self, _: int, what: str) -> Event:
        if what in ("harmed", "read"):
            return self._harm(what)
        if what == "planned":
            return events.FollowUpPlanned(**self.follow_up, due_on=MONDAY.date())
        if what == "followed":
            return events.FollowUpDone(**self.follow_up)
        kind = events.ConcernRaised if what == "worried" else events.ConcernAcknowledged
        return kind(**self.concern, note=self.note)

    def _harm(self, what: str) -> Event:
        if what == "read":
            return events.AdverseEventAcknowledged(**self.harm, note=self.note)
        at = self.office.clock.now()
        found: dict[str, Any] = {"code": "headache", "severity": "mild", "occurred_at": at}
        return events.AdverseEventReported(**self.harm, **found)
