"""What the pages of a discipline show, read from its tables; nothing here changes anything."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shared.access.members import members_of, name_of
from shared.discipline import agenda, codes, reading, therapy, worklist
from shared.discipline.practice import practice_of
from shared.discipline.rules import referral as referral_rules
from shared.discipline.rules import session as session_rules
from shared.discipline.tables import CareSession, FollowUp, Referral, Step
from shared.discipline.wording import language_of, title_of, who_is
from shared.i18n import translator
from shared.patients import Patient, read
from shared.work import Work

Values = dict[str, Any]


def everywhere(work: Work) -> Values:
    """What every page of a discipline needs."""
    words = translator(language_of(work))

    def listed(texts: Mapping[Any, str]) -> list[tuple[Any, str]]:
        return [(code, words.gettext(text)) for code, text in texts.items()]

    return {
        "plate": work.directory.plate(work.service),
        "base": f"/{work.service}",
        "codes": codes,
        "listed": listed,
        "may_change": reading.may_change(work),
        "today": work.today,
    }


def patient_line(patient: Patient, href: str = "") -> Values:
    """The patient with both identifiers, as the components of the pages expect it."""
    return {**patient.model_dump(exclude={"search_key"}), "href": href}


@dataclass(frozen=True)
class Hint:
    """What a line of the worklist is about at the moment: a kind, its colour and its time."""

    kind: str
    state: str
    at: datetime | None


def worklist_lines(work: Work, rows: list[worklist.Row]) -> list[Values]:
    """The lines of one group of the worklist."""
    return [
        {
            "referral": row.referral,
            "referrer": row.referral.referrer or title_of(work, row.referral.requester),
            "patient": patient_line(row.patient, f"/{work.service}/referrals/{row.referral.id}"),
            "hint": hint(work, row),
            "given": row.given,
        }
        for row in rows
    ]


def hint(work: Work, row: worklist.Row) -> Hint:
    """What is to come for a referral, or what is missing."""
    referral = row.referral
    if row.due_at:
        return Hint("answer", _lateness(work, row.due_at), row.due_at)
    if referral.status == "on-hold":
        return Hint("asked", "hold", referral.changed_at)
    if referral.status == "completed":
        return Hint("completed", "today", referral.completed_at)
    if referral.status in ("rejected", "failed"):
        return Hint("answered", "today", referral.changed_at)
    return _hint_of_care(work, row.next_session)


def _hint_of_care(work: Work, session: CareSession | None) -> Hint:
    if session is None:
        return Hint("nothing-booked", "open", None)
    if session.starts_at < work.now:
        return Hint("outcome", "overdue", session.starts_at)
    return Hint("next-session", "ok", session.starts_at)


def _lateness(work: Work, due_at: datetime) -> str:
    if due_at < work.now:
        return "overdue"
    return "today" if due_at - work.now < timedelta(days=1) else "soon"


def follow_up_lines(work: Work, rows: list[worklist.Row]) -> list[Values]:
    """The follow-ups that are due."""
    return [
        {
            "follow_up": row.follow_up,
            "patient": patient_line(row.patient, f"/{work.service}/follow-ups/{row.follow_up.id}"),
            "state": "overdue" if row.follow_up.due_on < work.today else "soon",
        }
        for row in rows
        if row.follow_up
    ]


def referral_page(work: Work, referral: Referral) -> Values:
    """A referral, its history, sessions and follow-ups."""
    history = reading.history_of(work, referral.id)
    done = {step.what for step in history}
    sessions = reading.sessions_of(work, referral.id)
    numbers = {session.id: session.number for session in sessions}
    return {
        **everywhere(work),
        **about(work, referral),
        "possible": referral_rules.possible(referral.status, referral.requester, done),
        "sessions": [shown_session(work, session) for session in sessions],
        "follow_ups": reading.follow_ups_of(work, referral.id),
        "history": [_line(work, referral, step, numbers.get(step.subject)) for step in history],
        "declined_note": _note(history, "declined"),
        "panels": practice_of(work).panels(work, referral),
        "shared_notes": shared_notes(work, referral.patient_id),
    }


def shared_notes(work: Work, patient_id: UUID) -> list[Values]:
    """What therapists shared with all who treat the patient."""
    return [
        {"note": each.note, "text": each.text, "title": title_of(work, each.note.service)}
        for each in therapy.shared_notes(work, patient_id)
    ]


def about(work: Work, referral: Referral) -> Values:
    """A referral and its patient, as the top of each of its pages shows them."""
    href = f"/{work.service}/referrals/{referral.id}"
    return {
        "referral": referral,
        "patient": patient_line(read(work, referral.patient_id), href),
        "referrer": referral.referrer or title_of(work, referral.requester),
        "onward_title": title_of(work, referral.onward_to) if referral.onward_to else "",
    }


def _line(work: Work, referral: Referral, step: Step, number: int | None = None) -> Values:
    """A line of the history; `number` is that of the session which it is about."""
    return {"step": step, "who": who_is(work, step.by, referral), "number": number}


def _note(history: Any, what: str) -> str:
    return next((step.note for step in history if step.what == what), "")


def referral_form(work: Work, referral: Referral, verb: str) -> Values:
    """What the form of one deed lets a person choose from."""
    return {
        **referral_page(work, referral),
        "verb": verb,
        "onward_options": [
            (p.name, title_of(work, p.name)) for p in reading.onward(work, referral)
        ],
        "colleague_options": [(m.id, m.name) for m in members_of(work, work.service)],
        "week": agenda_lines(work, agenda.agenda(work, work.today, 7)),
    }


def shown_session(work: Work, session: CareSession) -> Values:
    return {"session": session, "practitioner": name_of(work, session.practitioner_id)}


def session_page(work: Work, session: CareSession, verb: str = "") -> Values:
    """A session, where it was before, and what can still be done with it."""
    referral = work.get(Referral, session.referral_id)
    start = session.starts_at.astimezone(work.zone)
    moves = [_line(work, referral, step) for step in reading.moves_of(work, session.id)]
    return {
        **everywhere(work),
        **about(work, referral),
        **shown_session(work, session),
        "verb": verb,
        "possible": session_rules.possible(session.status),
        "changed": who_is(work, session.changed_by, referral),
        "moves": moves,
        "start": start,
        "too_early": start.date() > work.today,
        "panels": practice_of(work).session_panels(work, session),
    }


def follow_up_page(work: Work, follow_up: FollowUp) -> Values:
    """A follow-up and what it follows."""
    referral = work.get(Referral, follow_up.referral_id)
    return {
        **everywhere(work),
        **about(work, referral),
        "follow_up": follow_up,
        "changed": who_is(work, follow_up.changed_by, referral),
    }


def agenda_lines(work: Work, days: list[agenda.AgendaDay]) -> list[Values]:
    """The days of an agenda with what a line shows."""
    return [
        {"day": each.day, "lines": [_entry(work, line) for line in each.lines]} for each in days
    ]


def _entry(work: Work, line: agenda.Line) -> Values:
    href = f"/{work.service}/sessions/{line.session.id}"
    return {**shown_session(work, line.session), "patient": patient_line(line.patient, href)}
