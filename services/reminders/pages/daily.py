"""The daily mail: turned off with one click from a mail, and on again by the person."""

from fastapi import APIRouter, Response

from services.reminders import actions
from shared.i18n import N_
from shared.web.doors import LookDep, ScreenDep, WorkDep, open_to_all

router = APIRouter()


@router.get("/one-click/{secret}")
@open_to_all
def ask(secret: str, work: LookDep, screen: ScreenDep) -> Response:
    """A person who follows the link of a mail is asked first: mail scanners follow it as well."""
    actions.whose(work, secret)
    return screen.render("reminders/no_digest.html", done=False)


@router.post("/one-click/{secret}")
@open_to_all
def refuse(secret: str, work: WorkDep, screen: ScreenDep) -> Response:
    """One POST is enough, without a sign-in (RFC 8058): the secret is for this and nothing else."""
    actions.refuse_digests(work, secret)
    return screen.render("reminders/no_digest.html", done=True)


@router.post("/daily/want")
def want(work: WorkDep, screen: ScreenDep) -> Response:
    actions.want_digests(work)
    return screen.go("/reminders/mails", N_("You get the daily mail again."))
