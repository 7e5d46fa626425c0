"""Members, sign-ins and tokens for programs: the same verbs as on the pages, in JSON."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict

from services.accounts import actions, forms
from shared.access.tables import Member
from shared.events import Absence, MailWishes
from shared.web import cookies
from shared.web.doors import (
    CallerDep,
    LookDep,
    PlaceDep,
    SignInDep,
    WorkDep,
    open_to_all,
)

router = APIRouter()


class Shown(BaseModel):
    """What is told of a row: only the fields that are named."""

    model_config = ConfigDict(from_attributes=True)


class ShownMember(Shown):
    id: UUID
    name: str
    email: str
    roles: list[str]
    units: list[str]
    language: str
    theme: str
    active: bool
    zone: str
    absences: list[Absence]
    mails: MailWishes


class ShownDeputy(Absence):
    """Days on which the member would stand in for somebody."""

    name: str


class ShownLeaving(BaseModel):
    """The units in which nobody would be left, and whom nobody would replace."""

    seen: str
    last_in: list[str]
    deputy_of: list[ShownDeputy]


class ShownSignIn(Shown):
    id: UUID
    browser: str
    opened_at: datetime
    expires_at: datetime


class ShownToken(Shown):
    id: UUID
    name: str
    scopes: list[str]
    active: bool
    expires_at: datetime | None


class NewToken(ShownToken):
    secret: str
    """Shown this once."""


class Link(BaseModel):
    """A one-time link, shown this once."""

    link: str


class Opened(BaseModel):
    member_id: UUID
    expires_at: datetime


@router.post("/sign-in")
@open_to_all
def sign_in(
    place: PlaceDep, caller: CallerDep, entry: forms.SignInForm, response: Response
) -> Opened:
    """Sign in; the answer sets the cookie that every other request needs."""
    opened = actions.sign_in(place, entry.email, entry.password.get_secret_value(), caller)
    cookies.remember(response, place.settings, opened)
    return Opened(member_id=opened.member_id, expires_at=opened.expires_at)


@router.post("/sign-out", status_code=204)
def sign_out(work: WorkDep, opened: SignInDep, response: Response) -> None:
    """End this sign-in, in every service."""
    actions.sign_out(work, opened)
    cookies.forget(response, work.settings)


@router.get("/me", response_model=ShownMember)
def me(work: LookDep, opened: SignInDep) -> Member:
    """Who is signed in."""
    return actions.member_of(work, opened.member_id)


@router.post("/me/preferences", status_code=204)
def prefer(work: WorkDep, entry: forms.PreferencesForm) -> None:
    """Choose language and theme; what is left out stays."""
    actions.choose(work, language=entry.language or "", theme=entry.theme or "")


@router.put("/me/mails", status_code=204)
def wish(work: WorkDep, entry: forms.MailWishesForm) -> None:
    """When mails come, and by which clock."""
    actions.wish(work, entry.zone, entry.mails())


@router.post("/me/password", status_code=204)
def change_password(
    place: PlaceDep,
    mine: SignInDep,
    caller: CallerDep,
    entry: forms.PasswordForm,
    response: Response,
) -> None:
    """Change one's own password; all other sign-ins end."""
    current, new = entry.current.get_secret_value(), entry.password.get_secret_value()
    opened = actions.change_password(place, mine.member_id, current, new, caller)
    cookies.remember(response, place.settings, opened)


@router.get("/members", response_model=list[ShownMember])
def members(work: LookDep) -> list[Member]:
    """Every member of the team."""
    return actions.all_members(work)


@router.post("/members", response_model=ShownMember, status_code=201)
def add_member(work: WorkDep, entry: forms.NewMemberForm) -> Member:
    """A new member; `/invitation` gives the link to choose a password with."""
    return actions.add_member(work, **entry.model_dump())


@router.get("/members/{member_id}", response_model=ShownMember)
def member(work: LookDep, member_id: UUID) -> Member:
    """One member."""
    return actions.member_of(work, member_id)


@router.put("/members/{member_id}", response_model=ShownMember)
def change_member(work: WorkDep, member_id: UUID, entry: forms.MemberForm) -> Member:
    """Correct a member's name, address, roles and units; it counts at once."""
    return actions.change_member(work, member_id, **entry.model_dump())


@router.get("/members/{member_id}/leaving")
def leaving(work: LookDep, member_id: UUID) -> ShownLeaving:
    """What follows if this member is disabled; `seen` is sent along then."""
    found = actions.leaving(work, member_id)
    names = [ShownDeputy(name=m.name, **absence.model_dump()) for m, absence in found.deputy_of]
    return ShownLeaving(seen=found.seen, last_in=list(found.last_in), deputy_of=names)


@router.post("/members/{member_id}/disable", response_model=ShownMember)
def disable(work: WorkDep, member_id: UUID, entry: forms.DisableForm | None = None) -> Member:
    """The member can no longer sign in, and every sign-in ends.

    Where something follows from it (`leaving`), its `seen` is asked for.
    """
    actions.refuse_unseen(work, member_id, entry.seen if entry else "")
    return actions.disable_member(work, member_id)


@router.post("/members/{member_id}/enable", response_model=ShownMember)
def enable(work: WorkDep, member_id: UUID) -> Member:
    """The member can sign in again."""
    return actions.enable_member(work, member_id)


@router.post("/members/{member_id}/invitation", status_code=201)
def invite(work: WorkDep, member_id: UUID) -> Link:
    """A new one-time link to choose a password; earlier ones are void."""
    return Link(link=actions.invite(work, member_id))


@router.get("/members/{member_id}/sign-ins", response_model=list[ShownSignIn])
def sign_ins(work: LookDep, member_id: UUID) -> list[ShownSignIn]:
    """The open sign-ins of a member."""
    return [ShownSignIn.model_validate(row) for row in actions.open_sign_ins(work, member_id)]


@router.post("/sign-ins/{sign_in_id}/end", status_code=204)
def end_sign_in(work: WorkDep, sign_in_id: UUID) -> None:
    """End a sign-in, one's own or as an administrator anybody's."""
    actions.end_sign_in(work, sign_in_id)


@router.get("/tokens")
def tokens(work: LookDep) -> list[ShownToken]:
    """Every service token, without its secret."""
    return [ShownToken.model_validate(token) for token in actions.all_tokens(work)]


@router.post("/tokens", status_code=201)
def add_token(work: WorkDep, entry: forms.TokenForm) -> NewToken:
    """A new service token; its secret is in this answer and nowhere else."""
    token, secret = actions.add_token(work, entry.name, entry.scopes)
    return NewToken(**ShownToken.model_validate(token).model_dump(), secret=secret)


@router.post("/tokens/{token_id}/revoke", status_code=204)
def revoke_token(work: WorkDep, token_id: UUID) -> None:
    """The token counts no longer."""
    actions.revoke_token(work, token_id)
