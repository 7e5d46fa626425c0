"""The courses of the demo: screened, planned from a protocol, given session by session, decided."""

from datetime import time, timedelta
from importlib import import_module
from typing import Any

from services.demo.giving import SAFE, InUnit
from services.demo.stage import Story
from services.demo.stories import MODERATE_RELIEF


class CourseOf(InUnit):
    """One patient's course in the rTMS unit, from the answer to the follow-ups."""

    def play(self) -> Story:
        yield self.stage.later(self.plan.answer_after, 14, self.patient.place % 60)
        self.patient.unit(self.sent, "accept", self.sent.referral_id)
        if not self.plan.screened:
            return
        yield self.stage.later(1, 8, self.patient.place % 60)
        yield from self._screen()
        if self.plan.planned and not self._closed():
            yield self.stage.later(1, 8, self.patient.place % 60)
            self._plan()
            yield from self._sessions()

    def _screen(self) -> Story:
        rules: Any = import_module("services.rtms_unit.rules.screening")
        found = {self.plan.findings: "A dental implant of titanium, 2014."}
        found = {code: text for code, text in found.items() if code}
        answers = {q.code: "yes" if q.code in found else "no" for q in rules.QUESTIONS}
        self.act("screening", "complete_screening", self.sent.referral_id, answers, found)
        if found and self.plan.released:
            yield from self._decide(release=True, reason="Titanium, far from the coil.")

    def _decide(self, *, release: bool, reason: str) -> Story:
        """The physician who has referred reads what is asked, and decides some hours later."""
        yield self.stage.clock.now() + timedelta(hours=4)
        for gate in self._closed():
            self.patient.lead("release" if release else "uphold", gate, self._reasons(reason))
        self._read_effects()
        yield self.stage.clock.now() + timedelta(hours=3)

    def _reasons(self, reason: str) -> Any:
        """The decision, with the same words for what the screening found."""
        found = {self.plan.findings: reason} if self.plan.findings else {}
        return self.patient.forms.Release(reason=reason, decisions=found)

    def _closed(self) -> list[Any]:
        """The gates of this referral at which a physician is asked."""
        gates: Any = import_module("services.rtms_unit.reading.gates")
        found = self.ask(lambda work: gates.gates_of(work, self.sent.patient_id))
        return [gate.id for gate in found if (gate.state, gate.ask) == ("closed", "decide")]

    def _plan(self) -> None:
        wish: Any = import_module("services.rtms_unit.actions.courses.proposing").Wish
        start = self.stage.later(2, 9).astimezone(self.stage.zone).date()
        side = self.patient.person.picture.side
        choice = "" if side in ("left", "right") else "left"
        at = time(8 + self.patient.place % 9)
        asked = wish(self.plan.protocol, side, start, at, choice)
        self.act("courses", "plan", self.sent.referral_id, asked)

    def _lines(self) -> tuple[Any, list[Any]]:
        """The course with its sessions by their times; no course when it is over."""
        reading: Any = import_module("services.rtms_unit.reading.courses")

        def found(work: Any) -> tuple[Any, list[Any]]:
            for course in reading.under_way(work, self.sent.referral_id):
                return course, list(reading.whole(work, course).lines)
            return None, []

        answer: tuple[Any, list[Any]] = self.ask(found)
        return answer

    def _sessions(self) -> Story:
        while True:
            course, lines = self._lines()
            now = self.stage.clock.now()
            ahead = [x.session for x in lines if x.session.status == "booked"]
            session = next((each for each in ahead if each.starts_at > now), None)
            if course is None:
                yield from self._end()
                return
            if session is None:
                return
            self.number += 1
            if self.number == self.plan.changed:
                yield session.starts_at - timedelta(hours=22)
                yield from self._change_medicine()
            yield session.starts_at + timedelta(minutes=session.minutes)
            if self._closed():
                return
            yield from self._one(course, session)

    def _change_medicine(self) -> Story:
        entry = self.patient.forms.Medicine(drug="venlafaxine", dose=75)
        self.patient.lead("record_medicine", self.sent.patient_id, entry)
        if self.plan.released:
            yield from self._decide(release=True, reason="Low dose: it may go on.")

    def _one(self, course: Any, session: Any) -> Story:
        if self.number in self.plan.missed:
            yield from self._miss(course, session)
        elif self.number not in self.plan.unrecorded:
            if self.number == self.plan.unsafe:
                yield from self._ask_first(session)
            self.give(course, session)
            yield from self._after(session)

    def _ask_first(self, session: Any) -> Story:
        """Something has changed since the last session: a physician is asked before this one."""
        changed = {**SAFE, "sleep": "changed"}
        self.act("day_check", "check_day", session.id, changed, "Two hours of sleep, no alcohol.")
        yield from self._decide(release=True, reason="Spoken with the patient: it may go on.")

    def _miss(self, course: Any, session: Any) -> Story:
        self.patient.unit(self.sent, "miss", session.id, "transport")
        if self.plan.made_up:
            yield self.stage.clock.now() + timedelta(hours=2)
            self.act("courses", "make_up", course.id, session.id)

    def _after(self, session: Any) -> Story:
        """What a session brings with it: mild effects, a stop, a decision point."""
        self._follow_due()
        if self.number % 3 == 0:
            yield from self._acknowledge()
        if self.number == self.plan.stopped:
            yield from self._stop(session)
        elif self._closed() and self.plan.go_on is not None:
            helped = self.plan.go_on
            reason = "Relief as hoped." if helped else "Less than a tenth of relief."
            yield from self._decide(release=helped, reason=reason)

    def _follow_due(self) -> None:
        """The points of the protocol that come while the course goes on."""
        for point, day in self.patient.planned_points(self.sent):
            if day <= self.stage.clock.now().date():
                nrs = max(0, round(self.patient.pain * (1 - self.plan.relief)))
                self.patient.unit(self.sent, "record_follow_up", point, nrs, 2)

    def _acknowledge(self) -> Story:
        """Once in a while the physician reads of all mild effects together."""
        yield self.stage.clock.now() + timedelta(hours=5)
        self._read_effects()

    def _read_effects(self) -> None:
        lead: Any = import_module("services.pain_physician.actions.adverse_events")
        with self.stage.team["pain_physician"].look() as work:
            found = lead.adverse_events_of(work, self.sent.patient_id)
            open_ones = [effect.id for effect in found if effect.acknowledged_at is None]
        done = self.patient.forms.Acknowledge(what_is_done="Expected and mild: it may go on.")
        deeds = [("acknowledge_adverse_event", (effect, done)) for effect in open_ones]
        self.patient.lead_all(*deeds)

    def _stop(self, session: Any) -> Story:
        noticed: Any = import_module("services.rtms_unit.rules.effects").Noticed
        note = "Fell from the chair with some jerks of the arms, awake again after a minute."
        what = noticed("convulsive-syncope", "severe", "probable", "sent-to-emergency", note=note)
        report = (self.sent.referral_id, what, session.id)
        effect = self.act("adverse_events", "report", *report)
        if self.plan.reopened is None:
            return
        yield self.stage.clock.now() + timedelta(hours=3)
        done = self.patient.forms.Acknowledge(what_is_done="Seen in neurology, EEG normal.")
        self.patient.lead("acknowledge_adverse_event", effect.id, done)
        yield from self._decide(release=self.plan.reopened, reason="Decided with neurology.")

    def _end(self) -> Story:
        yield self.stage.later(2, 11)
        relief = self.plan.relief
        now = round(self.patient.pain * (1 - relief))
        report = f"Given as told. Pain went from {self.patient.pain} to {now} on average."
        outcome = "goals-met" if relief >= MODERATE_RELIEF else "partly-met"
        written = report if self.plan.report else ""
        self.patient.unit(self.sent, "complete", self.sent.referral_id, outcome, written)
        yield from self.patient.follow(self.sent, relief, noted=self.plan.noted)
