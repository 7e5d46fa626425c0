"""Recognising a patient of the centre in a message, and learning who the patients are."""

from uuid import UUID

from sqlmodel import col, delete, select

from services.interop.rules import matching
from services.interop.rules.message import PatientIdentity
from services.interop.tables import KnownPerson
from shared import patients
from shared.database import insert_new
from shared.events import Identifier, Identity
from shared.work import Work


def identity(said: PatientIdentity) -> Identity:
    """The patient of a message in the words of the house."""
    numbers = tuple(Identifier(system=n.system, value=n.value) for n in said.identifiers)
    return Identity(
        family=said.family,
        given=said.given,
        birth_date=said.birth_date,
        sex=said.sex,
        phone=said.phone,
        email=said.email,
        address=said.address,
        doctor_name=said.doctor_name,
        doctor_contact=said.doctor_contact,
        identifiers=numbers,
    )


def find(work: Work, said: Identity) -> UUID | None:
    """The patient whom the message means, if the centre knows such a person without doubt."""
    by_number = _same(work, [matching.number(n) for n in said.identifiers], said)
    if by_number:
        # Of two records with one number the older one is meant.
        return by_number[0]
    by_name = _same(work, [matching.name_and_birth(said)], said)
    return by_name[0] if len(by_name) == 1 else None


def _same(work: Work, texts: list[str], said: Identity) -> list[UUID]:
    digests = [work.sealer.digest(text) for text in texts if text]
    known = select(KnownPerson.patient_id).where(col(KnownPerson.digest).in_(digests)).distinct()
    ids: list[UUID] = sorted(work.all(known))
    return [id_ for id_ in ids if matching.is_same(known_identity(work, id_), said)]


def known_identity(work: Work, patient_id: UUID) -> Identity:
    """Who the patient is, by what this service has heard."""
    return patients.identity_of(patients.read(work, patient_id))


def keep(work: Work, patient_id: UUID, said: Identity) -> Identity:
    """Add what a message says of a patient to what is known, and return the whole."""
    whole = patients.identity_of(patients.merge(work, patient_id, said))
    _recognise_by(work, patient_id, whole)
    return whole


def learn(work: Work, patient_id: UUID, whole: Identity) -> None:
    """The centre says who a patient is: that replaces what was known."""
    patients.store(work, patient_id, whole)
    work.session.execute(delete(KnownPerson).where(col(KnownPerson.patient_id) == patient_id))
    _recognise_by(work, patient_id, whole)


def _recognise_by(work: Work, patient_id: UUID, whole: Identity) -> None:
    texts = [*map(matching.number, whole.identifiers), matching.name_and_birth(whole)]
    rows = [{"digest": work.sealer.digest(t), "patient_id": patient_id} for t in texts if t]
    work.session.flush()
    insert_new(work.session.connection(), KnownPerson, rows)
