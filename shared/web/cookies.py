"""The few cookies: who is signed in, who used this browser before, and how it likes its pages."""

from uuid import UUID

from fastapi import Request, Response
from itsdangerous import BadData

from shared.access import sign_in
from shared.access.sign_in import SignIn, signer
from shared.settings import Settings

LANGUAGE, THEME, NOTICE, KNOWN = (
    "relais_language",
    "relais_theme",
    "relais_notice",
    "relais_known",
)
HALF_A_YEAR = 180 * 24 * 3600


def keep(answer: Response, settings: Settings, name: str, value: str, seconds: int) -> None:
    """A cookie that scripts cannot read and that other sites cannot send along with a form."""
    answer.set_cookie(
        name,
        value,
        max_age=seconds,
        httponly=True,
        samesite="lax",
        secure=settings.secure_cookies,
    )


def remember(answer: Response, settings: Settings, opened: SignIn) -> None:
    """The browser is signed in; it shows the member's own language and theme."""
    name, seconds = sign_in.cookie_name(settings), settings.sign_in_hours * 3600
    keep(answer, settings, name, sign_in.written(settings, opened), seconds)
    known = str(signer(settings, "known").dumps(opened.member_id.hex))
    keep(answer, settings, KNOWN, known, HALF_A_YEAR)
    answer.delete_cookie(LANGUAGE)
    answer.delete_cookie(THEME)


def forget(answer: Response, settings: Settings) -> None:
    """The browser is signed out."""
    answer.delete_cookie(
        sign_in.cookie_name(settings),
        secure=settings.secure_cookies,
        httponly=True,
        samesite="lax",
    )


def opened_in(request: Request, settings: Settings) -> SignIn | None:
    """The sign-in that the browser shows, which may have ended by now."""
    cookie = request.cookies.get(sign_in.cookie_name(settings), "")
    return sign_in.read(settings, cookie) if cookie else None


def known_as(request: Request, settings: Settings) -> UUID | None:
    """The member who signed in with this browser before."""
    try:
        return UUID(signer(settings, "known").loads(request.cookies.get(KNOWN, "")))
    except (BadData, ValueError, TypeError, AttributeError):
        return None
