"""The list of patients, the answers that wait for the physician, and the news of the others."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from services.pain_physician.actions.concerns import open_concerns
from services.pain_physician.rules.story import NEWS
from services.pain_physician.tables import Assessment, Concern, Happening, SentReferral
from shared import patients
from shared.patients import Patient
from shared.work import Work

MOST = 50
"""Patients on one page; whoever is not among them is found by name or number."""
NEWS_DAYS = 7
NEWS_LINES = 8


@dataclass(frozen=True)
class Row:
    """One patient of the list, with what is going on."""

    patient: Patient
    cause: str = ""
    sent: list[SentReferral] = field(default_factory=list)
    last_at: datetime | None = None


@dataclass(frozen=True)
class Waiting:
    """Something that waits for the physician: an answer to a referral, or a concern."""

    patient: Patient
    since: datetime
    sent: SentReferral | None = None
    concern: Concern | None = None


@dataclass(frozen=True)
class News:
    """What another service did, of late."""

    patient: Patient
    happening: Happening


def count(work: Work) -> int:
    """How many patients the centre has."""
    return int(work.first(select(func.count()).select_from(Patient)) or 0)


def rows(work: Work, text: str = "") -> list[Row]:
    """The patients whom a text finds, or without one those about whom something happened last."""
    found = patients.search(work, text, MOST) if text else _latest(work)
    ids = [patient.id for patient in found]
    causes, sent, last = _causes(work, ids), _sent(work, ids), _last(work, ids)
    return [Row(p, causes.get(p.id, ""), sent.get(p.id, []), last.get(p.id)) for p in found]


def waiting(work: Work) -> list[Waiting]:
    """What waits for the physician: concerns first, then the oldest answer."""
    concerns = open_concerns(work)
    answers: Sequence[SentReferral] = work.all(
        select(SentReferral).where(col(SentReferral.waits)).order_by(col(SentReferral.changed_at))
    )
    about = {concern.patient_id for concern in concerns} | {sent.patient_id for sent in answers}
    known = _patients(work, about)
    return [
        *(Waiting(known[c.patient_id], c.raised_at, concern=c) for c in concerns),
        *(Waiting(known[s.patient_id], s.reported_at or s.changed_at, sent=s) for s in answers),
    ]


def news(work: Work) -> list[News]:
    """What the others did in the last days, the latest first."""
    statement = select(Happening).where(
        col(Happening.what).in_(NEWS), col(Happening.at) > work.now - timedelta(days=NEWS_DAYS)
    )
    lines: Sequence[Happening] = work.all(
        statement.order_by(col(Happening.at).desc(), col(Happening.id).desc()).limit(NEWS_LINES)
    )
    known = _patients(work, {line.patient_id for line in lines})
    return [News(known[line.patient_id], line) for line in lines]


def _latest(work: Work) -> Sequence[Patient]:
    last = select(func.max(Happening.at)).where(col(Happening.patient_id) == col(Patient.id))
    newest_first = last.scalar_subquery().desc().nulls_last()
    return work.all(select(Patient).order_by(newest_first, col(Patient.id)).limit(MOST))


def _patients(work: Work, ids: set[UUID]) -> dict[UUID, Patient]:
    return {found.id: found for found in work.all(select(Patient).where(col(Patient.id).in_(ids)))}


def _causes(work: Work, ids: Iterable[UUID]) -> dict[UUID, str]:
    """The cause of each patient's pain, from the last assessment."""
    statement = select(Assessment).where(col(Assessment.patient_id).in_(ids))
    oldest_first: Sequence[Assessment] = work.all(statement.order_by(col(Assessment.recorded_at)))
    return {assessment.patient_id: assessment.cause for assessment in oldest_first}


def _sent(work: Work, ids: Iterable[UUID]) -> dict[UUID, list[SentReferral]]:
    statement = select(SentReferral).where(col(SentReferral.patient_id).in_(ids))
    found: dict[UUID, list[SentReferral]] = {}
    for sent in work.all(statement.order_by(col(SentReferral.requested_at).desc())):
        found.setdefault(sent.patient_id, []).append(sent)
    return found


def _last(work: Work, ids: Iterable[UUID]) -> dict[UUID, datetime]:
    """When something last happened to each patient."""
    last = func.max(Happening.at)
    statement = (
        select(Happening.patient_id, last)
        .where(col(Happening.patient_id).in_(ids))
        .group_by(col(Happening.patient_id))
    )
    return dict(work.session.exec(statement).all())
