"""What all pages of the coordinator know: who looks, and how everything is called."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from services.coordinator.actions.figures import Scope
from services.coordinator.rules import board, ladders, owners
from services.coordinator.rules.board import creditor_page, page_of
from services.coordinator.rules.telling import reason_of, telling
from shared.access.viewer import COORDINATOR, PHYSICIAN
from shared.discipline import codes, course_codes
from shared.web.screen import Screen
from shared.work import Work


def scope_of(screen: Screen) -> Scope:
    """Whose work this member may see, or `NotAllowed`."""
    return Scope.of(screen.member)


def vocabulary(screen: Screen) -> Mapping[str, Any]:
    """How everything is called, whoever looks."""
    return {
        "plates": {plate.name: plate for plate in screen.directory.subscribers},
        "outside": {plate.name for plate in screen.directory.outside},
        "units": screen.directory.taking_referrals(),
        "titles": board.TITLES,
        "urgent_titles": board.URGENT_TITLES,
        "deeds": board.DEEDS,
        "steps": ladders.STEPS,
        "moved_words": owners.WHY,
        "rungs_of": rungs_of,
        "codes": codes,
        "course_codes": course_codes,
    }


def house(screen: Screen) -> Mapping[str, Any]:
    """Names, words and addresses that the templates need, and what this member may do."""
    return {
        **vocabulary(screen),
        "door": partial(door, screen),
        "way": partial(way, screen),
        "may_decide": screen.member.has(COORDINATOR),
        "may_read": screen.member.has(COORDINATOR, PHYSICIAN),
    }


def door(screen: Screen, row: Any) -> str:
    """The page of an obligation that this member may open: the debtor's, else the creditor's."""
    owed = page_of(
        row.what,
        debtor=row.place,
        creditor=row.creditor,
        subject=row.subject,
        referral=row.referral_id,
    )
    return owed if _opens(screen, row.place) else _page_at(screen, row.creditor, row.referral_id)


def way(screen: Screen, row: Any) -> str:
    """The page of a referral or session that this member may open: the unit's or the sender's."""
    if not _opens(screen, row.performer):
        return _page_at(screen, row.requester, getattr(row, "referral_id", row.id))
    kind = "sessions" if hasattr(row, "starts_at") else "referrals"
    return f"/{row.performer}/{kind}/{row.id}"


def _page_at(screen: Screen, service: str, referral: UUID | None) -> str:
    return creditor_page(service, referral, sends=service == screen.directory.front_door().name)


def _opens(screen: Screen, service: str) -> bool:
    return screen.member.has(COORDINATOR) or service in screen.member.units


def rungs_of(what: str, urgent: bool) -> int:
    """How many steps the ladder of an obligation has."""
    return len(ladders.ladder_of(what, urgent).rungs)


def tellings(work: Work) -> Mapping[str, Any]:
    """What the templates need to tell events in words."""
    return {
        "telling": telling,
        "reason_of": reason_of,
        "instant": datetime.fromisoformat,
        "a_day": date.fromisoformat,
        "centre_zone": work.zone,
    }
