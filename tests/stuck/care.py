"""What is done for patients in any order: each deed picks what it is about, or does nothing."""

from collections.abc import Callable
from datetime import date, time, timedelta
from functools import partial
from typing import Any

from sqlmodel import col, select

from services.pain_physician import actions as physician
from services.pain_physician import forms
from services.pain_physician.tables import AdverseEvent, Concern, SentReferral
from services.rtms_unit.actions import adverse_events, courses, deciding, screening, stopping
from services.rtms_unit.actions.courses.proposing import Wish
from services.rtms_unit.rules import screening as questions
from services.rtms_unit.rules.effects import Noticed
from services.rtms_unit.tables import Gate
from shared.access.viewer import PHYSICIAN
from shared.discipline import actions as unit
from shared.discipline.tables import CareSession, FollowUp, Referral
from shared.events import OUTSIDE
from shared.patients import Patient
from tests.referring import refer_from_outside
from tests.stuck.ward import LEAD, UNITS, Ward

Deed = Callable[[Ward, int], Any]
ANY_UNIT = (*UNITS, LEAD)


def register(ward: Ward, pick: int) -> None:
    entry = forms.Register(
        family=f"Morel {pick}", given="Ada", birth_date=date(1970, 1, 1), anyway=True
    )
    ward.act(LEAD, pick, lambda work: physician.register(work, entry))


def refer(ward: Ward, pick: int) -> None:
    """One question to one unit, sometimes in place of one that has ended."""
    patient = ward.one(LEAD, select(Patient), pick)
    if patient is None:
        register(ward, pick)
        return
    ended = [
        sent.id
        for sent in ward.rows(LEAD, select(SentReferral))
        if sent.patient_id == patient.id and sent.status in ("rejected", "failed", "completed")
    ]
    entry = forms.Refer(
        performer=UNITS[pick % len(UNITS)],
        question=f"Could it help? {pick}",
        urgency="urgent" if pick % 4 == 0 else "routine",
        replaces=ended[-1] if ended and pick % 3 == 0 else None,
    )
    ward.act(LEAD, pick, lambda work: physician.refer(work, patient.id, entry))


def refer_from_elsewhere(ward: Ward, pick: int) -> None:
    """A hospital refers somebody who is known here, or not."""
    known = ward.one(LEAD, select(Patient), pick)
    refer_from_outside(ward, known.id if known and pick % 2 else None)


def answer(ward: Ward, pick: int) -> None:
    """The unit accepts, asks or declines; it withdraws for a referrer outside."""
    service = ANY_UNIT[pick % len(ANY_UNIT)]
    waiting = select(Referral).where(col(Referral.status).in_(("received", "on-hold")))
    found = ward.one(service, waiting, pick)
    if found is None:
        return
    says: list[Callable[[Any], Any]] = [
        lambda work: unit.accept(work, found.id),
        lambda work: unit.accept(work, found.id),
        lambda work: unit.ask(work, found.id, "Since when?"),
        lambda work: unit.decline(work, found.id, "capacity", "back-to-referrer"),
    ]
    ward.act(service, pick, says[pick // 7 % len(says)])


def reply(ward: Ward, pick: int) -> None:
    """A referrer outside answers, is told, or takes back; by telephone."""
    one = ward.one(LEAD, select(Referral).where(Referral.requester == OUTSIDE), pick)
    if one is None:
        return
    said: list[Callable[[Any], Any]] = [
        lambda work: unit.resume(work, one.id, "Since May."),
        lambda work: unit.tell_referrer(work, one.id),
        lambda work: unit.withdraw(work, one.id, "withdrawn"),
    ]
    ward.act(LEAD, pick, said[pick % len(said)])


def clear_the_desk(ward: Ward, pick: int) -> None:
    """A unit takes on whoever waits for it, and books the first session of each."""
    service = ANY_UNIT[pick % len(ANY_UNIT)]
    at = ward.now + timedelta(hours=1 + pick % 50)
    for found in ward.rows(service, select(Referral).where(Referral.status == "received")):
        ward.act(service, pick, partial(unit.accept, referral_id=found.id))
        if pick % 3:
            take = partial(unit.book, referral_id=found.id, starts_at=at, minutes=30)
            ward.act(service, pick, take)


def go_on(ward: Ward, pick: int) -> None:
    """The physician answers a question, takes note of an end, or takes a referral back."""
    sent = ward.one(LEAD, select(SentReferral), pick)
    if sent is None:
        return
    words, close = forms.Answer(answer="Since May."), forms.Close(next_step="see-patient")
    cancel = forms.Cancel(reason_code="withdrawn")
    deeds: list[Callable[[Any], Any]] = [
        lambda work: physician.answer(work, sent.id, words),
        lambda work: physician.close(work, sent.id, close),
        lambda work: physician.cancel(work, sent.id, cancel),
    ]
    which = 2 if pick % 7 == 0 else int(sent.status != "on-hold")
    ward.act(LEAD, pick, deeds[which])


def book(ward: Ward, pick: int) -> None:
    """A session or a follow-up; sometimes with the name of who gives it."""
    service = ANY_UNIT[pick % len(ANY_UNIT)]
    care = select(Referral).where(
        col(Referral.status).in_(("accepted", "in-progress", "completed"))
    )
    found = ward.one(service, care, pick)
    if found is None:
        return
    if pick % 5 == 0:
        due = ward.now.date() + timedelta(days=1 + pick % 60)
        ward.act(service, pick, lambda work: unit.plan_follow_up(work, found.id, "other", due))
        return
    team = ward.people(service)
    by = team[pick % len(team)].id if team and pick % 2 else None
    at = ward.now + timedelta(hours=1 + pick % 200)
    ward.act(service, pick, lambda work: unit.book(work, found.id, at, 30, by))


def record(ward: Ward, pick: int) -> None:
    """What became of a session; one of a course can be missed without a sheet."""
    service = ANY_UNIT[pick % len(ANY_UNIT)]
    found = ward.one(service, select(CareSession).where(CareSession.status == "booked"), pick)
    if found is None:
        return
    deeds: list[Callable[[Any], Any]] = [
        lambda work: unit.complete_session(work, found.id),
        lambda work: unit.miss(work, found.id, "illness"),
        lambda work: unit.cancel_session(work, found.id, "other"),
        lambda work: unit.arrive(work, found.id),
    ]
    ward.act(service, pick, deeds[pick // 4 % len(deeds)])


def follow_up(ward: Ward, pick: int) -> None:
    service = ANY_UNIT[pick % len(ANY_UNIT)]
    found = ward.one(service, select(FollowUp).where(FollowUp.status == "planned"), pick)
    if found is not None:
        ward.act(service, pick, lambda work: unit.record_follow_up(work, found.id, nrs=4))


def finish(ward: Ward, pick: int) -> None:
    """The care is completed, with its report or without."""
    service = ANY_UNIT[pick % len(ANY_UNIT)]
    care = select(Referral).where(col(Referral.status).in_(("in-progress", "completed")))
    found = ward.one(service, care, pick)
    if found is None:
        return
    report = "All is well." if pick % 2 else ""
    deeds: list[Callable[[Any], Any]] = [
        lambda work: unit.complete(work, found.id, "goals-met", report),
        lambda work: unit.send_report(work, found.id, "All is well."),
    ]
    ward.act(service, pick, deeds[found.status == "completed"])


def worry(ward: Ward, pick: int) -> None:
    """A concern is raised, or acknowledged; about somebody from outside by the unit itself."""
    service = ANY_UNIT[pick % len(ANY_UNIT)]
    open_one = ward.one(LEAD, select(Concern).where(col(Concern.acknowledged_at).is_(None)), pick)
    if open_one is not None and pick % 3:
        entry = forms.Acknowledge(what_is_done="Called.")
        ward.act(LEAD, pick, lambda work: physician.acknowledge(work, open_one.id, entry))
        return
    found = ward.one(service, select(Referral).where(Referral.requester != OUTSIDE), pick)
    if found is not None:
        urgent = bool(pick % 2)
        ward.act(service, pick, lambda work: unit.raise_concern(work, found.id, "Low.", urgent))


def harm(ward: Ward, pick: int) -> None:
    """An adverse event is reported, or read by a physician; a serious one stops the courses."""
    unread = ward.one(
        LEAD, select(AdverseEvent).where(col(AdverseEvent.acknowledged_at).is_(None)), pick
    )
    if unread is not None and pick % 3:
        entry = forms.Acknowledge(what_is_done="Seen.")
        ward.act(
            LEAD, pick, lambda work: physician.acknowledge_adverse_event(work, unread.id, entry)
        )
        return
    found = ward.one("rtms_unit", select(Referral), pick)
    if found is not None:
        what = ("seizure", "severe") if pick % 2 else ("headache", "mild")
        noticed = Noticed(*what, "possible", "none")
        ward.act("rtms_unit", pick, lambda work: adverse_events.report(work, found.id, noticed))


def screen(ward: Ward, pick: int) -> None:
    """Every question is asked; sometimes one is answered with yes."""
    found = ward.one("rtms_unit", select(Referral).where(Referral.status == "accepted"), pick)
    if found is None:
        return
    answers = {question.code: "no" for question in questions.QUESTIONS}
    details = {}
    if pick % 3 == 0:
        answers["syncope"], details["syncope"] = "yes", "Once, long ago."
    ward.act(
        "rtms_unit",
        pick,
        lambda work: screening.complete_screening(work, found.id, answers, details),
    )


def plan_course(ward: Ward, pick: int) -> None:
    found = ward.one("rtms_unit", select(Referral).where(Referral.status == "accepted"), pick)
    if found is None:
        return
    first_on = ward.now.date() + timedelta(days=1 + pick % 10)
    wish = Wish("rpms", "left", first_on, time(9))
    ward.act("rtms_unit", pick, lambda work: courses.plan(work, found.id, wish))


def decide(ward: Ward, pick: int) -> None:
    """A physician of the unit decides at a gate, or somebody stops the course."""
    if pick % 4 == 0:
        found = ward.one("rtms_unit", select(Referral), pick)
        if found is not None:
            ward.act(
                "rtms_unit",
                pick,
                lambda work: stopping.stop_by_hand(work, found.id, "pregnancy", "She said so."),
            )
        return
    gate = ward.one("rtms_unit", select(Gate).where(Gate.state == "closed"), pick)
    if gate is None:
        return
    if pick % 3 == 0:
        act: Callable[[Any], Any] = lambda work: deciding.uphold(work, gate.id, "No.")  # noqa: E731
    else:
        yes = dict.fromkeys(gate.details.get("yes", ()), "Long ago.")
        act = lambda work: deciding.release(work, gate.id, "Weighed.", yes)  # noqa: E731
    ward.act("rtms_unit", pick, act, PHYSICIAN)


CARE: tuple[Deed, ...] = (
    *(register, refer, refer, refer, refer_from_elsewhere),
    *(answer, answer, answer, clear_the_desk, clear_the_desk, reply, go_on, go_on),
    *(book, book, book, record, record, record),
    *(follow_up, finish, worry, harm, screen, plan_course, decide),
)
