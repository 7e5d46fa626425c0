"""Members and units, as the coordinator's office hears of them."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import select

import services
from services.coordinator import actions
from services.coordinator.tables import Obligation, ObligationDeed
from shared.access.handlers import keep_member
from shared.access.units import keep_unit
from shared.access.viewer import COORDINATOR, Viewer
from shared.events import Absence, MemberChanged, MemberIdentity, UnitChanged
from shared.events.staff import unit_id
from shared.identifiers import new_id
from shared.work import Work
from tests.coordinator.office import ASKER, UNIT, Office

OTHER = "psychologist"


class Team:
    """A coordinator, and two members of the unit; told to the office as the accounts tell it."""

    def __init__(self, office: Office) -> None:
        self.office = office
        office.running.directory = services.directory()
        self.claire = self.member("Claire Morvan", "coordinator", roles=(COORDINATOR,))
        self.tomas = self.member("Tomas Hartl", UNIT)
        self.rosa = self.member("Rosa Lind", UNIT)
        self.elise = self.member("Dr Élise Caradec", ASKER)
        self.nora = self.member("Nora Benali", OTHER)
        office.wait(seconds=1)

    def member(self, name: str, *units: str, member_id: UUID | None = None, **more: Any) -> UUID:
        """Somebody joins, or is changed."""
        key = member_id or new_id()
        identity = self.office.running.sealer.seal(MemberIdentity(name=name), key)
        about: dict[str, Any] = {"active": True, "roles": (), **more}
        event = MemberChanged(member_id=key, units=units, identity=identity, **about)
        with self.office.running.work() as work:
            actions.hear(event, work)
            keep_member(event, work)
        return key

    def away(
        self, name: str, member_id: UUID, *, deputy: UUID | None = None, days: int = 5
    ) -> None:
        """On leave from today on."""
        today = self.today
        leave = Absence(begins=today, ends=today + timedelta(days=days - 1), deputy=deputy)
        self.member(name, UNIT, member_id=member_id, absences=(leave,))

    def unit(self, service: str, **more: Any) -> None:
        """A unit has other hours, or closes."""
        event = UnitChanged(unit_id=unit_id(service), service=service, **more)
        with self.office.running.work() as work:
            actions.hear(event, work)
            keep_unit(event, work)

    @property
    def today(self) -> date:
        with self.office.look() as work:
            return work.today

    def decide(self) -> "Deciding":
        return Deciding(self.office, self.claire)

    def owner(self, what: str = "answer-referral") -> tuple[str, UUID | None, str]:
        """Who owes the one obligation of this kind, and why."""
        rows = self.office.obligations("open", "paused")
        (row,) = (row for row in rows if row.what == what)
        return row.debtor, row.debtor_member, row.why_here


class Deciding:
    """A transaction of the coordinator."""

    def __init__(self, office: Office, member_id: UUID) -> None:
        viewer = Viewer(member_id, "Claire Morvan", frozenset({COORDINATOR}), frozenset())
        self._opened = office.running.work(viewer=viewer)

    def __enter__(self) -> Work:
        return self._opened.__enter__()

    def __exit__(self, *raised: Any) -> None:
        self._opened.__exit__(*raised)


def deeds_of(office: Office, row: Obligation) -> list[str]:
    """What was done with it, oldest first."""
    with office.look() as work:
        lines = [line for line in work.all(_all_deeds()) if line.obligation_id == row.id]
        return [line.what for line in lines]


def _all_deeds() -> Any:
    return select(ObligationDeed).order_by(ObligationDeed.at, ObligationDeed.id)  # type: ignore[arg-type]
