"""What follows when a member leaves the team: who is left in the units, whom nobody replaces."""

from dataclasses import dataclass
from uuid import UUID

from shared.access.members import absences_of, team_of
from shared.access.tables import Member
from shared.access.viewer import ADMINISTRATOR
from shared.errors import RuleBroken
from shared.events import Absence
from shared.i18n import N_
from shared.identifiers import digest
from shared.work import Work


@dataclass(frozen=True)
class Leaving:
    """The units in which nobody is left, and the absences in which the member would stand in."""

    last_in: tuple[str, ...]
    deputy_of: tuple[tuple[Member, Absence], ...]

    @property
    def seen(self) -> str:
        """What a person has had before the eyes; empty when nothing special happens."""
        words = [
            *self.last_in,
            *(f"{member.id} {absence.begins}" for member, absence in self.deputy_of),
        ]
        return digest(" ".join(words)) if words else ""


def leaving(work: Work, member_id: UUID) -> Leaving:
    """What would happen if this member left now."""
    work.require(ADMINISTRATOR)
    member = work.get(Member, member_id)
    others = [each for each in team_of(work).values() if each.active and each.id != member_id]
    staffed = {unit for other in others for unit in other.units}
    return Leaving(
        tuple(unit for unit in member.units if unit not in staffed),
        tuple(
            (other, absence)
            for other in others
            for absence in absences_of(other)
            if absence.deputy == member_id and absence.ends >= work.today
        ),
    )


def refuse_unseen(work: Work, member_id: UUID, seen: str) -> None:
    """Let nobody leave before the person who decides it has seen what follows."""
    if leaving(work, member_id).seen != seen:
        raise RuleBroken(N_("Please look at what follows from it first, then confirm."))
