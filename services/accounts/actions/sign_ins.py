"""Signing in and out: who it is, how often somebody may try, and where sign-ins are open."""

from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from sqlmodel import col, delete, select

from services.accounts import passwords
from services.accounts.rules import PER_ACCOUNT, PER_ADDRESS, TryLimit, browser_name, email_key
from services.accounts.tables import Credential, OpenedSignIn, SignInTry
from shared.access.sign_in import Caller, SignIn
from shared.access.tables import ClosedSignIn, Member
from shared.access.viewer import ADMINISTRATOR
from shared.errors import Invalid, Refused
from shared.events import SignInClosed
from shared.i18n import N_
from shared.identifiers import digest, new_id
from shared.service import WorkPlace
from shared.work import Work


class TooManyTries(Refused):
    """Somebody tries too often. It passes by itself."""

    status = 429


class Found(NamedTuple):
    """What there is for an e-mail address; nothing of it may show before the password fits."""

    member_id: UUID | None
    password_digest: str | None
    tries: list[UUID]


def sign_in(place: WorkPlace, email: str, password: str, caller: Caller) -> SignIn:
    """Open a sign-in, or refuse with the one sentence that tells nothing about who exists.

    The password is checked between two transactions, because that takes a while on purpose.
    """
    with place.work() as work:
        found = _count_try(work, email, caller)
    fits = passwords.fits(found.password_digest, password)
    with place.work() as work:
        opened = _open(work, found, password, caller) if fits else None
        if opened is None:
            work.actor = "anonymous"
            work.audit(f"sign-in:{found.member_id or 'unknown'}", None, "refused")
    if opened is None:
        raise Invalid(N_("The e-mail address or the password is not right."))
    return opened


def sign_out(work: Work, opened: SignIn) -> None:
    """End the viewer's sign-in, everywhere."""
    _close(work, opened)


def end_sign_in(work: Work, sign_in_id: UUID) -> OpenedSignIn:
    """End a sign-in, one's own or as an administrator anybody's."""
    row = work.get(OpenedSignIn, sign_in_id)
    if work.viewer is None or row.member_id != work.viewer.member_id:
        work.require(ADMINISTRATOR)
    _close(work, SignIn(row.id, row.member_id, row.opened_at, row.expires_at))
    return row


def open_sign_ins(work: Work, member_id: UUID) -> list[OpenedSignIn]:
    """The sign-ins of a member that still count, the newest first."""
    if work.viewer is None or work.viewer.member_id != member_id:
        work.require(ADMINISTRATOR)
    valid_from = work.get(Member, member_id).valid_from
    rows = work.all(
        select(OpenedSignIn)
        .where(OpenedSignIn.member_id == member_id, col(OpenedSignIn.closed_at).is_(None))
        .where(OpenedSignIn.expires_at > work.now)
        .order_by(col(OpenedSignIn.opened_at).desc())
    )
    return [row for row in rows if valid_from is None or row.opened_at >= valid_from]


def _count_try(work: Work, email: str, caller: Caller) -> Found:
    """Count the try before the password is looked at, so that many at once count as many."""
    statement = select(Credential).where(Credential.email_key == email_key(email))
    credential: Credential | None = work.first(statement.with_for_update())
    found = credential.member_id if credential else None
    tries = [_count(work, key, limit) for key, limit in _counts(email, caller, found)]
    work.session.execute(delete(SignInTry).where(col(SignInTry.at) < work.now - _longest()))
    password = credential.password_digest if credential else None
    return Found(found, password, tries)


def count_own_try(work: Work, member_id: UUID) -> None:
    """Count that somebody who is signed in said the password again."""
    _count(work, digest(f"own:{member_id}"), PER_ACCOUNT)


def _count(work: Work, key: str, limit: TryLimit) -> UUID:
    _refuse_too_many(work, key, limit)
    tried = SignInTry(key=key, at=work.now)
    work.add(tried)
    return tried.id


def _counts(email: str, caller: Caller, found: UUID | None) -> list[tuple[str, TryLimit]]:
    """A browser that the member used before counts alone: strangers cannot lock it out."""
    if found is not None and caller.known_as == found:
        return [(digest(f"known:{found}"), PER_ACCOUNT)]
    return [
        (digest(f"account:{email_key(email)}"), PER_ACCOUNT),
        (digest(f"address:{caller.address}"), PER_ADDRESS),
    ]


def _refuse_too_many(work: Work, key: str, limit: TryLimit) -> None:
    earlier = work.all(select(SignInTry).where(SignInTry.key == key))
    minutes = limit.wait([row.at for row in earlier], work.now)
    if minutes:
        raise TooManyTries(
            N_("Too many tries. Please wait %(minutes)s min, then try again."), minutes=minutes
        )


def _longest() -> timedelta:
    return max(PER_ACCOUNT.window, PER_ADDRESS.window)


def _open(work: Work, found: Found, password: str, caller: Caller) -> SignIn | None:
    member = work.find(Member, found.member_id)
    credential = work.find(Credential, found.member_id)
    if member is None or credential is None or not member.active:
        return None
    if credential.password_digest and passwords.is_outdated(credential.password_digest):
        credential.password_digest = passwords.digest(password)
    work.session.execute(delete(SignInTry).where(col(SignInTry.id).in_(found.tries)))
    return opened_for(work, member, caller)


def opened_for(work: Work, member: Member, caller: Caller) -> SignIn:
    """A new sign-in of a member who has just shown who it is."""
    expires = work.now + timedelta(hours=work.settings.sign_in_hours)
    opened = SignIn(new_id(), member.id, work.now, expires)
    work.add(
        OpenedSignIn(
            id=opened.id,
            member_id=member.id,
            browser=browser_name(caller.user_agent),
            opened_at=opened.opened_at,
            expires_at=expires,
        )
    )
    work.actor = f"member:{member.id}"
    work.audit("sign-in", None)
    return opened


def _close(work: Work, opened: SignIn) -> None:
    row = work.find(OpenedSignIn, opened.id)
    if row is not None:
        row.closed_at = row.closed_at or work.now
    work.session.merge(
        ClosedSignIn(id=opened.id, member_id=opened.member_id, expires_at=opened.expires_at)
    )
    work.announce(
        SignInClosed(member_id=opened.member_id, sign_in_id=opened.id, expires_at=opened.expires_at)
    )
    work.audit(f"sign-out:{opened.member_id}", None)
