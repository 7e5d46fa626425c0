"""Storing, finding and showing the identity of a patient."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select

from shared.events import Identifier, Identity
from shared.patients.rules import search_key, words
from shared.patients.tables import Patient
from shared.work import Work


def store(work: Work, patient_id: UUID, identity: Identity) -> Patient:
    """Keep who the patient is; a patient who is known already is corrected."""
    values = identity.model_dump(exclude={"identifiers"})
    values["identifiers"] = [number.model_dump() for number in identity.identifiers]
    values["search_key"] = search_key(identity.family, identity.given, identity.number)
    patient = work.find(Patient, patient_id)
    if patient is None:
        patient = Patient(id=patient_id, **values)
        work.add(patient)
    elif identity_of(patient) != identity:
        patient.sqlmodel_update(values)
        patient.version += 1
    return patient


def merge(work: Work, patient_id: UUID, said: Identity) -> Patient:
    """Keep what a referrer says of the patient: it fills in and corrects, it takes nothing away."""
    patient = work.find(Patient, patient_id)
    if patient is None:
        return store(work, patient_id, said)
    known = identity_of(patient)
    told = {
        name: value
        for name, value in said.model_dump().items()
        if value not in ("", None, "unknown")
    }
    told["identifiers"] = tuple(dict.fromkeys((*known.identifiers, *said.identifiers)))
    return store(work, patient_id, known.model_copy(update=told))


def update_if_known(work: Work, patient_id: UUID, identity: Identity) -> None:
    """Correct a patient of this service; others are none of its business."""
    if work.find(Patient, patient_id) is not None:
        store(work, patient_id, identity)


def read(work: Work, patient_id: UUID) -> Patient:
    """The patient, or `NotFound`. Whoever shows the record audits it."""
    return work.get(Patient, patient_id)


def search(work: Work, text: str, limit: int = 50) -> Sequence[Patient]:
    """Patients whose names or number begin like every word of the text, in the order of names."""
    statement = select(Patient).order_by(col(Patient.family), col(Patient.given), col(Patient.id))
    for word in words(text):
        statement = statement.where(col(Patient.search_key).contains(f" {word}", autoescape=True))
    return work.all(statement.limit(limit))


def identity_of(patient: Patient) -> Identity:
    """The identity as it travels in events."""
    values = patient.model_dump(include=set(Identity.model_fields) - {"identifiers"})
    return Identity(**values, identifiers=tuple(Identifier(**i) for i in patient.identifiers))
