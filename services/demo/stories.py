"""The stories of the demo: what happened to each invented patient, told as steps in time."""

from datetime import date, datetime, timedelta
from importlib import import_module
from itertools import count
from typing import Any
from uuid import UUID

from services.demo.content import DARK, QUESTIONS, THERAPIES, medicines, phq_9, scores
from services.demo.people import Person
from services.demo.plans import Plan, Sent
from services.demo.stage import Stage, Story
from shared.calendar import add_working_days, is_working_day
from shared.discipline import actions as discipline

LEAD = "pain_physician"

STAFF = {
    "rtms_unit": ("tomas", "aicha"),
    "psychologist": ("nora", "jules"),
    "psychophysical_therapist": ("ilse", "marc"),
    LEAD: ("elise", "simon"),
}
LENGTH = {"rtms_unit": 30, "psychologist": 50, "psychophysical_therapist": 45}
FIRST_ROW, ROW = 8 * 60 + 30, 40
MODERATE_RELIEF = 0.3
"""IMMPACT (Dworkin 2008): from 30 % on the relief is moderate."""


class Patient:
    """One patient of the demo, and the steps that his or her stories are made of."""

    places = count()

    def __init__(self, stage: Stage, person: Person) -> None:
        self.stage, self.person = stage, person
        self.place = next(Patient.places)
        self.physician = STAFF[LEAD][self.place % 2]
        self.pain = 6 + self.place % 4
        self.id, self.sent = UUID(int=0), list[Sent]()
        self._actions: Any = import_module(f"services.{LEAD}.actions")
        self.forms: Any = import_module(f"services.{LEAD}.forms")

    def lead_all(self, *deeds: tuple[str, tuple[Any, ...]]) -> list[Any]:
        """Several actions of the pain physician at one sitting."""
        with self.stage.work(LEAD, self.physician) as work:
            return [getattr(self._actions, verb)(work, *values) for verb, values in deeds]

    def lead(self, verb: str, *values: Any) -> Any:
        """An action of the patient's pain physician."""
        return self.stage.call(LEAD, self.physician, getattr(self._actions, verb), *values)

    def unit(self, sent: Sent, verb: str, *values: Any) -> Any:
        """An action of a member of the unit that performs a referral."""
        member = STAFF[sent.unit][self.place % 2]
        return self.stage.call(sent.unit, member, getattr(discipline, verb), *values)

    def register(self) -> None:
        """The patient comes to the centre."""
        person = self.person
        entry = self.forms.Register(
            family=person.family,
            given=person.given,
            birth_date=person.birth_date,
            sex=person.sex,
            phone=f"01 23 45 {self.place:02d} {(self.place * 7) % 100:02d}",
            doctor_name=f"Dr P. {('Aubry', 'Rey', 'Keller', 'Fabre')[self.place % 4]}",
            doctor_contact="general practice",
        )
        self.id = self.lead("register", entry).id

    def assess(self) -> None:
        """The first assessment."""
        picture, today = self.person.picture, self.stage.clock.now().date()
        months = 14 + self.place * 3 % 60
        entry = self.forms.Assess(
            cause=picture.cause,
            side=picture.side,
            areas=list(picture.areas),
            background=list(picture.background),
            paroxysms=list(picture.paroxysms),
            paroxysms_per_day=picture.per_day,
            triggers=["fatigue", "stress"] if self.place % 2 else ["climate"],
            work=5 + self.place % 5,
            family=4 + self.place % 4,
            own_life=6 + self.place % 3,
            sleep=7,
            mood=5,
            nrs_worst=min(10, self.pain + 2),
            nrs_least=self.pain - 3,
            nrs_average=self.pain,
            dn4=4 + self.place % 6,
            onset=today - timedelta(days=30 * months),
            first_consultation=today - timedelta(days=30 * (months - 3)),
            diagnosis=today - timedelta(days=30 * (months // 2)),
            referred_to_centre=today - timedelta(days=60),
        )
        taken = medicines(self.forms, self.place, today)
        medicine = [("record_medicine", (self.id, each)) for each in taken]
        self.lead_all(("assess", (self.id, entry)), *medicine)

    def refer(self, unit: str, urgency: str = "routine", replaces: UUID | None = None) -> Sent:
        """One question to one service."""
        question, reason, tried = QUESTIONS[unit]
        entry = self.forms.Refer(
            performer=unit,
            question=question,
            reason=reason,
            tried=tried,
            urgency=urgency,
            reason_code="pain-not-controlled" if unit == "rtms_unit" else "effect-on-life",
            replaces=replaces,
        )
        return Sent(self.id, self.lead("refer", self.id, entry).id, unit)

    def begin(self, start: int, *units: str, urgency: str = "routine") -> Story:
        """Register, assess the next day, and refer; the units' own stories are told apart."""
        yield self.stage.at(start, 9, self.place % 50)
        self.register()
        yield self.stage.later(1, 10, self.place % 50)
        self.assess()
        self.sent = [self.refer(unit, urgency) for unit in units]
        yield self.stage.later(1, 8)

    def care(self, sent: Sent, plan: Plan) -> Story:
        """Accepted, booked, one session after the other, then the report and follow-up."""
        yield self.stage.later(plan.answer_after, 14, self.place % 60)
        self.unit(sent, "accept", sent.referral_id)
        yield self.stage.later(plan.book_after, 15, self.place % 60)
        sessions = self._book(sent, plan)
        self._plan_therapy(sent, len(sessions))
        for number, (session_id, starts_at) in enumerate(sessions, start=1):
            yield starts_at + timedelta(minutes=LENGTH[sent.unit])
            self._record(sent, plan, number, session_id)
            if number in (1, *range(5, 99, 4)) and sent.unit != "rtms_unit":
                self._score(sent, number // 4)
            if number == plan.dark_after:
                self.unit(sent, "record_form", sent.referral_id, "phq-9", DARK)
            if number == plan.concern_after:
                yield from self._concern(sent, plan)
        yield from self._end(sent, plan)

    def _book(self, sent: Sent, plan: Plan) -> list[tuple[UUID, datetime]]:
        stage, found = self.stage, []
        minutes = FIRST_ROW + ROW * (self.place % 12)
        starts_at = stage.later(2, minutes // 60, minutes % 60)
        with stage.work(sent.unit, STAFF[sent.unit][self.place % 2]) as work:
            for gap in (0, *plan.gaps):
                starts_at = add_working_days(starts_at, gap, stage.zone, stage.country)
                session = discipline.book(work, sent.referral_id, starts_at, LENGTH[sent.unit])
                found.append((session.id, starts_at))
            if plan.moved:
                session_id, was_at = found[plan.moved]
                later = was_at + timedelta(minutes=20)
                discipline.move(work, session_id, later)
                found[plan.moved] = (session_id, later)
        return found

    def _plan_therapy(self, sent: Sent, sessions: int) -> None:
        goals, methods = THERAPIES[sent.unit]
        review = self.stage.later(30, 9).date()
        plan = (sent.referral_id, goals, methods, sessions, "weekly", review)
        self.unit(sent, "plan_therapy", *plan)

    def _score(self, sent: Sent, visit: int) -> None:
        """Every few sessions; a psychologist asks the PHQ-9 as well."""
        self.unit(sent, "record_scores", sent.referral_id, scores(sent.unit, visit))
        if sent.unit == "psychologist":
            self.unit(sent, "record_form", sent.referral_id, "phq-9", phq_9(visit))

    def _record(self, sent: Sent, plan: Plan, number: int, session_id: UUID) -> None:
        if number in plan.unrecorded:
            return
        if number in plan.missed:
            self.unit(sent, "miss", session_id, "transport")
        elif number in plan.interrupted:
            self.unit(sent, "interrupt", session_id, "unwell", "Headache, went home to rest.")
        else:
            before, after = self._pain(plan, number)
            self.unit(sent, "complete_session", session_id, before, after)

    def _pain(self, plan: Plan, number: int) -> tuple[int, int]:
        """Pain before and after a session: it falls slowly and unevenly."""
        share = plan.relief * min(1.0, number / (len(plan.gaps) + 1))
        before = round(self.pain * (1 - share) + self.stage.random.choice((-0.4, 0.2, 0.6)))
        before = max(0, min(10, before))
        return before, max(0, before - self.stage.random.choice((0, 1, 1, 2)))

    def _concern(self, sent: Sent, plan: Plan) -> Story:
        note = "Says that nothing is worth the effort any more. Please call today."
        concern = self.unit(sent, "raise_concern", sent.referral_id, note, True)
        if plan.acknowledged:
            yield self.stage.clock.now() + timedelta(hours=3)
            self.stage.team.settle()
            done = self.forms.Acknowledge(what_is_done="Called; seen the same evening.")
            self.lead("acknowledge", concern, done)

    def _end(self, sent: Sent, plan: Plan) -> Story:
        yield self.stage.later(2, 11)
        now = round(self.pain * (1 - plan.relief))
        report = f"Given as planned. Pain fell from {self.pain} to {now} on average."
        outcome = "goals-met" if plan.relief >= MODERATE_RELIEF else "partly-met"
        self.unit(sent, "complete", sent.referral_id, outcome, report if plan.report else "")
        if plan.follow_up:
            yield from self.follow(sent, plan.relief, noted=plan.noted)

    def follow(self, sent: Sent, relief: float, *, noted: bool) -> Story:
        """The physician takes note, and the unit asks at each point that it has planned."""
        planned = self.planned_points(sent) or self._usual_points(sent)
        yield self.stage.later(1, 9)
        if noted:
            self.lead("close", sent.referral_id, self.forms.Close(next_step="continue-plan"))
        for number, (follow_up, day) in enumerate(planned):
            yield self.stage.at_day(day, 16)
            if noted:
                nrs = max(0, round(self.pain * (1 - relief)) + number // 2)
                kept = ["movement", "psycho-physical-therapy"][: 1 + self.place % 2]
                npsi = max(0, nrs * 9 + self.place % 7)
                asked = (follow_up, nrs, 2 + number % 2, "", npsi, kept)
                self.unit(sent, "record_follow_up", *asked)

    def planned_points(self, sent: Sent) -> list[tuple[UUID, date]]:
        """The points that are planned and not done yet."""
        reading: Any = import_module("shared.discipline.reading")
        with self.stage.team[sent.unit].look() as work:
            known = reading.follow_ups_of(work, sent.referral_id)
            planned = [(each.id, each.due_on) for each in known if each.status == "planned"]
        return sorted(planned, key=lambda point: point[1])

    def _usual_points(self, sent: Sent) -> list[tuple[UUID, date]]:
        today = self.stage.clock.now().astimezone(self.stage.zone).date()
        points = (("week-1", 7), ("month-1", 30), ("month-3", 91), ("month-6", 182))
        due = [(point, self._open_day(today + timedelta(days=days))) for point, days in points]
        return [
            (self.unit(sent, "plan_follow_up", sent.referral_id, point, day).id, day)
            for point, day in due
        ]

    def _open_day(self, day: Any) -> Any:
        while not is_working_day(day, self.stage.country):
            day += timedelta(days=1)
        return day
