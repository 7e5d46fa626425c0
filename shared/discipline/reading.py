"""Reading a referral with all that belongs to it, for those who may."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol
from uuid import UUID

from sqlmodel import col, select

from shared.access.viewer import COORDINATOR
from shared.discipline.tables import CareSession, FollowUp, Referral, Step
from shared.patients import Patient
from shared.service import NamePlate
from shared.work import Work


def require_colleague(work: Work) -> None:
    """Only those who work in this unit, in one of its roles, change anything here."""
    work.require(*work.directory.plate(work.service).roles, unit=work.service)


def require_reader(work: Work) -> None:
    """The coordinator may read as well."""
    if work.viewer is None or not work.viewer.has(COORDINATOR):
        require_colleague(work)


def may_change(work: Work) -> bool:
    """Whether the viewer works in this unit, and so finds the buttons on its pages."""
    viewer, plate = work.viewer, work.directory.plate(work.service)
    return viewer is not None and viewer.has(*plate.roles) and work.service in viewer.units


class OfPatient(Protocol):
    """Any record of a patient."""

    patient_id: UUID


def patients_of(work: Work, records: Iterable[OfPatient]) -> Mapping[UUID, Patient]:
    """The patients of some records, by id."""
    wanted = {record.patient_id for record in records}
    found = work.all(select(Patient).where(col(Patient.id).in_(wanted)))
    return {patient.id: patient for patient in found}


def sessions_of(work: Work, referral_id: UUID) -> Sequence[CareSession]:
    """The sessions of a referral in the order of their times."""
    statement = select(CareSession).where(col(CareSession.referral_id) == referral_id)
    return work.all(statement.order_by(col(CareSession.starts_at), col(CareSession.number)))


def follow_ups_of(work: Work, referral_id: UUID) -> Sequence[FollowUp]:
    """The follow-ups of a referral in the order of their days."""
    statement = select(FollowUp).where(col(FollowUp.referral_id) == referral_id)
    return work.all(statement.order_by(col(FollowUp.due_on), col(FollowUp.id)))


def history_of(work: Work, referral_id: UUID) -> Sequence[Step]:
    """What happened to a referral in this service, the latest first."""
    statement = select(Step).where(col(Step.referral_id) == referral_id)
    return work.all(statement.order_by(col(Step.at).desc(), col(Step.id).desc()))


def moves_of(work: Work, session_id: UUID) -> Sequence[Step]:
    """Where a session was before, the latest move first."""
    statement = select(Step).where(
        col(Step.subject) == session_id, col(Step.what) == "session-moved"
    )
    return work.all(statement.order_by(col(Step.at).desc(), col(Step.id).desc()))


def onward(work: Work, referral: Referral) -> list[NamePlate]:
    """The services that could help instead: neither this one nor the one that asked."""
    others = work.directory.taking_referrals(besides=work.service)
    return [plate for plate in others if plate.name != referral.requester]
