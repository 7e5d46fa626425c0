"""Service tokens: what an outside service may do, and whether the secret it shows still counts."""

from datetime import datetime

from sqlmodel import Session, select

from shared.access.tables import ServiceToken
from shared.i18n import N_
from shared.identifiers import digest

FHIR_MESSAGE = "fhir:message"

SCOPES = {
    FHIR_MESSAGE: N_("Send, update and revoke referrals as FHIR messages."),
}


def token_of(session: Session, secret: str, now: datetime) -> ServiceToken | None:
    """The token with this secret, unless it was revoked or is out of date."""
    statement = select(ServiceToken).where(ServiceToken.digest == digest(secret))
    token = session.exec(statement).first()
    if token is None or not token.active or (token.expires_at and token.expires_at <= now):
        return None
    return token
