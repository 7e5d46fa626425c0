"""Signing in and out, and how this browser shows its pages: what a visitor can do as well."""

from fastapi import APIRouter, Response

from services.accounts import actions, forms
from shared.errors import Refused
from shared.i18n import LANGUAGES
from shared.running import RunningService
from shared.web import cookies, places, sentences
from shared.web.doors import CallerDep, PlaceDep, ScreenDep, SignInDep, WorkDep, open_to_all
from shared.web.screen import THEMES, Screen

router = APIRouter()


@router.get("/sign-in")
@open_to_all
def ask(place: PlaceDep, screen: ScreenDep) -> Response:
    back = places.local(screen.query.get("next", ""))
    return screen.go(back) if screen.viewer else _form(screen, place, back, {})


@router.post("/sign-in")
@open_to_all
def sign_in(place: PlaceDep, caller: CallerDep, screen: ScreenDep) -> Response:
    back = places.local(str(screen.form.get("next", "")))
    entry, errors = screen.read(forms.SignInForm)
    if entry is None:
        return _form(screen, place, back, errors, 422)
    try:
        opened = actions.sign_in(place, entry.email, entry.password.get_secret_value(), caller)
    except Refused as refusal:
        sentence = sentences.say(refusal, screen.language)
        return _form(screen, place, back, {"": sentence}, refusal.status)
    answer = screen.go(back)
    cookies.remember(answer, place.settings, opened)
    return answer


@router.post("/sign-out")
def sign_out(work: WorkDep, opened: SignInDep, screen: ScreenDep) -> Response:
    actions.sign_out(work, opened)
    answer = screen.go(places.SIGN_IN)
    cookies.forget(answer, work.settings)
    return answer


@router.post("/language")
@open_to_all
def language(work: WorkDep, screen: ScreenDep) -> Response:
    chosen = str(screen.form.get("language", ""))
    if work.viewer:
        actions.choose(work, language=chosen)
    return _shown(screen, cookies.LANGUAGE, chosen if chosen in LANGUAGES else "")


@router.post("/theme")
@open_to_all
def theme(work: WorkDep, screen: ScreenDep) -> Response:
    chosen = str(screen.form.get("theme", ""))
    if work.viewer:
        actions.choose(work, theme=chosen)
    return _shown(screen, cookies.THEME, chosen if chosen in THEMES else "")


def _shown(screen: Screen, cookie: str, chosen: str) -> Response:
    """Back to the page; the cookie shows the choice before every service has heard of it."""
    answer = screen.go(places.local(str(screen.form.get("back", ""))))
    if chosen:
        cookies.keep(answer, screen.settings, cookie, chosen, cookies.HALF_A_YEAR)
    return answer


def _form(
    screen: Screen, place: RunningService, back: str, errors: dict[str, str], status: int = 200
) -> Response:
    with place.look() as work:
        demo_members = actions.demo_members(work)
    return screen.render(
        "accounts/sign_in.html",
        status,
        back=back,
        errors=errors,
        email=str(screen.form.get("email", "")),
        demo_members=demo_members,
    )
