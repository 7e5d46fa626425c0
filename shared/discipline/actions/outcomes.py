"""How a referral ends well: completed, with a report back; and the concern that cannot wait."""

from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from shared.discipline.actions.records import (
    brought_here,
    deed_of,
    last_change,
    mark,
    to_change,
    write,
)
from shared.discipline.codes import OUTCOMES
from shared.discipline.course_codes import CONCERNS, CRISIS
from shared.discipline.naming import about_referral
from shared.discipline.practice import practice_of
from shared.discipline.rules import referral as rules
from shared.discipline.tables import CareSession, Referral
from shared.events import OUTSIDE, ConcernRaised, Note, ReferralCompleted, ReportSent
from shared.identifiers import new_id
from shared.work import Work


def complete(
    work: Work,
    referral_id: UUID,
    outcome_code: str,
    report: str = "",
    *,
    version: int | None = None,
) -> None:
    """The work that was asked for is done. Without a report now, one is owed to the referrer."""
    referral = to_change(work, Referral, referral_id)
    rules.refuse_unless_possible("complete", referral.status, brought_here(work, referral))
    rules.refuse_if_stale(version, referral.version, last_change(work, referral))
    rules.check_code(outcome_code, OUTCOMES, "outcome_code")
    rules.refuse_while_booked(_still_booked(work, referral_id))
    practice_of(work).before(work, "complete-referral", referral)
    referral.status, referral.completed_at = "completed", work.now
    referral.outcome_code = outcome_code
    mark(work, referral)
    write(work, referral, "completed")
    work.announce(ReferralCompleted(**about_referral(referral), outcome_code=outcome_code))
    practice_of(work).after(work, "complete-referral", referral)
    if report.strip():
        _send(work, referral, report)


def send_report(work: Work, referral_id: UUID, report: str, *, version: int | None = None) -> None:
    """Report back to whoever sent the patient."""
    referral = to_change(work, Referral, referral_id)
    rules.refuse_unless_possible("report", referral.status, brought_here(work, referral))
    sent = deed_of(work, referral, "reported")
    if sent is not None:
        rules.refuse_second_report(sent)
    rules.refuse_if_stale(version, referral.version, last_change(work, referral))
    rules.check_words(report, "report")
    mark(work, referral)
    _send(work, referral, report)


def raise_concern(
    work: Work, referral_id: UUID, note: str, urgent: bool = True, *, reason_code: str = "by-hand"
) -> UUID:
    """Tell the referrer's service that somebody must look at the patient; it is acknowledged."""
    referral = to_change(work, Referral, referral_id)
    rules.check_words(note, "note")
    rules.check_code(reason_code, CONCERNS, "reason_code")
    concern_id = new_id()
    write(work, referral, "concern-raised", subject=concern_id, note=note)
    outside = referral.requester == OUTSIDE
    work.announce(
        ConcernRaised(
            patient_id=referral.patient_id,
            concern_id=concern_id,
            referral_id=referral.id,
            raised_by=work.service,
            addressed_to=work.service if outside else referral.requester,
            urgent=urgent or reason_code == CRISIS,
            reason_code=reason_code,
            note=work.seal(Note(text=note), referral.patient_id),
        )
    )
    practice_of(work).concerned(work, referral, concern_id, reason_code)
    return concern_id


def _still_booked(work: Work, referral_id: UUID) -> int:
    statement = select(func.count()).where(
        col(CareSession.referral_id) == referral_id,
        col(CareSession.status).in_(("booked", "arrived")),
    )
    return int(work.first(statement) or 0)


def _send(work: Work, referral: Referral, report: str) -> None:
    referral.report = report
    write(work, referral, "reported", note=report)
    sealed = work.seal(Note(text=report), referral.patient_id)
    work.announce(ReportSent(**about_referral(referral), report=sealed))
