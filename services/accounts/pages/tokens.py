"""The service tokens: made for an outside service, shown once, revoked."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.accounts import actions, forms
from shared.access.tokens import SCOPES
from shared.i18n import N_
from shared.web.doors import LookDep, ScreenDep, WorkDep
from shared.web.screen import Screen
from shared.work import Work

router = APIRouter(prefix="/tokens")


@router.get("")
def tokens(work: LookDep, screen: ScreenDep) -> Response:
    return _show(screen, work, {})


@router.post("")
def add(work: WorkDep, screen: ScreenDep) -> Response:
    entry, errors = screen.read(forms.TokenForm)
    made = None
    if entry is not None:
        made, errors = screen.attempt(
            work, lambda: actions.add_token(work, entry.name, entry.scopes)
        )
    if made is None:
        return _show(screen, work, errors, 422)
    return _show(screen, work, {}, 201, made_for=made[0].name, secret=made[1])


@router.post("/{token_id}/revoke")
def revoke(work: WorkDep, token_id: UUID, screen: ScreenDep) -> Response:
    actions.revoke_token(work, token_id)
    return screen.go("/accounts/tokens", N_("Revoked. The token counts nowhere any more."))


def _show(
    screen: Screen,
    work: Work,
    errors: dict[str, str],
    status: int = 200,
    *,
    made_for: str = "",
    secret: str = "",
) -> Response:
    """The secret is in this answer only."""
    return screen.render(
        "accounts/tokens.html",
        status,
        tokens=actions.all_tokens(work),
        scopes=SCOPES,
        entered={
            "name": screen.form.get("name", "") if errors else "",
            "scopes": screen.form.getlist("scopes") if errors else [],
        },
        errors=errors,
        made_for=made_for,
        secret=secret,
    )
