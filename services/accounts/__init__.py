"""Accounts: who is in the team, what each may do, and which outside services may call."""

from shared.access.viewer import ADMINISTRATOR, COORDINATOR
from shared.events import MemberChanged, ServiceTokenChanged, SignInClosed, UnitChanged
from shared.i18n import N_
from shared.service import NamePlate, Page

PLATE = NamePlate(
    "accounts",
    title="Accounts",
    title_fr="Comptes",
    pages=(
        Page("/accounts/absences", N_("Absences"), roles=(COORDINATOR, ADMINISTRATOR), rank=86),
        Page("/accounts/members", N_("Members"), roles=(ADMINISTRATOR,), rank=90),
        Page("/accounts/tokens", N_("Service tokens"), roles=(ADMINISTRATOR,), rank=91),
    ),
    announces=(MemberChanged, ServiceTokenChanged, SignInClosed, UnitChanged),
)
