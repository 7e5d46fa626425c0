"""One's own profile: password, language, theme, and where one is signed in."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.accounts import actions, forms
from services.accounts.rules import LONGEST_PASSWORD, SHORTEST_PASSWORD
from services.accounts.rules.wishes import zones
from shared.access.members import mail_wishes
from shared.errors import Refused
from shared.i18n import N_
from shared.service import WorkPlace
from shared.web import cookies, sentences
from shared.web.doors import CallerDep, LookDep, PlaceDep, ScreenDep, SignInDep, WorkDep
from shared.web.screen import Screen
from shared.work import Work

router = APIRouter()


@router.get("/profile")
def profile(work: LookDep, screen: ScreenDep) -> Response:
    return _show(screen, work, {})


@router.post("/profile/mails")
def wish(work: WorkDep, screen: ScreenDep) -> Response:
    entry, errors = screen.read(forms.MailWishesForm)
    if entry is not None:
        _, errors = screen.attempt(work, lambda: actions.wish(work, entry.zone, entry.mails()))
    if errors:
        return _show(screen, work, errors, 422)
    return screen.go("/accounts/profile", N_("Saved. It counts for every mail from now on."))


@router.post("/profile/password")
def change_password(
    place: PlaceDep, mine: SignInDep, caller: CallerDep, screen: ScreenDep
) -> Response:
    entry, errors = screen.read(forms.PasswordPage)
    if entry is None:
        return _again(place, screen, errors, 422)
    current, new = entry.current.get_secret_value(), entry.password.get_secret_value()
    try:
        opened = actions.change_password(place, mine.member_id, current, new, caller)
    except Refused as refusal:
        errors = {refusal.field: sentences.say(refusal, screen.language)}
        return _again(place, screen, errors, refusal.status)
    answer = screen.go("/accounts/profile", N_("Your password is changed. Other sign-ins ended."))
    cookies.remember(answer, place.settings, opened)
    return answer


def _again(place: WorkPlace, screen: Screen, errors: dict[str, str], status: int) -> Response:
    with place.look() as work:
        work.viewer = screen.viewer
        return _show(screen, work, errors, status)


@router.post("/sign-ins/{sign_in_id}/end")
def end_sign_in(work: WorkDep, sign_in_id: UUID, screen: ScreenDep) -> Response:
    ended = actions.end_sign_in(work, sign_in_id)
    own = ended.member_id == screen.member.member_id
    back = "/accounts/profile" if own else f"/accounts/members/{ended.member_id}"
    return screen.go(back, N_("The sign-in is ended, everywhere."))


def _show(screen: Screen, work: Work, errors: dict[str, str], status: int = 200) -> Response:
    member_id = screen.member.member_id
    member = actions.member_of(work, member_id)
    return screen.render(
        "accounts/profile.html",
        status,
        member=member,
        units={plate.name: plate for plate in work.directory.plates},
        sign_ins=actions.open_sign_ins(work, member_id),
        wishes=mail_wishes(member),
        zones=zones(),
        entered=screen.form if errors and "digest_at" in screen.form else None,
        ahead=actions.absences_ahead(work, member_id),
        errors=errors,
        shortest=SHORTEST_PASSWORD,
        longest=LONGEST_PASSWORD,
    )
