"""Members: who joins, what they may do, who leaves. Every change is told to all services."""

from collections.abc import Iterable
from uuid import UUID

from sqlmodel import col, select

from services.accounts.rules import email_key, is_address, is_plain_name, stays_administered
from services.accounts.rules.wishes import check_wishes, check_zone
from services.accounts.tables import Credential
from shared.access.members import absences_of, mail_wishes
from shared.access.tables import Member
from shared.access.viewer import ADMINISTRATOR, ROLES
from shared.errors import Invalid, NotSignedIn, RuleBroken
from shared.events import MailWishes, MemberChanged, MemberIdentity
from shared.i18n import LANGUAGES, N_
from shared.identifiers import new_id
from shared.service import NamePlate
from shared.work import Work

THEMES = ("light", "auto", "dark")


def all_members(work: Work) -> list[Member]:
    """Every member, by name, those who left last."""
    work.require(ADMINISTRATOR)
    return list(work.all(select(Member).order_by(col(Member.active).desc(), col(Member.name))))


def demo_members(work: Work) -> list[Member]:
    """The invented people of the demo, shown to whoever tries it; nobody in a real centre."""
    if not work.settings.demo:
        return []
    return list(work.all(select(Member).where(Member.active).order_by(col(Member.name))))


def member_of(work: Work, member_id: UUID) -> Member:
    """One member, for an administrator or for himself or herself."""
    if work.viewer is None or work.viewer.member_id != member_id:
        work.require(ADMINISTRATOR)
    return work.get(Member, member_id)


def all_units(work: Work) -> list[NamePlate]:
    """The services that members work in."""
    work.require(ADMINISTRATOR)
    return [plate for plate in work.directory.plates if plate.roles]


def add_member(  # noqa: PLR0917 - a member is these five things
    work: Work,
    name: str,
    email: str,
    roles: Iterable[str],
    units: Iterable[str],
    language: str = "en",
) -> Member:
    """A new member, who can sign in once a password was chosen through a link."""
    work.require(ADMINISTRATOR)
    member = Member(id=new_id(), name="", language=language)
    _describe(work, member, name, email)
    _place(work, member, roles, units)
    work.add(member)
    _claim_address(work, member)
    tell(work, member, "member-added")
    return member


def change_member(
    work: Work,
    member_id: UUID,
    *,
    name: str,
    email: str,
    roles: Iterable[str],
    units: Iterable[str],
) -> Member:
    """Correct who a member is and what he or she may do; it counts from the next request on."""
    work.require(ADMINISTRATOR)
    member = work.get(Member, member_id)
    _describe(work, member, name, email)
    roles = set(roles)
    if ADMINISTRATOR not in roles:
        _keep_an_administrator(work, member)
    _place(work, member, roles, units)
    _claim_address(work, member)
    tell(work, member, "member-changed")
    return member


def disable_member(work: Work, member_id: UUID) -> Member:
    """The member leaves: every sign-in ends, the name stays on what was done.

    Doors ask `refuse_unseen` first, so that a person has seen what follows.
    """
    work.require(ADMINISTRATOR)
    member = work.get(Member, member_id)
    _keep_an_administrator(work, member)
    member.active = False
    member.valid_from = work.now
    tell(work, member, "member-disabled")
    return member


def enable_member(work: Work, member_id: UUID) -> Member:
    """The member is back, with the roles and the password of before."""
    work.require(ADMINISTRATOR)
    member = work.get(Member, member_id)
    member.active = True
    tell(work, member, "member-enabled")
    return member


def choose(work: Work, *, language: str = "", theme: str = "") -> None:
    """The viewer's own choice of language and theme; what is empty stays."""
    if work.viewer is None:
        raise NotSignedIn
    member = work.get(Member, work.viewer.member_id)
    member.language = _one_of(LANGUAGES, language) or member.language
    member.theme = _one_of(THEMES, theme) or member.theme
    tell(work, member, "preferences-changed")


def wish(work: Work, zone: str, mails: MailWishes) -> None:
    """When the viewer wants mails, and by which clock; what is written counts from the next on."""
    if work.viewer is None:
        raise NotSignedIn
    check_zone(zone)
    check_wishes(mails)
    member = work.get(Member, work.viewer.member_id)
    member.zone, member.mails = zone, mails.model_dump(mode="json")
    tell(work, member, "mail-wishes-changed")


def tell(work: Work, member: Member, action: str) -> None:
    """Announce the member as he or she is now, and leave the trace of who did it.

    Read anew under a lock: the whole member is told, and with it what somebody else has just
    changed, such as the days of a leave.
    """
    work.hold(Member, member.id)
    identity = MemberIdentity(name=member.name, email=member.email)
    work.announce(
        MemberChanged(
            member_id=member.id,
            active=member.active,
            roles=tuple(member.roles),
            units=tuple(member.units),
            language=member.language,
            theme=member.theme,
            valid_from=member.valid_from,
            zone=member.zone,
            absences=tuple(absences_of(member)),
            mails=mail_wishes(member),
            identity=work.seal(identity, member.id),
        )
    )
    work.audit(f"{action}:{member.id}", None)


def _describe(work: Work, member: Member, name: str, email: str) -> None:
    name, email = " ".join(name.split()), email.strip()
    if not name or not is_plain_name(name):
        raise Invalid(N_("Please enter the name, without special signs."), field="name")
    if not is_address(email):
        raise Invalid(N_("Please enter an e-mail address such as name@centre.org."), field="email")
    other = work.first(select(Credential).where(Credential.email_key == email_key(email)))
    if other is not None and other.member_id != member.id:
        raise Invalid(N_("Another member has this e-mail address."), field="email")
    member.name, member.email = name, email


def _place(work: Work, member: Member, roles: Iterable[str], units: Iterable[str]) -> None:
    roles, units = set(roles), set(units)
    if not roles or not roles <= set(ROLES):
        raise Invalid(N_("Please choose at least one role of the list."), field="roles")
    if not units <= {plate.name for plate in work.directory.plates}:
        raise Invalid(N_("Please choose units of the list."), field="units")
    # New lists, because a change inside one would not be seen.
    member.roles, member.units = sorted(roles), sorted(units)


def _claim_address(work: Work, member: Member) -> None:
    credential = work.find(Credential, member.id)
    if credential is None:
        credential = Credential(member_id=member.id, email_key="", changed_at=work.now)
        work.add(credential)
    credential.email_key = email_key(member.email)


def _keep_an_administrator(work: Work, leaving: Member) -> None:
    # Locked, so that two of them cannot leave at the same moment.
    active = work.all(select(Member).where(Member.active).with_for_update())
    administrators = {member.id for member in active if ADMINISTRATOR in member.roles}
    if not stays_administered(administrators, leaving.id):
        raise RuleBroken(N_("This is the last administrator. Make somebody else one first."))


def _one_of(choices: Iterable[str], value: str) -> str:
    if value and value not in choices:
        raise Invalid(N_("Please choose one of the list."))
    return value
