"""The person (or service) on whose behalf something is done."""

from dataclasses import dataclass
from uuid import UUID

from shared.errors import NotAllowed

COORDINATOR = "coordinator"
PHYSICIAN = "physician"
RTMS_OPERATOR = "rtms_operator"
PSYCHOLOGIST = "psychologist"
THERAPIST = "therapist"
ADMINISTRATOR = "administrator"

ROLES = (COORDINATOR, PHYSICIAN, RTMS_OPERATOR, PSYCHOLOGIST, THERAPIST, ADMINISTRATOR)
TOKEN_ACTOR = "service:token:"  # noqa: S105 - a word of the audit, not a secret
"""How the bearer of a service token is named as an actor, before the id of the token."""
CLINICAL = frozenset({PHYSICIAN, RTMS_OPERATOR, PSYCHOLOGIST, THERAPIST})


@dataclass(frozen=True)
class Viewer:
    """A signed-in member. `units` are the services that he or she works in."""

    member_id: UUID
    name: str
    roles: frozenset[str]
    units: frozenset[str]
    language: str = "en"
    theme: str = "auto"
    sign_in_id: UUID | None = None

    @property
    def actor(self) -> str:
        return f"member:{self.member_id}"

    def has(self, *roles: str) -> bool:
        """Whether the member has one of these roles."""
        return not self.roles.isdisjoint(roles)

    def require(self, *roles: str, unit: str = "") -> None:
        """Raise `NotAllowed` unless the member has one of the roles and works in the unit."""
        if roles and not self.has(*roles):
            raise NotAllowed
        if unit and unit not in self.units:
            raise NotAllowed("You do not work in this unit.")
