"""The stage of the demo: a whole team under a virtual clock, on which stories are played."""

import heapq
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from importlib import import_module
from itertools import count
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from services.demo.people import PASSWORD, TEAM
from shared.access.viewer import Viewer
from shared.calendar import add_working_days, is_working_day, to_utc
from shared.clock import VirtualClock
from shared.running import Team
from shared.work import Work

MORNING = time(7, 45)
LONG_AGO = datetime.min.replace(tzinfo=UTC)
TOGETHER = timedelta(hours=3)
"""Steps that are this close are delivered together: the demo must load fast."""

Story = Iterator[datetime]
"""A story does something, says when it goes on, and is played on from there."""


@dataclass
class Stage:
    """`today` is the day at whose present moment all stories stop, wherever they are."""

    team: Team
    clock: VirtualClock
    curtain: datetime
    random: Random = field(default_factory=lambda: Random(20261123))  # noqa: S311
    members: dict[str, UUID] = field(default_factory=dict)
    machines: tuple[UUID, ...] = ()
    """The machine and the coil that the sessions of a course are given with."""
    _queue: list[tuple[datetime, int, Story]] = field(default_factory=list)
    _tickets: Iterator[int] = field(default_factory=count)
    _settled_at: datetime = LONG_AGO

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.team.settings.zone)

    @property
    def country(self) -> str:
        return self.team.settings.country

    @property
    def today(self) -> date:
        return self.curtain.astimezone(self.zone).date()

    def day(self, distance: int) -> date:
        """The working day so many working days from today (negative: in the past)."""
        found, step = self.today, 1 if distance > 0 else -1
        while not is_working_day(found, self.country):
            found -= timedelta(days=1)
        for _ in range(abs(distance)):
            found += timedelta(days=step)
            while not is_working_day(found, self.country):
                found += timedelta(days=step)
        return found

    def at(self, distance: int, hour: int, minute: int = 0) -> datetime:
        """An instant on that working day, in UTC."""
        return to_utc(self.day(distance), time(hour, minute), self.zone)

    def at_day(self, day: date, hour: int) -> datetime:
        """An instant on a day, in UTC."""
        return to_utc(day, time(hour), self.zone)

    def tell(self, story: Story) -> None:
        """Begin a story; it is played up to its first pause when its time comes."""
        self._go_on(story)

    def _go_on(self, story: Story) -> None:
        moment = next(story, None)
        if moment is not None and moment <= self.curtain:
            heapq.heappush(self._queue, (moment, next(self._tickets), story))

    def play(self) -> None:
        """Play all stories in the order of time; what they tell is delivered within hours."""
        while self._queue:
            moment, _, story = heapq.heappop(self._queue)
            if moment >= self._settled_at + TOGETHER:
                self.team.settle(everyone=False)
                self._settled_at = moment
            self._let_time_pass(moment)
            self._go_on(story)
        self.team.settle()
        self._let_time_pass(self.curtain)
        self.team.tick()

    def _let_time_pass(self, moment: datetime) -> None:
        """Every working morning in between do what the clock makes due."""
        for morning in self._mornings(moment):
            self.clock.set(morning)
            self.team.run_jobs()
        self.clock.set(max(self.clock.now(), moment))

    def _mornings(self, moment: datetime) -> Iterator[datetime]:
        now = self.clock.now()
        day = now.astimezone(self.zone).date()
        while day <= moment.astimezone(self.zone).date():
            morning = to_utc(day, MORNING, self.zone)
            if is_working_day(day, self.country) and now < morning <= moment:
                yield morning
            day += timedelta(days=1)

    @contextmanager
    def work(self, service: str, member: str) -> Iterator[Work]:
        """A unit of work of a member in a service, as if he or she sat at the page."""
        colleague = next(c for c in TEAM if c.key == member)
        viewer = Viewer(
            member_id=self.members[member],
            name=colleague.name,
            roles=frozenset({colleague.role}),
            units=frozenset({colleague.unit}),
        )
        with self.team[service].work(viewer=viewer) as work:
            yield work

    def later(self, days: int, hour: int, minute: int = 0) -> datetime:
        """So many working days from the present moment of the story."""
        moment = add_working_days(self.clock.now(), days, self.zone, self.country)
        day = moment.astimezone(self.zone).date()
        return to_utc(day, time(hour, minute), self.zone)

    def staff(self) -> None:
        """Everybody joins, with the password that the demo shows."""
        accounts: Any = import_module("services.accounts.actions")
        with self.team["accounts"].work() as work:
            for colleague in TEAM:
                units = [colleague.unit] if colleague.unit else []
                member = accounts.add_member(
                    work,
                    colleague.name,
                    colleague.email,
                    [colleague.role],
                    units,
                    colleague.language,
                )
                self.members[colleague.key] = member.id
            accounts.share_password(work, list(self.members.values()), PASSWORD)
        self.team.settle()

    def call(self, service: str, member: str, action: Callable[..., Any], *values: Any) -> Any:
        """One action of one member."""
        with self.work(service, member) as work:
            return action(work, *values)
