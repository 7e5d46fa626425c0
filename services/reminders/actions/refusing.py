"""Who takes no daily mails: turned off by the secret of a mail, and on again by the person."""

from uuid import UUID

from itsdangerous import BadData
from sqlmodel import col, select

from services.reminders.tables import NoDigest
from shared.access.members import name_of
from shared.access.sign_in import signer
from shared.access.tables import Member
from shared.access.viewer import ADMINISTRATOR, COORDINATOR
from shared.errors import NotFound
from shared.settings import Settings
from shared.work import Work

_WAY_OUT = "no-digest"


def way_out(settings: Settings, member_id: UUID) -> str:
    """The secret with which this member's daily mails can be turned off, and nothing else."""
    return str(signer(settings, _WAY_OUT).dumps(member_id.hex))


def whose(work: Work, secret: str) -> Member:
    """The member whom a secret was made for, or `NotFound`."""
    try:
        member_id = UUID(signer(work.settings, _WAY_OUT).loads(secret))
    except (BadData, ValueError, TypeError, AttributeError):
        raise NotFound from None
    return work.get(Member, member_id)


def refuse_digests(work: Work, secret: str) -> None:
    """No daily mail goes to this member any more; what is urgent still does."""
    member = whose(work, secret)
    if work.find(NoDigest, member.id) is None:
        work.add(NoDigest(member_id=member.id, since=work.now))
        work.audit("refuse-daily-mails", None)


def want_digests(work: Work) -> None:
    """The member wants the daily mail again."""
    refusal = work.find(NoDigest, work.viewer.member_id) if work.viewer else None
    if refusal is not None:
        work.session.delete(refusal)
        work.audit("want-daily-mails", None)


def takes_no_digests(work: Work) -> bool:
    """Whether whoever looks takes no daily mails."""
    return bool(work.viewer and work.find(NoDigest, work.viewer.member_id))


def without_digests(work: Work) -> list[str]:
    """Who is told by nobody but the board, for coordinators and administrators."""
    if work.viewer is None or not work.viewer.has(COORDINATOR, ADMINISTRATOR):
        return []
    refusing = work.all(select(NoDigest.member_id).order_by(col(NoDigest.since)))
    return [name for member_id in refusing if (name := name_of(work, member_id))]
