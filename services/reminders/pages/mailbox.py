"""The mailbox: every mail with its fate, as a person reads it, and what mails look like."""

import base64
import hashlib
import re
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

from services.reminders import actions
from services.reminders.tables import (
    ACCEPTED,
    BOUNCED,
    CANCELLED,
    DEFERRED,
    DUE,
    EXPIRED,
    FAILED,
    KEPT,
    NO_ADDRESS,
    REFUSED,
    SENDING,
    UNCERTAIN,
    UNWANTED,
)
from shared.errors import NotFound
from shared.i18n import N_
from shared.web.doors import LookDep, ScreenDep, WorkDep
from shared.web.screen import Screen
from shared.work import Work

router = APIRouter()

WAYS: dict[str, tuple[str, str]] = {
    DUE: (N_("waiting"), "soon"),
    SENDING: (N_("being sent"), "soon"),
    ACCEPTED: (N_("accepted"), "ok"),
    DEFERRED: (N_("put off"), "today"),
    KEPT: (N_("kept here"), "hold"),
    REFUSED: (N_("refused"), "critical"),
    UNCERTAIN: (N_("uncertain"), "overdue"),
    CANCELLED: (N_("withdrawn"), "later"),
    NO_ADDRESS: (N_("no address"), "critical"),
    BOUNCED: (N_("came back"), "critical"),
    EXPIRED: (N_("too late"), "critical"),
    UNWANTED: (N_("not wanted"), "hold"),
}
"""How a state is called, and the tone it is shown in."""


@router.get("/mails")
def show_mails(work: LookDep, screen: ScreenDep) -> Response:
    return screen.render("reminders/mails.html", **_listing(work, screen))


@router.get("/mails/list")
def show_list(work: LookDep, screen: ScreenDep) -> Response:
    """The part of the page that follows what happens."""
    return screen.render("reminders/list.html", **_listing(work, screen))


@router.get("/mails/{mail_id}")
def show_mail(mail_id: UUID, work: LookDep, screen: ScreenDep) -> Response:
    return _mail_page(mail_id, work, screen)


@router.get("/mails/{mail_id}/html")
def show_as_html(mail_id: UUID, work: LookDep) -> Response:
    return _in_a_box(actions.read(work, mail_id).mail.html)


@router.post("/mails/{mail_id}/resend")
def resend_mail(mail_id: UUID, work: WorkDep, screen: ScreenDep) -> Response:
    sent, errors = screen.attempt(work, lambda: actions.resend(work, mail_id))
    if errors:
        return _mail_page(mail_id, work, screen, errors, status=409)
    held = N_("Mails are held back: it goes as soon as somebody lets them go.")
    said = held if actions.is_held(work) else N_("The mail goes now.")
    return screen.go(f"/reminders/mails/{sent}", said)


@router.get("/preview")
def show_samples(work: LookDep, screen: ScreenDep) -> Response:
    return screen.render("reminders/preview.html", samples=actions.samples(work))


@router.get("/preview/{kind}/{language}")
def show_sample(kind: str, language: str, work: LookDep) -> Response:
    return _in_a_box(actions.sample(work, kind, language).html)


def _listing(work: Work, screen: Screen) -> dict[str, Any]:
    state = screen.query.get("state", "")
    before = _id(screen.query.get("before", ""))
    mails = actions.list_mails(work, state if state in WAYS else "", before)
    full = len(mails) == actions.PAGE_SIZE
    return {
        "mails": mails,
        "counts": actions.count_by_state(work),
        "state": state,
        "ways": WAYS,
        "failed": FAILED,
        "older": mails[-1].mail.id if full else None,
        "before": before,
        "no_server": not work.settings.smtp_url,
        "asked": actions.asked_of_people(work),
        "held": actions.is_held(work),
        "refuses": actions.takes_no_digests(work),
        "trouble": actions.trouble(work),
    }


def _mail_page(
    mail_id: UUID,
    work: Work,
    screen: Screen,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    return screen.render(
        "reminders/mail.html",
        status=status,
        filed=actions.read(work, mail_id),
        ways=WAYS,
        held=actions.is_held(work),
        errors=errors or {},
    )


def _id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise NotFound from None


def _in_a_box(html: str) -> Response:
    """A mail as a mail program shows it: it may use its own style, and do nothing at all."""
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)
    digest = hashlib.sha256((style[1] if style else "").encode()).digest()
    only = f"default-src 'none'; style-src 'sha256-{base64.b64encode(digest).decode()}'"
    nothing = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    box = "sandbox allow-popups allow-top-navigation-by-user-activation"
    return HTMLResponse(html, headers={"Content-Security-Policy": f"{only}; {nothing}; {box}"})
