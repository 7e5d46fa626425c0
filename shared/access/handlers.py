"""Every service hears who is in the team, which sign-ins ended, and which tokens count."""

from sqlmodel import col, delete

from shared.access.tables import ClosedSignIn, Member, ServiceToken
from shared.access.units import keep_unit
from shared.events import (
    MemberChanged,
    MemberIdentity,
    ServiceTokenChanged,
    SignInClosed,
    UnitChanged,
)
from shared.service import Handlers
from shared.work import Work


def access_handlers() -> Handlers:
    """The handlers that every service has besides its own."""
    handlers = Handlers()
    handlers.on(MemberChanged)(keep_member)
    handlers.on(SignInClosed)(close_sign_in)
    handlers.on(ServiceTokenChanged)(keep_token)
    handlers.on(UnitChanged)(keep_unit)
    return handlers


def keep_member(event: MemberChanged, work: Work) -> None:
    identity = work.open(event.identity, MemberIdentity, event.member_id)
    work.session.merge(
        Member(
            id=event.member_id,
            name=identity.name,
            email=identity.email,
            roles=list(event.roles),
            units=list(event.units),
            language=event.language,
            theme=event.theme,
            active=event.active,
            valid_from=event.valid_from,
            zone=event.zone,
            absences=[absence.model_dump(mode="json") for absence in event.absences],
            mails=event.mails.model_dump(mode="json"),
        )
    )


def close_sign_in(event: SignInClosed, work: Work) -> None:
    work.session.merge(
        ClosedSignIn(id=event.sign_in_id, member_id=event.member_id, expires_at=event.expires_at)
    )
    work.session.execute(delete(ClosedSignIn).where(col(ClosedSignIn.expires_at) < work.now))


def keep_token(event: ServiceTokenChanged, work: Work) -> None:
    work.session.merge(
        ServiceToken(
            id=event.token_id,
            name=event.name,
            digest=event.digest,
            scopes=list(event.scopes),
            active=event.active,
            expires_at=event.expires_at,
        )
    )
