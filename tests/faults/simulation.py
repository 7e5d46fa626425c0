"""A month of a whole care team, dealt out by a seed: deeds, lost queues, crashes, wrong clocks."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from sqlmodel import select

import services
from services.pain_physician import actions as physician
from services.pain_physician import forms
from shared import faults
from shared.backbone.bus import Bus, forget_memory, lose_memory
from shared.clock import VirtualClock
from shared.discipline import actions as unit
from shared.discipline.tables import Referral
from shared.errors import Refused
from shared.mail import MemoryMailer
from shared.running import House, Team
from shared.settings import Settings
from shared.work import Work
from tests.backbone.campaign import fault_points
from tests.clinic import MONDAY, Clinic

LEAD = "pain_physician"
UNITS = {
    "rtms_unit": "operator",
    "psychologist": "psychologist",
    "psychophysical_therapist": "therapist",
}


class Crash(BaseException):
    """The process ends here; nothing may catch it."""


class Village(Clinic):
    """A clinic without pages, which starts again on the same files and under the same clock."""

    def __init__(self, folder: Path, clock: VirtualClock) -> None:
        forget_memory()
        self.clock, self.mailer = clock, MemoryMailer()
        self.settings, house = Settings(data_dir=folder), services.load_all()
        self.team = Team(house, House(house, self.settings, self.clock, self.mailer))
        self.know_staff((folder / "members").read_text())
        self.team.recover()
        self.buses: dict[str, Bus] = {r.name: r.open_bus() for r in self.team}


class Simulation:
    """One seed is one month; the same seed deals the same deeds and faults."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.fate = folder, Random(seed)  # noqa: S311 - a seed makes it repeatable
        self.village = Village(folder, VirtualClock(MONDAY))
        self.patients: list[UUID] = []
        self.referred: dict[UUID, str] = {}
        """Referral -> unit, as acknowledged."""
        self.answered: dict[UUID, str] = {}
        self.points, self.crashes = fault_points(), 0

    def run(self, steps: int) -> None:
        deeds, works = [self.register, self.refer, self.answer, self.answer, self.book], [self.turn]
        rare = [self.a_day, self.lose_a_queue, self.crash, self.crash, self.set_the_clock]
        for _ in range(steps):
            kind = self.fate.choices([deeds, works, rare], [5, 10, 3])[0]
            self.fate.choice(kind)()

    def _deed(self, service: str, member: str, deed: Callable[[Work], Any]) -> Any:
        """What a member does; None when the rules forbid it."""
        viewer = self.village.viewer(service, getattr(self.village, member))
        with suppress(Refused), self.village.team[service].work(viewer=viewer) as work:
            return deed(work)
        return None

    def register(self) -> None:
        entry = forms.Register(
            family="Morel", given="Ada", birth_date=date(1970, 1, 1), sex="female", anyway=True
        )
        patient = self._deed(LEAD, "physician", lambda work: physician.register(work, entry).id)
        if patient:
            self.patients.append(patient)

    def refer(self) -> None:
        if not self.patients:
            return
        entry = forms.Refer(performer=self.fate.choice(sorted(UNITS)), question="Could it help?")
        patient = self.fate.choice(self.patients)
        sent = self._deed(LEAD, "physician", lambda work: physician.refer(work, patient, entry).id)
        if sent:
            self.referred[sent] = entry.performer

    def answer(self) -> None:
        """A unit accepts, asks or declines what has arrived."""
        service = self.fate.choice(sorted(UNITS))
        open_here = self._rows(service, select(Referral).where(Referral.status == "received"))
        if not open_here:
            return
        referral = self.fate.choice(open_here)
        says = self.fate.choice(ANSWERS)
        if self._deed(service, UNITS[service], lambda work: says(work, referral.id) or True):
            self.answered[referral.id] = service

    def book(self) -> None:
        service = self.fate.choice(sorted(UNITS))
        taken_on = self._rows(service, select(Referral).where(Referral.status == "accepted"))
        if taken_on:
            at = self.village.now + timedelta(days=self.fate.randrange(1, 20))
            chosen = self.fate.choice(taken_on)
            self._deed(service, UNITS[service], lambda work: unit.book(work, chosen.id, at, 30))

    def _rows(self, service: str, statement: Any) -> list[Any]:
        with self.village.look(service) as work:
            return sorted(work.all(statement), key=lambda row: row.id)

    def turn(self) -> None:
        running = self.fate.choice(list(self.village.team))
        running.turn(self.village.buses[running.name])

    def a_day(self) -> None:
        self.village.wait(hours=self.fate.choice((1, 20, 30)))

    def lose_a_queue(self) -> None:
        lose_memory(self.fate.choice(sorted(self.village.buses)))

    def set_the_clock(self) -> None:
        self.village.clock.move(minutes=self.fate.choice((-90, -5, 5, 90)))

    def crash(self) -> None:
        """In the middle of whatever comes next; then everything starts again."""
        point, left = self.fate.choice(self.points), self.fate.randrange(1, 4)

        def hook(reached: str) -> None:
            nonlocal left
            left -= reached == point
            if left == 0:
                raise Crash

        faults.install(hook)
        with suppress(Crash):
            self.fate.choice([self.register, self.refer, self.answer, self.turn, self.a_day])()
        self.crashes += left <= 0
        faults.install(None)
        self.village.close()
        self.village = Village(self.folder, self.village.clock)

    def problems(self) -> list[str]:
        """Some quiet hours later: what the books, the units and the physician disagree about."""
        for _ in range(3):
            self.village.wait(minutes=61)
        found = self.village.verify()
        for referral, service in self.referred.items():
            if len(self._referral(service, referral)) != 1:
                found.append(f"{service} does not have referral {referral}")
        found += [
            f"the answer of {service} to {referral} is gone"
            for referral, service in self.answered.items()
            if not any(row.status != "received" for row in self._referral(service, referral))
        ]
        return found

    def _referral(self, service: str, referral: UUID) -> list[Any]:
        return self._rows(service, select(Referral).where(Referral.id == referral))


def _ask(work: Work, referral: UUID) -> None:
    unit.ask(work, referral, "Since when?")


ANSWERS: list[Callable[[Work, UUID], None]] = [unit.accept, unit.accept, _ask]
