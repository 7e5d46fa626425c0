"""Whatever people do with plans: no double booking, no hole in an account, phases in order."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import text
from sqlmodel import select

from services.rtms_unit.actions import courses
from services.rtms_unit.actions.unit import set_hours
from services.rtms_unit.reading.courses import Line, WholeCourse
from services.rtms_unit.rules.planning import DEFAULT_HOURS, Days
from services.rtms_unit.tables import PlanChange
from shared.discipline.actions import cancel_session
from shared.discipline.tables import CareSession
from shared.errors import Refused
from shared.work import Work
from tests.rtms_unit import alone
from tests.rtms_unit.planner import wish

PROTOCOLS = ("transnep", "hodaj-2015", "saint-etienne", "induction-10", "rpms")
OUTCOMES = {"completed": "complete", "interrupted": "interrupt", "missed": "miss"}
ENDED = {"completed", "interrupted", "missed", "cancelled"}
near, hours, some = st.integers(0, 30), st.integers(7, 18), st.integers(0, 500)


class Planning(RuleBasedStateMachine):
    """A unit with two machines and three operators, in which much goes wrong."""

    def __init__(self) -> None:
        super().__init__()
        self.stack, self.folder = ExitStack(), tempfile.mkdtemp()
        self.unit = self.stack.enter_context(alone.running(Path(self.folder)))

    @initialize()
    def open(self) -> None:
        with self.unit.work() as work:
            alone.machine(work)
            alone.machine(work)
            set_hours(work, [replace(window, operators=3) for window in DEFAULT_HOURS])
        self.plan("induction-10", 1, 9)

    @rule(protocol=st.sampled_from(PROTOCOLS), ahead=near, hour=hours)
    def plan(self, protocol: str, ahead: int, hour: int) -> None:
        with self.unit.work() as work:
            referral_id = alone.referral(work)
        wanted = wish(protocol, self.day(ahead), at=time(hour))
        self.attempt(courses.plan, referral_id, wanted)

    @rule(which=some, ahead=near, hour=hours)
    def move(self, which: int, ahead: int, hour: int) -> None:
        if found := self.line(which, "booked"):
            course, line = found
            key, day = line.session.id, line.place.day + timedelta(days=ahead % 9)
            self.attempt(courses.move, course.course.id, key, day, time(hour))

    @rule(status=st.sampled_from(sorted(OUTCOMES)))
    def record(self, status: str) -> None:
        """The next session of the unit has an outcome, on its day."""
        with self.unit.look() as work:
            booked = [line for one in self.open_courses(work) for line in one.lines if line.is_open]
        if not booked:
            return
        line = min(booked, key=lambda each: each.session.starts_at)
        self.until(line.session)
        with self.unit.work() as work:
            session = work.get(CareSession, line.session.id)
            session.status, session.changed_at = status, work.now
            session.version += 1
            courses.session_ended(work, session, OUTCOMES[status])

    @rule(which=some)
    def cancel(self, which: int) -> None:
        if found := self.line(which, "booked"):
            self.attempt(cancel_session, found[1].session.id, "patient-request")

    @rule(which=some, ahead=st.none() | near, hour=hours)
    def make_up(self, which: int, ahead: int | None, hour: int) -> None:
        if found := self.line(which, "missed", "cancelled"):
            course, line = found
            day = None if ahead is None else self.day(ahead)
            self.attempt(courses.make_up, course.course.id, line.session.id, day, time(hour))

    @rule(ahead=near, length=st.integers(0, 4))
    def close(self, ahead: int, length: int) -> None:
        first = self.day(ahead)
        self.attempt(courses.close_days, Days(first, first + timedelta(days=length)))

    @rule(which=some)
    def undo(self, which: int) -> None:
        with self.unit.look() as work:
            changes = work.all(select(PlanChange.id).order_by(PlanChange.id))  # type: ignore[arg-type]
        if changes:
            self.attempt(courses.undo, changes[which % len(changes)])

    @rule(which=some)
    def end(self, which: int) -> None:
        if which % 5 == 0 and (found := self.line(which, "booked")):
            self.attempt(courses.end, found[0].course.id, "other")

    @invariant()
    def nobody_is_in_two_places(self) -> None:
        with self.unit.look() as work:
            assert alone.double_bookings(work) == []

    @invariant()
    def every_account_is_whole_and_in_order(self) -> None:
        with self.unit.look() as work:
            for course in alone.courses_in(work):
                assert alone.holes(course) == []
                assert alone.out_of_order(course) == []

    @invariant()
    def what_was_told_adds_up(self) -> None:
        """Whoever only hears the events counts the same sessions to come."""
        with self.unit.look() as work:
            rows = work.session.execute(text("select kind from event")).scalars().all()
            said = Counter(rows)
            lines = [line for one in alone.courses_in(work) for line in one.lines]
        recorded = [line for line in lines if line.session.status in ENDED - {"cancelled"}]
        ahead = [line for line in lines if line.is_open]
        assert said["session.booked"] - said["session.cancelled"] == len(recorded) + len(ahead)

    def teardown(self) -> None:
        self.stack.close()
        shutil.rmtree(self.folder)

    def day(self, ahead: int) -> date:
        return self.unit.now().date() + timedelta(days=ahead)

    def until(self, session: CareSession) -> None:
        clock: Any = self.unit.house.clock
        clock.move(seconds=max(0.0, (session.starts_at - clock.now()).total_seconds()) + 60)

    def line(self, which: int, *statuses: str) -> tuple[WholeCourse, Line] | None:
        """Some session in one of these states."""
        with self.unit.look() as work:
            found = [
                (course, line)
                for course in self.open_courses(work)
                for line in course.lines
                if line.session.status in statuses
            ]
        return found[which % len(found)] if found else None

    def open_courses(self, work: Work) -> list[WholeCourse]:
        return [one for one in alone.courses_in(work) if one.course.status == "active"]

    def attempt(self, verb: Callable[..., Any], *values: Any) -> UUID | None:
        """A person does something, or is told why not, and then nothing has changed."""
        try:
            with self.unit.work() as work:
                verb(work, *values)
        except Refused:
            return None
        return None


TestAnyPlan = Planning.TestCase
TestAnyPlan.settings = settings(
    max_examples=4,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
