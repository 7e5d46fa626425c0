"""One patient's record: assessments, what became of each referral, what is awaited, the story."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from services.pain_physician.actions import alike, assessments
from services.pain_physician.actions.adverse_events import adverse_events_of
from services.pain_physician.actions.concerns import concerns_of
from services.pain_physician.actions.letters import letters_of
from services.pain_physician.actions.medication import medicines_of
from services.pain_physician.actions.standing import changes_of
from services.pain_physician.actions.way import ways_of
from services.pain_physician.reading.decisions import courses_of, gates_of
from services.pain_physician.reading.medicines import tried_in_words
from services.pain_physician.rules.awaited import Awaited, awaited
from services.pain_physician.rules.story import LINES, Line
from services.pain_physician.rules.way import Wandering
from services.pain_physician.tables import (
    AdverseEvent,
    Assessment,
    Concern,
    Gate,
    Happening,
    Letter,
    Medication,
    SentCourse,
    SentFollowUp,
    SentReferral,
    SentSession,
    StandingChange,
)
from shared import patients
from shared.discipline.codes import STEPS
from shared.discipline.tables import Referral, Step
from shared.discipline.wording import title_of, who_is
from shared.patients import Patient
from shared.work import Work

_COMING = ("booked", "arrived")


@dataclass(frozen=True)
class Sent:
    """A referral that was sent, with its sessions, follow-ups and who owes the next word."""

    referral: SentReferral
    sessions: Sequence[SentSession]
    follow_ups: Sequence[SentFollowUp]
    awaited: Awaited | None

    def count(self, *states: str) -> int:
        """How many sessions are in one of these states."""
        return sum(session.status in states for session in self.sessions)

    @property
    def next_at(self) -> datetime | None:
        """When the next session is, if one is booked."""
        return min((s.starts_at for s in self.sessions if s.status in _COMING), default=None)


@dataclass(frozen=True)
class StoryLine:
    """One line of the story, in words: `who` did it, at or with `service`."""

    at: datetime
    line: Line
    who: str
    service: str
    referral_id: UUID | None = None


@dataclass(frozen=True)
class Record:
    """All that stands in a patient's record here."""

    patient: Patient
    assessments: list[Assessment]
    sent: list[Sent]
    from_outside: Sequence[Referral]
    concerns: list[Concern]
    medicines: Sequence[Medication]
    courses: Sequence[SentCourse]
    gates: Sequence[Gate]
    adverse_events: Sequence[AdverseEvent]
    alike: list[Patient]
    story: list[StoryLine]
    letters: Sequence[Letter]
    standing: Sequence[StandingChange]
    """What was said of a death or a transfer, the latest first."""
    way: Wandering
    """The dates as they were given, or as they follow from the record."""


def record(work: Work, patient_id: UUID) -> Record:
    """The whole record, or `NotFound`. Whoever shows it to a person audits it."""
    patient = patients.read(work, patient_id)
    return Record(
        patient=patient,
        assessments=assessments(work, patient_id),
        sent=_with_care(work, sent_about(work, patient_id)),
        from_outside=_from_outside(work, patient_id),
        concerns=concerns_of(work, patient_id),
        medicines=medicines_of(work, patient_id),
        courses=courses_of(work, patient_id),
        gates=gates_of(work, patient_id),
        adverse_events=adverse_events_of(work, patient_id),
        alike=alike(work, patients.identity_of(patient), besides=patient_id),
        story=_story(work, patient_id),
        letters=letters_of(work, patient_id),
        standing=changes_of(work, patient_id),
        way=ways_of(work, [patient_id])[patient_id],
    )


def sent(work: Work, referral_id: UUID) -> Sent:
    """One referral that was sent, or `NotFound`."""
    return _with_care(work, [work.get(SentReferral, referral_id)])[0]


def chain(work: Work, referral: SentReferral) -> list[SentReferral]:
    """The referrals that took each other's place, this one among them, the first one first."""
    found = [referral]
    while found[0].replaces and (before := work.find(SentReferral, found[0].replaces)):
        found.insert(0, before)
    while found[-1].replaced_by and (after := work.find(SentReferral, found[-1].replaced_by)):
        found.append(after)
    return found


def sent_about(work: Work, patient_id: UUID) -> Sequence[SentReferral]:
    """Every referral that was sent about a patient, the newest first."""
    statement = select(SentReferral).where(col(SentReferral.patient_id) == patient_id)
    return work.all(statement.order_by(col(SentReferral.requested_at).desc()))


def moves(work: Work, referral_id: UUID) -> list[StoryLine]:
    """Who moved a referral when, the latest first."""
    statement = select(Happening).where(col(Happening.referral_id) == referral_id)
    lines = work.all(statement.order_by(col(Happening.at).desc(), col(Happening.id).desc()))
    return [_line(work, happening) for happening in lines]


def tried_so_far(work: Work, patient_id: UUID) -> str:
    """What has been tried, from the record and from what was written last by hand."""
    written = [referral.tried for referral in sent_about(work, patient_id)]
    written += [referral.tried for referral in _from_outside(work, patient_id)]
    return tried_in_words(work, patient_id, next((text for text in written if text), ""))


def _with_care(work: Work, referrals: Sequence[SentReferral]) -> list[Sent]:
    """Referrals with what became of them: two looks, however many there are."""
    wanted = [referral.id for referral in referrals]
    sessions: dict[UUID, list[SentSession]] = {each: [] for each in wanted}
    follow_ups: dict[UUID, list[SentFollowUp]] = {each: [] for each in wanted}
    held = select(SentSession).where(col(SentSession.referral_id).in_(wanted))
    for session in work.all(held.order_by(col(SentSession.number))):
        sessions[session.referral_id].append(session)
    planned = select(SentFollowUp).where(col(SentFollowUp.referral_id).in_(wanted))
    for follow_up in work.all(planned.order_by(col(SentFollowUp.due_on))):
        follow_ups[follow_up.referral_id].append(follow_up)
    return [_cared_for(each, sessions[each.id], follow_ups[each.id]) for each in referrals]


def _cared_for(
    referral: SentReferral, sessions: list[SentSession], follow_ups: list[SentFollowUp]
) -> Sent:
    states = [session.status for session in sessions]
    coming = sum(state in _COMING for state in states)
    over = len(states) - coming - states.count("cancelled")
    reported = referral.reported_at is not None
    owed = awaited(referral.status, referral.waits, reported, coming, over)
    return Sent(referral, sessions, follow_ups, owed)


def _from_outside(work: Work, patient_id: UUID) -> Sequence[Referral]:
    statement = select(Referral).where(col(Referral.patient_id) == patient_id)
    return work.all(statement.order_by(col(Referral.requested_at).desc()))


def _story(work: Work, patient_id: UUID) -> list[StoryLine]:
    """What happened to the patient in this service, the latest first."""
    happenings = work.all(select(Happening).where(col(Happening.patient_id) == patient_id))
    steps = work.session.exec(
        select(Step, Referral)
        .join(Referral, col(Referral.id) == col(Step.referral_id))
        .where(col(Referral.patient_id) == patient_id)
    ).all()
    # Identifiers grow with time: they put into order what happened in the same instant.
    lines = {happening.id: _line(work, happening) for happening in happenings}
    lines |= {step.id: _step(work, step, referral) for step, referral in steps}
    newest_first = sorted(lines.items(), key=lambda entry: (entry[1].at, entry[0]), reverse=True)
    return [line for _, line in newest_first]


def _line(work: Work, happening: Happening) -> StoryLine:
    service = title_of(work, happening.service)
    line = LINES[happening.what]
    return StoryLine(
        happening.at, line, happening.person or service, service, happening.referral_id
    )


def _step(work: Work, step: Step, referral: Referral) -> StoryLine:
    """A line of a referral from outside, as the discipline's own history has it."""
    who = who_is(work, step.by, referral)
    return StoryLine(step.at, Line(STEPS[step.what]), who, who)
