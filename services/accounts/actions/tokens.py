"""Service tokens: what an outside service may call, and that it may no longer."""

from collections.abc import Iterable
from uuid import UUID

from sqlmodel import col, select

from shared.access.tables import ServiceToken
from shared.access.tokens import SCOPES
from shared.access.viewer import ADMINISTRATOR
from shared.errors import Invalid
from shared.events import ServiceTokenChanged
from shared.i18n import N_
from shared.identifiers import digest, new_id, new_secret
from shared.work import Work


def all_tokens(work: Work) -> list[ServiceToken]:
    """Every token, those that count first; there is no secret in any of them."""
    work.require(ADMINISTRATOR)
    statement = select(ServiceToken).order_by(
        col(ServiceToken.active).desc(), col(ServiceToken.name)
    )
    return list(work.all(statement))


def add_token(work: Work, name: str, scopes: Iterable[str]) -> tuple[ServiceToken, str]:
    """A token and its secret, which is shown now and never again."""
    work.require(ADMINISTRATOR)
    scopes, name = sorted(set(scopes)), " ".join(name.split())
    if not name or not name.isprintable():
        raise Invalid(N_("Please say which service the token is for."), field="name")
    if not scopes or not set(scopes) <= set(SCOPES):
        raise Invalid(N_("Please choose what the service may do."), field="scopes")
    secret = f"relais_{new_secret()}"
    token = ServiceToken(id=new_id(), name=name, digest=digest(secret), scopes=scopes)
    work.add(token)
    _tell(work, token, "token-made")
    return token, secret


def revoke_token(work: Work, token_id: UUID) -> ServiceToken:
    """The token no longer counts, in any service; it stays in the list."""
    work.require(ADMINISTRATOR)
    token = work.get(ServiceToken, token_id)
    token.active = False
    _tell(work, token, "token-revoked")
    return token


def _tell(work: Work, token: ServiceToken, action: str) -> None:
    work.announce(
        ServiceTokenChanged(
            token_id=token.id,
            name=token.name,
            digest=token.digest,
            scopes=tuple(token.scopes),
            active=token.active,
            expires_at=token.expires_at,
        )
    )
    work.audit(f"{action}:{token.id}", None)
