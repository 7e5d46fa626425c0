"""One-time links: a member chooses a password, and the first administrator begins a centre."""

import os
from datetime import timedelta
from uuid import UUID

from sqlmodel import col, delete, select

from services.accounts.actions.members import add_member
from services.accounts.actions.passwords import refuse_weak, set_password
from services.accounts.actions.sign_ins import opened_for
from services.accounts.rules import FIRST_RUN_HOURS, INVITATION_HOURS
from services.accounts.tables import Invitation
from shared.access.sign_in import Caller, SignIn
from shared.access.tables import Member
from shared.access.viewer import ADMINISTRATOR
from shared.errors import NotFound, RuleBroken
from shared.i18n import N_
from shared.identifiers import digest, new_secret
from shared.work import Work

_GONE = N_("This link was used, replaced or is too old. Ask an administrator for a new one.")


def invite(work: Work, member_id: UUID) -> str:
    """A link with which the member chooses a password; earlier links of the member are void.

    It is shown once, to be handed over; only its digest is kept.
    """
    work.require(ADMINISTRATOR)
    member = work.get(Member, member_id)
    if not member.active:
        raise RuleBroken(N_("This member was disabled. Enable the member first."))
    work.audit(f"invitation-made:{member_id}", None)
    return _link(work, member_id, INVITATION_HOURS)


def first_run_link(work: Work) -> str | None:
    """The link with which the first administrator begins; None when the team has members.

    A new one at every start, also kept in a file that only the owner can read.
    """
    file = work.settings.data_dir / "first-run-link"
    file.unlink(missing_ok=True)
    if work.first(select(Member)) is not None:
        return None
    link = _link(work, None, FIRST_RUN_HOURS)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as text:
        text.write(link + "\n")
    return link


def invitation_of(work: Work, secret: str) -> Invitation:
    """The invitation of a link that can still be used, or a sentence that says what to do."""
    invitation: Invitation | None = work.first(
        select(Invitation).where(Invitation.digest == digest(secret))
    )
    usable = invitation and not invitation.used_at and work.now < invitation.expires_at
    if invitation is None or not usable:
        raise NotFound(_GONE)
    return invitation


def accept_invitation(work: Work, secret: str, password: str, caller: Caller) -> SignIn:
    """Choose a password with a link, and be signed in."""
    invitation = _claimed(work, secret)
    member = work.find(Member, invitation.member_id) if invitation.member_id else None
    if member is None or not member.active:
        raise NotFound(_GONE)
    invitation.used_at = work.now
    work.actor = f"member:{member.id}"
    set_password(work, member.id, password)
    return opened_for(work, member, caller)


def join_first(
    work: Work, secret: str, *, name: str, email: str, password: str, language: str, caller: Caller
) -> SignIn:
    """Begin a centre: the first administrator, with a password of his or her own."""
    invitation = _claimed(work, secret)
    if invitation.member_id is not None or work.first(select(Member)) is not None:
        raise NotFound(_GONE)
    refuse_weak(password, name, email)
    invitation.used_at = work.now
    # The link is the proof; nobody is there yet who could allow it.
    work.actor = f"service:{work.service}"
    member = add_member(work, name, email, [ADMINISTRATOR], [], language)
    work.session.flush()
    set_password(work, member.id, password)
    (work.settings.data_dir / "first-run-link").unlink(missing_ok=True)
    return opened_for(work, member, caller)


def _claimed(work: Work, secret: str) -> Invitation:
    """The invitation, locked, so that a link cannot be used twice at the same moment."""
    invitation = invitation_of(work, secret)
    work.session.refresh(invitation, with_for_update=True)
    if invitation.used_at:
        raise NotFound(_GONE)
    return invitation


def _link(work: Work, member_id: UUID | None, hours: int) -> str:
    mine = (
        col(Invitation.member_id) == member_id if member_id else col(Invitation.member_id).is_(None)
    )
    work.session.execute(delete(Invitation).where(mine, col(Invitation.used_at).is_(None)))
    secret = new_secret()
    expires = work.now + timedelta(hours=hours)
    work.add(Invitation(digest=digest(secret), member_id=member_id, expires_at=expires))
    return f"{work.settings.address}/{work.service}/join/{secret}"
