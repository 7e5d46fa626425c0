"""After each event: what is owed now that was not, and what no longer is."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

from sqlmodel import col, select

from services.coordinator.actions.following_referrals import AboutReferral
from services.coordinator.actions.leaving import end_what_need_not_be_done, is_gone
from services.coordinator.actions.obligations import (
    appoint_by_rule,
    end,
    open_obligation,
    stand,
)
from services.coordinator.actions.standing import standing
from services.coordinator.rules import deeds, owed
from services.coordinator.rules.owed import Owed
from services.coordinator.tables import (
    AdverseEventState,
    ConcernState,
    CourseState,
    FollowUpState,
    GateState,
    Obligation,
    ReferralState,
    SessionState,
)
from shared.events import (
    AdverseEventAcknowledged,
    AdverseEventReported,
    ConcernAcknowledged,
    ConcernRaised,
    Event,
    FollowUpEvent,
    PatientUpdated,
    ReferralRequested,
)
from shared.work import Work

Stands = TypeVar("Stands", SessionState, CourseState, GateState)

DATED = (owed.RECORD, owed.FOLLOW_UP)
"""Owed on a day: when the day moves, it is another obligation."""


def review(event: Event, work: Work) -> None:
    """After an event: what is owed now that was not, and what no longer is."""
    if isinstance(event, AboutReferral):
        _review_referral(work, event.referral_id, event.kind)
    if isinstance(event, ReferralRequested) and event.replaces:
        _review_referral(work, event.replaces, event.kind)
    _review_others(event, work)


def _review_others(event: Event, work: Work) -> None:
    """What belongs to no referral, or to all of a patient's."""
    if isinstance(event, FollowUpEvent):
        _review_follow_up(work, event)
    if isinstance(event, ConcernRaised | ConcernAcknowledged):
        _review_concern(work, event)
    if isinstance(event, AdverseEventReported | AdverseEventAcknowledged):
        _review_adverse_event(work, event)
    if isinstance(event, PatientUpdated):
        _review_patient(work, event)


def _review_patient(work: Work, event: PatientUpdated) -> None:
    """Of a patient who is gone it ends; of one who is not, after all, it is derived anew."""
    if is_gone(work, event.patient_id):
        end_what_need_not_be_done(work, event.patient_id)
        return
    of_patient = select(ReferralState.id).where(col(ReferralState.patient_id) == event.patient_id)
    for referral_id in work.all(of_patient):
        _review_referral(work, referral_id, event.kind)


def _review_referral(work: Work, referral_id: UUID, kind: str) -> None:
    work.session.flush()
    row = work.find(ReferralState, referral_id)
    if row is None:
        return
    live = standing(
        work,
        col(Obligation.referral_id) == referral_id,
        col(Obligation.what).in_(owed.OF_REFERRALS),
    )
    wanted = owed.owed_for_referral(_referral_facts(work, row))
    _reconcile(work, (row.patient_id, referral_id), live, wanted, kind)


def _referral_facts(work: Work, row: ReferralState) -> owed.ReferralFacts:
    """What the rules need to know of a referral."""
    known = row.model_dump(include=_REFERRAL_FACTS)
    return owed.ReferralFacts(
        **known,
        urgent=row.urgency in owed.URGENT,
        sessions=[_session_facts(session) for session in _of_referral(work, SessionState, row.id)],
        courses=[_course_facts(course) for course in _of_referral(work, CourseState, row.id)],
        gates=[_gate_facts(gate) for gate in _of_referral(work, GateState, row.id)],
        gone=is_gone(work, row.patient_id),
    )


def _of_referral(work: Work, table: type[Stands], referral_id: UUID) -> Sequence[Stands]:
    return work.all(select(table).where(col(table.referral_id) == referral_id))


_REFERRAL_FACTS = {
    "id",
    "requester",
    "performer",
    "status",
    "requested_at",
    "said_at",
    "requester_member",
    "reported_at",
    "settled",
}


def _session_facts(row: SessionState) -> owed.SessionFacts:
    return owed.SessionFacts(
        row.id,
        row.status,
        booked=(row.booked_at, row.booked_in),
        said=(row.said_at, row.said_in),
        ends_at=row.starts_at + timedelta(minutes=row.minutes),
        practitioner_id=row.practitioner_id,
        course_id=row.course_id,
    )


def _course_facts(row: CourseState) -> owed.CourseFacts:
    return owed.CourseFacts(row.id, row.at_risk_since, is_over=row.ended_at is not None)


def _gate_facts(row: GateState) -> owed.GateFacts:
    return owed.GateFacts(**row.model_dump(include=_GATE_FACTS))


_GATE_FACTS = {
    *("id", "gate", "decided_by", "closed_at", "status", "decided_at", "ask", "urgent"),
    "course_id",
}


def _review_follow_up(work: Work, event: FollowUpEvent) -> None:
    row = work.find(FollowUpState, event.follow_up_id)
    if row is None:
        return
    wanted = []
    if row.status == "planned" and not is_gone(work, row.patient_id):
        names = row.model_dump(include={"performer", "requester", "planned_at", "due_on"})
        wanted = [owed.owed_for_follow_up(row.id, **names, zone=work.zone)]
    live = _live(work, owed.FOLLOW_UP, row.id)
    _reconcile(work, (row.patient_id, row.referral_id), live, wanted, event.kind)


def _review_concern(work: Work, event: ConcernRaised | ConcernAcknowledged) -> None:
    row = work.get(ConcernState, event.concern_id)
    wanted = []
    if row.raised_at and not row.acknowledged_at:
        names = row.model_dump(include={"addressed_to", "raised_by", "raised_at", "urgent"})
        wanted = [owed.owed_for_concern(row.id, **names)]
    live = _live(work, owed.ACKNOWLEDGE, row.id)
    _reconcile(work, (row.patient_id, row.referral_id), live, wanted, event.kind)


def _review_adverse_event(
    work: Work, event: AdverseEventReported | AdverseEventAcknowledged
) -> None:
    row = work.get(AdverseEventState, event.adverse_event_id)
    wanted = []
    if row.reported_at and not row.acknowledged_at:
        names = row.model_dump(include={"addressed_to", "raised_by", "reported_at", "serious"})
        wanted = [owed.owed_for_adverse_event(row.id, **names)]
    live = _live(work, owed.ACKNOWLEDGE_EFFECT, row.id)
    _reconcile(work, (row.patient_id, row.referral_id), live, wanted, event.kind)


def _live(work: Work, what: str, subject: UUID) -> Sequence[Obligation]:
    return standing(work, col(Obligation.what) == what, col(Obligation.subject) == subject)


def _reconcile(
    work: Work,
    about: tuple[UUID, UUID | None],
    live: Sequence[Obligation],
    wanted: list[Owed],
    kind: str,
) -> None:
    """Make the obligations that stand equal to those that the rules ask for."""
    known = {(row.what, row.subject): row for row in live}
    missing = []
    for item in wanted:
        row = known.get(item.key)
        if row is not None and not _is_another(row, item):
            del known[item.key]
            _adjust(work, row, item)
        else:
            missing.append(item)
    for row in known.values():
        replaced = any(item.key == (row.what, row.subject) for item in missing)
        end(work, row, "cancelled" if replaced else owed.how_it_ended(row.what, kind))
    work.session.flush()  # only one obligation of a kind for one thing may be open
    for item in missing:
        open_obligation(work, about, item)


def _is_another(row: Obligation, item: Owed) -> bool:
    """A moved session or a referral that became urgent is owed anew, on another ladder.

    What a person called settled stays settled, but not for another day; what was not needed is
    owed again as soon as it is about something else than then.
    """
    moved = row.what in DATED and (row.asked_at or row.start) != item.start
    changed = row.urgent != item.urgent
    if row.state != "settled":
        return moved or changed
    not_needed = row.settled_as == deeds.NOT_NEEDED
    return moved or (not_needed and (changed or row.since != item.since))


def _adjust(work: Work, row: Obligation, item: Owed) -> None:
    row.creditor_member = item.creditor_member or row.creditor_member
    if (named := item.debtor_member or row.named) != row.named:
        row.named = named
        appoint_by_rule(work, row)
    if item.paused != row.waits:
        row.waits = item.paused
        stand(work, row)
