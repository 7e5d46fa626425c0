"""A whole clinic without pages, with two people in each unit, and what a person of it does."""

import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlmodel import select

import services
from services.rtms_unit.actions import equipment
from services.rtms_unit.rules.equipment import Device
from shared.access.tables import Member
from shared.access.viewer import PHYSICIAN, PSYCHOLOGIST, RTMS_OPERATOR, THERAPIST
from shared.backbone.bus import forget_memory
from shared.clock import VirtualClock
from shared.errors import Refused
from shared.mail import MemoryMailer
from shared.running import House, Team
from shared.settings import Settings
from shared.work import Work
from tests.clinic import MONDAY, Clinic

LEAD = "pain_physician"
UNITS = ("rtms_unit", "psychologist", "psychophysical_therapist")
JOINING = (
    ("Dr Inès Okafor", PHYSICIAN, LEAD),
    ("Dr Malik Roussel", PHYSICIAN, "rtms_unit"),
    ("Rosa Lind", RTMS_OPERATOR, "rtms_unit"),
    ("Paul Stern", PSYCHOLOGIST, "psychologist"),
    ("Anne Brel", THERAPIST, "psychophysical_therapist"),
)
A_TICK = 6
"""Seconds after which every job has looked."""


class Ward(Clinic):
    """The clinic of one story. It is opened on a copy of a house that was prepared once."""

    def __init__(self, folder: Path) -> None:
        forget_memory()
        self.clock, self.mailer = VirtualClock(MONDAY), MemoryMailer()
        self.settings, house = Settings(data_dir=folder), services.load_all()
        self.team = Team(house, House(house, self.settings, self.clock, self.mailer))
        self.know_staff((folder / "members").read_text())
        self.touched: set[UUID] = set()
        """Obligations that a person moved, paused or ended: their dates are not the rule's."""
        self.moved: dict[UUID, tuple[str, UUID | None]] = {}
        """To whom a person gave an obligation."""

    def rows(self, service: str, statement: Any) -> list[Any]:
        """What a service keeps, the oldest first."""
        with self.look(service) as work:
            return sorted(work.all(statement), key=lambda row: row.id)

    def one(self, service: str, statement: Any, pick: int) -> Any:
        """One of them; None when there is none."""
        found = self.rows(service, statement)
        return found[pick % len(found)] if found else None

    def people(self, unit: str, role: str = "") -> Sequence[Member]:
        """Whoever can act in a unit now."""
        known = self.rows("accounts", select(Member).where(Member.active))
        return [m for m in known if unit in m.units and (not role or role in m.roles)]

    def act(self, service: str, pick: int, deed: Callable[[Work], Any], role: str = "") -> Any:
        """Somebody of the unit does something; None when nobody can, or a rule forbids it."""
        able = self.people(service, role)
        if not able:
            return None
        return self.act_as(service, able[pick % len(able)].id, deed)

    def act_as(self, service: str, member: UUID, deed: Callable[[Work], Any]) -> Any:
        """The same by a certain person."""
        viewer = self.viewer(service, member)
        done = None
        with suppress(Refused), self.team[service].work(viewer=viewer) as work:
            done = deed(work)
            done = getattr(done, "id", True)
        self.settle()
        return done

    def breathe(self) -> None:
        """Some seconds later every job has looked, and nothing is on its way."""
        self.wait(seconds=A_TICK)


def prepare(staffed_house: Path, folder: Path) -> Path:
    """The house with two people in each unit, a machine and a coil."""
    shutil.copytree(staffed_house, folder)
    ward = Ward(folder)
    for name, role, unit in JOINING:
        ward.join(name, roles=[role], units=[unit])
    ward.settle()
    used = date(2020, 1, 1)
    machine = Device("Magstim 1", "Magstim", "M-1", used)
    ward.act_as("rtms_unit", ward.operator, lambda work: equipment.add_machine(work, machine))
    ward.breathe()
    ward.close()
    return folder
