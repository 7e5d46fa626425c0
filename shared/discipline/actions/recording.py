"""What became of a session: the patient came, it was given, interrupted or missed."""

from typing import Any
from uuid import UUID

from shared import measuring
from shared.discipline.actions.measurements import Measured, measure
from shared.discipline.actions.records import mark, referral_of, write
from shared.discipline.actions.sessions import open_session
from shared.discipline.codes import INTERRUPTION_REASONS, MISS_REASONS
from shared.discipline.naming import about_session
from shared.discipline.practice import practice_of
from shared.discipline.rules import session as rules
from shared.discipline.rules.referral import check_code
from shared.discipline.tables import CareSession, Referral
from shared.events import (
    SessionArrived,
    SessionCompleted,
    SessionInterrupted,
    SessionMissed,
)
from shared.events.session import SessionEvent
from shared.work import Work

PAIN_NOW = "nrs-now"
"""Code of the pain right now on the NRS, 0-10."""


def arrive(work: Work, session_id: UUID, *, version: int | None = None) -> None:
    """The patient is here."""
    session = _today(work, session_id, "arrive", version)
    session.status = "arrived"
    _record(work, session, "arrive", SessionArrived)


def complete_session(
    work: Work,
    session_id: UUID,
    nrs_before: int | None = None,
    nrs_after: int | None = None,
    note: str = "",
    *,
    version: int | None = None,
) -> None:
    """The session was given. Pain that was not asked stays unknown."""
    session = _today(work, session_id, "complete", version)
    _keep_pain(session, nrs_before, nrs_after)
    session.status, session.note = "completed", note
    _record(work, session, "complete", SessionCompleted, nrs_before=nrs_before, nrs_after=nrs_after)


def interrupt(  # noqa: PLR0917 - one for each field of the form
    work: Work,
    session_id: UUID,
    reason_code: str,
    note: str = "",
    nrs_before: int | None = None,
    nrs_after: int | None = None,
    *,
    version: int | None = None,
) -> None:
    """The session was begun and not finished; pain that was asked is kept."""
    session = _today(work, session_id, "interrupt", version)
    check_code(reason_code, INTERRUPTION_REASONS, "reason_code")
    _keep_pain(session, nrs_before, nrs_after)
    session.status, session.reason_code, session.note = "interrupted", reason_code, note
    _record(work, session, "interrupt", SessionInterrupted, reason_code=reason_code)


def miss(
    work: Work, session_id: UUID, reason_code: str, note: str = "", *, version: int | None = None
) -> None:
    """The patient did not come, or could not be treated."""
    session = _today(work, session_id, "miss", version)
    check_code(reason_code, MISS_REASONS, "reason_code")
    session.status, session.reason_code, session.note = "missed", reason_code, note
    _record(work, session, "miss", SessionMissed, reason_code=reason_code)


def _keep_pain(session: CareSession, before: int | None, after: int | None) -> None:
    measuring.check(PAIN_NOW, before, "nrs_before")
    measuring.check(PAIN_NOW, after, "nrs_after")
    session.nrs_before, session.nrs_after = before, after


def _today(work: Work, session_id: UUID, verb: str, version: int | None) -> CareSession:
    session = open_session(work, session_id, verb, version)
    rules.refuse_before_its_day(session.starts_at.astimezone(work.zone).date(), work.today)
    return session


def _record(
    work: Work, session: CareSession, verb: str, event: type[SessionEvent], **about: Any
) -> None:
    """Keep it, tell it, and let the discipline's own practice draw its consequences."""
    referral = referral_of(work, session)
    mark(work, session)
    write(work, referral, event.kind.replace(".", "-"), subject=session.id)
    work.announce(event(**about_session(referral, session), **about))
    _measure(work, referral, session)
    practice_of(work).after(work, verb, referral, session)


def _measure(work: Work, referral: Referral, session: CareSession) -> None:
    """Pain before is that of the beginning, pain after that of now."""
    began = min(session.starts_at, work.now)
    for value, context, at in (
        (session.nrs_before, "session-before", began),
        (session.nrs_after, "session-after", work.now),
    ):
        if value is not None:
            measure(work, referral, Measured(PAIN_NOW, value, context, at=at))
