"""What a plan would be, before anybody has said yes to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from services.rtms_unit.rules.planning.arranging import Placed
from shared.errors import RuleBroken
from shared.i18n import N_


@dataclass(frozen=True)
class Proposal:
    """The sessions of a course that are still to come, each with its place."""

    placed: Sequence[Placed]

    @property
    def changes(self) -> list[Placed]:
        """What is new or elsewhere than now."""
        return [each for each in self.placed if each.changed]

    @property
    def last_on(self) -> date | None:
        return max((each.place.day for each in self.placed), default=None)


def fingerprint(proposals: Sequence[Proposal]) -> str:
    """The same for the same changes, so that what was seen is what is applied."""
    changes = [each for proposal in proposals for each in proposal.changes]
    told = ";".join(f"{each.wanted.ordinal} {each.place}" for each in changes)
    return sha256(told.encode()).hexdigest()[:16]


def refuse_unseen(seen: str, proposals: Sequence[Proposal]) -> None:
    """Apply only what a person has seen; `seen` is empty where no preview was asked for."""
    if seen and seen != fingerprint(proposals):
        raise RuleBroken(
            N_(
                "Somebody has changed the plan of the unit after you looked. Nothing was saved: "
                "this is how it would be now."
            )
        )
