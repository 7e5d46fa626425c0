"""What a person can do on a page: the form to fill in, the action, and the sentence afterwards."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, TypeVar
from uuid import UUID

from pydantic import BaseModel

from shared.calendar import to_utc
from shared.discipline import actions, forms
from shared.i18n import N_
from shared.measuring.points import due_of
from shared.work import Work

Form = TypeVar("Form", bound=BaseModel)


@dataclass(frozen=True)
class Deed:
    """`asks`: it has a page of its own with something to fill in; else a button is enough."""

    form: type[BaseModel]
    act: Callable[[Work, UUID, Any], object]
    done: str
    asks: bool = True


def _deed(
    form: type[Form],
    act: Callable[[Work, UUID, Form], object],
    done: str,
    asks: bool = True,
) -> Deed:
    """A deed whose action takes exactly its form."""
    return Deed(form, act, done, asks)


def _at(work: Work, day: date, clock: time) -> datetime:
    """The instant that a day and a time mean at the centre."""
    return to_utc(day, clock.replace(tzinfo=None), work.zone)


def _book(work: Work, key: UUID, form: forms.BookingOnPage) -> None:
    starts_at = _at(work, form.day, form.time)
    actions.book(work, key, starts_at, form.minutes, form.practitioner_id)


def _move(work: Work, key: UUID, form: forms.MoveOnPage) -> None:
    starts_at = _at(work, form.day, form.time)
    actions.move(work, key, starts_at, form.minutes, version=form.version)


def _plan(work: Work, key: UUID, form: forms.FollowUpPlanOnPage) -> None:
    due_on = form.due_on or due_of(form.point, work.today)
    actions.plan_follow_up(work, key, form.point, due_on)


REFERRAL: Mapping[str, Deed] = {
    "accept": _deed(
        forms.Accept,
        lambda w, key, form: actions.accept(w, key, form.note, version=form.version),
        N_("Accepted. The referrer sees it."),
        asks=False,
    ),
    "decline": _deed(
        forms.Decline,
        lambda w, key, form: actions.decline(w, key, **form.model_dump()),
        N_("Declined. The referrer sees the reason and the next step."),
    ),
    "ask": _deed(
        forms.Ask,
        lambda w, key, form: actions.ask(w, key, form.question, version=form.version),
        N_("Asked. The referral waits for the referrer’s answer."),
    ),
    "resume": _deed(
        forms.Answer,
        lambda w, key, form: actions.resume(w, key, form.answer, version=form.version),
        N_("Written down. The referral waits for your answer again."),
    ),
    "withdraw": _deed(
        forms.Withdrawal,
        lambda w, key, form: actions.withdraw(w, key, **form.model_dump()),
        N_("Withdrawn. What was still to come is cancelled."),
    ),
    "tell": _deed(
        forms.Told,
        lambda w, key, form: actions.tell_referrer(w, key, version=form.version),
        N_("Written down: the outside referrer knows."),
        asks=False,
    ),
    "book": _deed(forms.BookingOnPage, _book, N_("Booked.")),
    "complete": _deed(
        forms.Completion,
        lambda w, key, form: actions.complete(w, key, **form.model_dump()),
        N_("Completed."),
    ),
    "report": _deed(
        forms.Report,
        lambda w, key, form: actions.send_report(w, key, form.report, version=form.version),
        N_("The report is sent to the referrer."),
    ),
    "follow-up": _deed(forms.FollowUpPlanOnPage, _plan, N_("The follow-up is planned.")),
    "concern": _deed(
        forms.Concern,
        lambda w, key, form: actions.raise_concern(w, key, **form.model_dump()),
        N_("The concern is on its way; you will see here when somebody acknowledges it."),
    ),
}

SESSION: Mapping[str, Deed] = {
    "arrive": _deed(
        forms.Seen,
        lambda w, key, form: actions.arrive(w, key, version=form.version),
        N_("Noted: the patient is here."),
        asks=False,
    ),
    "complete": _deed(
        forms.SessionResult,
        lambda w, key, form: actions.complete_session(w, key, **form.model_dump()),
        N_("The session is recorded."),
        asks=False,
    ),
    "interrupt": _deed(
        forms.Reason,
        lambda w, key, form: actions.interrupt(w, key, **form.model_dump()),
        N_("Recorded as interrupted."),
    ),
    "miss": _deed(
        forms.Reason,
        lambda w, key, form: actions.miss(w, key, **form.model_dump()),
        N_("Recorded as missed."),
    ),
    "move": _deed(forms.MoveOnPage, _move, N_("The session is moved.")),
    "cancel": _deed(
        forms.Reason,
        lambda w, key, form: actions.cancel_session(w, key, form.reason_code, version=form.version),
        N_("The session is cancelled."),
    ),
}

FOLLOW_UP: Mapping[str, Deed] = {
    "record": _deed(
        forms.FollowUpResult,
        lambda w, key, form: actions.record_follow_up(w, key, **form.model_dump()),
        N_("The follow-up is recorded."),
        asks=False,
    ),
    "cancel": _deed(
        forms.Reason,
        lambda w, key, form: actions.cancel_follow_up(
            w, key, form.reason_code, version=form.version
        ),
        N_("The follow-up is cancelled."),
    ),
}
