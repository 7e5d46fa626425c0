"""Choosing a password: long, not easy to guess; it ends all sign-ins that were opened before."""

from uuid import UUID

from services.accounts import passwords
from services.accounts.actions.members import tell
from services.accounts.actions.sign_ins import count_own_try, opened_for
from services.accounts.rules import LONGEST_PASSWORD, SHORTEST_PASSWORD, weakness, words_of
from services.accounts.tables import Credential
from shared.access.sign_in import Caller, SignIn
from shared.access.tables import Member
from shared.errors import Invalid
from shared.i18n import N_
from shared.service import WorkPlace
from shared.work import Work

_WEAK = {
    "short": N_("Please use at least %(shortest)s characters."),
    "long": N_("Please use at most %(longest)s characters."),
    "known": N_("Please use a password that is not made of the name or the address."),
    "common": N_("This password is among the first that are guessed. Please choose another."),
}


def set_password(work: Work, member_id: UUID, password: str) -> Member:
    """Give a member a password. Sign-ins that were opened before are void."""
    member, credential = work.get(Member, member_id), work.get(Credential, member_id)
    refuse_weak(password, member.name, member.email)
    return _keep(work, member, credential, passwords.digest(password))


def share_password(work: Work, member_ids: list[UUID], password: str) -> None:
    """Give invented members one password, hashed once; only for a demo."""
    digest = passwords.digest(password)
    for member_id in member_ids:
        _keep(work, work.get(Member, member_id), work.get(Credential, member_id), digest)


def _keep(work: Work, member: Member, credential: Credential, digest: str) -> Member:
    credential.password_digest = digest
    credential.changed_at = member.valid_from = work.now
    tell(work, member, "password-changed")
    return member


def change_password(
    place: WorkPlace, member_id: UUID, current: str, new: str, caller: Caller
) -> SignIn:
    """A member changes his or her own password, and is signed in anew: all else has ended.

    Who found an open browser may not guess for long what it takes to keep it.
    """
    with place.work() as work:
        member, credential = work.get(Member, member_id), work.get(Credential, member_id)
        refuse_weak(new, member.name, member.email)
        count_own_try(work, member_id)
    if not passwords.fits(credential.password_digest, current):
        raise Invalid(N_("This is not your password of now."), field="current")
    digest = passwords.digest(new)
    with place.work() as work:
        member, credential = work.get(Member, member_id), work.get(Credential, member_id)
        return opened_for(work, _keep(work, member, credential, digest), caller)


def refuse_weak(password: str, name: str, email: str) -> None:
    """Raise `Invalid` with the part of the rule that a password breaks."""
    weak = weakness(password, words_of(name, email))
    if weak:
        raise Invalid(
            _WEAK[weak], field="password", shortest=SHORTEST_PASSWORD, longest=LONGEST_PASSWORD
        )
