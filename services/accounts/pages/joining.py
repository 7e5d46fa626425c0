"""The one-time links: choosing a password, and beginning a centre."""

from fastapi import APIRouter, Response

from services.accounts import actions, forms
from services.accounts.rules import LONGEST_PASSWORD, SHORTEST_PASSWORD
from shared.access.sign_in import Caller, SignIn
from shared.i18n import N_
from shared.web import cookies, places
from shared.web.doors import CallerDep, LookDep, ScreenDep, WorkDep, open_to_all
from shared.web.screen import Screen
from shared.work import Work

router = APIRouter(prefix="/join")


@router.get("/{secret}")
@open_to_all
def ask(secret: str, work: LookDep, screen: ScreenDep) -> Response:
    """Looking at the link does not use it up: mail scanners look at every link."""
    return _form(screen, work, secret, {})


@router.post("/{secret}")
@open_to_all
def join(secret: str, work: WorkDep, caller: CallerDep, screen: ScreenDep) -> Response:
    first = actions.invitation_of(work, secret).member_id is None
    opened, errors = (
        _begin(screen, work, secret, caller) if first else _choose(screen, work, secret, caller)
    )
    if opened is None:
        return _form(screen, work, secret, errors, 422)
    answer = screen.go(places.START, N_("Welcome. You are signed in."))
    cookies.remember(answer, work.settings, opened)
    return answer


def _choose(
    screen: Screen, work: Work, secret: str, caller: Caller
) -> tuple[SignIn | None, dict[str, str]]:
    entry, errors = screen.read(forms.JoinPage)
    if entry is None:
        return None, errors
    password = entry.password.get_secret_value()
    return screen.attempt(work, lambda: actions.accept_invitation(work, secret, password, caller))


def _begin(
    screen: Screen, work: Work, secret: str, caller: Caller
) -> tuple[SignIn | None, dict[str, str]]:
    entry, errors = screen.read(forms.FirstJoinPage)
    if entry is None:
        return None, errors
    return screen.attempt(
        work,
        lambda: actions.join_first(
            work,
            secret,
            name=entry.name,
            email=entry.email,
            password=entry.password.get_secret_value(),
            language=entry.language,
            caller=caller,
        ),
    )


def _form(
    screen: Screen, work: Work, secret: str, errors: dict[str, str], status: int = 200
) -> Response:
    invitation = actions.invitation_of(work, secret)
    return screen.render(
        "accounts/join.html",
        status,
        viewer=None,
        nav=(),
        first=invitation.member_id is None,
        errors=errors,
        entered=screen.form,
        shortest=SHORTEST_PASSWORD,
        longest=LONGEST_PASSWORD,
    )
