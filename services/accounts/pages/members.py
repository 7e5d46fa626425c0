"""The members of the team: who they are, what they may do, and the link for a new password."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from services.accounts import actions, forms
from services.accounts.rules import INVITATION_HOURS
from shared.access.tables import Member
from shared.access.viewer import ROLES
from shared.i18n import N_
from shared.web.doors import LookDep, ScreenDep, WorkDep
from shared.web.screen import Screen
from shared.work import Work

router = APIRouter(prefix="/members")


@router.get("")
def members(work: LookDep, screen: ScreenDep) -> Response:
    units = {plate.name: plate for plate in actions.all_units(work)}
    away = {found.member.id: found for found in reversed(actions.who_is_away(work))}
    return screen.render(
        "accounts/members.html", members=actions.all_members(work), units=units, away=away
    )


@router.post("")
def add(work: WorkDep, screen: ScreenDep) -> Response:
    entry, errors = screen.read(forms.NewMemberForm)
    member = None
    if entry is not None:
        member, errors = screen.attempt(
            work, lambda: actions.add_member(work, **entry.model_dump())
        )
    if member is None:
        return _new(screen, work, errors, 422)
    return _link(screen, work, member, 201)


@router.get("/new")
def new(work: LookDep, screen: ScreenDep) -> Response:
    return _new(screen, work, {})


@router.get("/{member_id}")
def member(work: LookDep, member_id: UUID, screen: ScreenDep) -> Response:
    return _show(screen, work, member_id, {})


@router.post("/{member_id}")
def change(work: WorkDep, member_id: UUID, screen: ScreenDep) -> Response:
    entry, errors = screen.read(forms.MemberForm)
    if entry is not None:
        _, errors = screen.attempt(
            work, lambda: actions.change_member(work, member_id, **entry.model_dump())
        )
    if errors:
        return _show(screen, work, member_id, errors, 422)
    return screen.go(f"/accounts/members/{member_id}", N_("Saved. It counts at once."))


@router.post("/{member_id}/disable")
def disable(work: WorkDep, member_id: UUID, screen: ScreenDep) -> Response:
    """What follows was shown above the button; what has changed since is shown again."""
    seen = str(screen.form.get("seen", ""))
    _, errors = screen.attempt(work, lambda: _let_go(work, member_id, seen))
    if errors:
        return _show(screen, work, member_id, errors, 409)
    notice = N_("Disabled. Every sign-in of this member is ended.")
    return screen.go(f"/accounts/members/{member_id}", notice)


def _let_go(work: Work, member_id: UUID, seen: str) -> Member:
    actions.refuse_unseen(work, member_id, seen)
    return actions.disable_member(work, member_id)


@router.post("/{member_id}/enable")
def enable(work: WorkDep, member_id: UUID, screen: ScreenDep) -> Response:
    actions.enable_member(work, member_id)
    return screen.go(f"/accounts/members/{member_id}", N_("Enabled. The member can sign in."))


@router.post("/{member_id}/invitation")
def invite(work: WorkDep, member_id: UUID, screen: ScreenDep) -> Response:
    return _link(screen, work, actions.member_of(work, member_id))


def _link(screen: Screen, work: Work, member: Member, status: int = 200) -> Response:
    """Shown in this answer only: a link in an address would stay in the history."""
    link = actions.invite(work, member.id)
    return screen.render(
        "accounts/link.html", status, member=member, link=link, hours=INVITATION_HOURS
    )


def _new(screen: Screen, work: Work, errors: dict[str, str], status: int = 200) -> Response:
    return screen.render(
        "accounts/new_member.html",
        status,
        entered=_entered(screen),
        units=actions.all_units(work),
        roles=ROLES,
        errors=errors,
    )


def _show(
    screen: Screen, work: Work, member_id: UUID, errors: dict[str, str], status: int = 200
) -> Response:
    units = actions.all_units(work)
    member = actions.member_of(work, member_id)
    return screen.render(
        "accounts/member.html",
        status,
        member=member,
        entered=_entered(screen) if errors and screen.form else member,
        sign_ins=actions.open_sign_ins(work, member_id),
        leaving=actions.leaving(work, member_id),
        ahead=actions.absences_ahead(work, member_id),
        titles={plate.name: plate for plate in work.directory.plates},
        units=units,
        roles=ROLES,
        errors=errors,
    )


def _entered(screen: Screen) -> Mapping[str, Any]:
    form = screen.form
    texts = {name: form.get(name, "") for name in ("name", "email", "language")}
    return {**texts, "roles": form.getlist("roles"), "units": form.getlist("units")}
