"""Pages of scores: their history as pictures, what is entered, open forms, and corrections."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import ValidationError

from shared.discipline import actions, forms, reading, views
from shared.discipline.pages.shown import Errors, PageWork, render
from shared.discipline.practice import practice_of
from shared.discipline.scores import all_scores_of, points
from shared.discipline.tables import Measurement, Referral
from shared.discipline.wording import who_is
from shared.errors import Invalid, NotFound
from shared.i18n import N_
from shared.identifiers import new_id
from shared.measuring import INSTRUMENTS, Instrument
from shared.measuring.items import FORMS
from shared.measuring.plot import plot_of
from shared.web.doors import ScreenDep
from shared.web.screen import Screen
from shared.work import Work

_router = APIRouter()


def score_pages() -> APIRouter:
    """For a discipline that enters scores; included before the pages of all disciplines."""
    router = APIRouter(include_in_schema=False)
    router.include_router(_router)
    return router


@_router.get("/referrals/{referral_id}/scores")
def show_scores(referral_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    return _scores(screen, work, referral_id)


@_router.post("/referrals/{referral_id}/scores")
def record_scores(referral_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    def record() -> None:
        codes = practice_of(work).instruments
        values = {code: _number(screen, code.replace("-", "_")) for code in codes}
        actions.record_scores(work, referral_id, values, _entry(screen))

    _, errors = screen.attempt(work, record)
    if errors:
        return _scores(screen, work, referral_id, errors)
    return screen.go(f"/{work.service}/referrals/{referral_id}/scores", N_("The scores are kept."))


@_router.get("/referrals/{referral_id}/forms/{code}")
def ask_form(referral_id: UUID, code: str, screen: ScreenDep, work: PageWork) -> Response:
    return _form(screen, work, work.get(Referral, referral_id), code)


@_router.post("/referrals/{referral_id}/forms/{code}")
def record_form(referral_id: UUID, code: str, screen: ScreenDep, work: PageWork) -> Response:
    _known_form(work, code)
    answers = _answers(screen, code)
    row, errors = screen.attempt(
        work, lambda: actions.record_form(work, referral_id, code, answers, _entry(screen))
    )
    if errors or row is None:
        return _form(screen, work, work.get(Referral, referral_id), code, errors)
    return screen.go(f"/{work.service}/referrals/{referral_id}/scores", _said(row))


@_router.get("/scores/{measurement_id}")
def ask_correction(measurement_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    return _correction(screen, work, measurement_id)


@_router.post("/scores/{measurement_id}")
def correct_score(measurement_id: UUID, screen: ScreenDep, work: PageWork) -> Response:
    wrong = work.get(Measurement, measurement_id)

    def correct() -> Measurement:
        if wrong.answers:
            return actions.correct_score(work, measurement_id, answers=_answers(screen, wrong.code))
        return actions.correct_score(work, measurement_id, _number(screen, "value"))

    row, errors = screen.attempt(work, correct)
    if errors or row is None:
        return _correction(screen, work, measurement_id, errors)
    return screen.go(f"/{work.service}/referrals/{row.referral_id}/scores", _said(row))


def _scores(
    screen: Screen, work: Work, referral_id: UUID, errors: Errors | None = None
) -> Response:
    reading.require_reader(work)
    referral = work.get(Referral, referral_id)
    work.audit("read-record", referral.patient_id)
    practice = practice_of(work)
    history = [
        _history(work, referral, INSTRUMENTS[code])
        for code in (*practice.instruments, *practice.forms)
    ]
    values = {
        **_about(work, referral),
        "entered": [INSTRUMENTS[code] for code in practice.instruments],
        "forms": {code: FORMS[code].name for code in practice.forms},
        "history": history,
    }
    return render(screen, "discipline/scores/history.html", values, errors)


def _history(work: Work, referral: Referral, known: Instrument) -> Mapping[str, Any]:
    rows = all_scores_of(work, referral.patient_id, [known.code])
    holding = [row for row in rows if row.corrected_at is None]
    return {
        "instrument": known,
        "picture": plot_of(known, points(holding)),
        "rows": [(row, who_is(work, row.recorded_by, referral)) for row in reversed(rows)],
    }


def _form(
    screen: Screen, work: Work, referral: Referral, code: str, errors: Errors | None = None
) -> Response:
    reading.require_colleague(work)
    _known_form(work, code)
    work.audit("read-record", referral.patient_id)
    action = f"/{work.service}/referrals/{referral.id}/forms/{code}"
    values = {**_about(work, referral), **_questions(code), "action": action, "wrong": None}
    return render(screen, "discipline/scores/form.html", values, errors)


def _correction(
    screen: Screen, work: Work, measurement_id: UUID, errors: Errors | None = None
) -> Response:
    reading.require_colleague(work)
    wrong = work.get(Measurement, measurement_id)
    referral = work.get(Referral, wrong.referral_id)
    work.audit("read-record", referral.patient_id)
    about = {
        **_about(work, referral),
        "instrument": INSTRUMENTS[wrong.code],
        "action": f"/{work.service}/scores/{wrong.id}",
        "wrong": wrong,
    }
    if wrong.answers:
        values = {**about, **_questions(wrong.code)}
        return render(screen, "discipline/scores/form.html", values, errors)
    return render(screen, "discipline/scores/correct.html", about, errors)


def _about(work: Work, referral: Referral) -> views.Values:
    return {
        **views.everywhere(work),
        **views.about(work, referral),
        "entry": new_id(),
        "version": len(all_scores_of(work, referral.patient_id)),
    }


def _questions(code: str) -> views.Values:
    return {"instrument": INSTRUMENTS[code], "form": FORMS[code]}


def _known_form(work: Work, code: str) -> None:
    if code not in practice_of(work).forms:
        raise NotFound


def _said(row: Measurement) -> str:
    """What a person reads after it was kept; a concern that it raised is said in plain words."""
    if row.concern_id is not None:
        return N_(
            "The score is kept. The answer to question 9 raised an urgent concern by itself: "
            "a named physician must acknowledge it today."
        )
    return N_("The score is kept.")


def _number(screen: Screen, name: str) -> float | None:
    """What was typed into a field, in the way of either language; empty was not measured."""
    text = str(screen.form.get(name, "")).strip().replace(",", ".")
    try:
        entry = forms.Correction.model_validate({"value": text or None})
    except ValidationError:
        raise Invalid(N_("Please enter a number."), field=name) from None
    return entry.value


def _answers(screen: Screen, code: str) -> list[int | None]:
    """The answers as they were ticked; what is no answer of the form counts as none."""
    names = [f"item_{number}" for number, _ in enumerate(FORMS[code].questions, start=1)]
    ticked = [str(screen.form.get(name, "")) for name in names]
    return [int(text) if text.isascii() and text.isdecimal() else None for text in ticked]


def _entry(screen: Screen) -> UUID | None:
    """The number that the page gave this entry, so that sent twice it is kept once."""
    try:
        return UUID(str(screen.form.get("entry", "")))
    except ValueError:
        return None
