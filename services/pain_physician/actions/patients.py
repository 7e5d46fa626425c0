"""Registering a patient, correcting who it is, and taking one on who comes from outside."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import String, cast, or_
from sqlalchemy.sql import Select
from sqlmodel import col, select

from services.pain_physician import forms
from services.pain_physician.actions.permission import may_act
from services.pain_physician.actions.standing import announce_change, hear_of_death
from services.pain_physician.actions.story import tell
from services.pain_physician.rules import identity as rules
from services.pain_physician.tables import NumberSeries
from shared import patients
from shared.database import insert_new
from shared.errors import NotFound, RuleBroken
from shared.events import (
    OUTSIDE,
    Identity,
    PatientRegistered,
    ReferralRequested,
    ReferralUpdated,
)
from shared.i18n import N_
from shared.identifiers import new_id
from shared.patients.rules import words
from shared.patients.tables import Patient
from shared.work import Work

_SERIES = "centre"


def register(work: Work, entry: forms.Register) -> Patient:
    """Register a patient; somebody who may be registered already only when that was seen."""
    may_act(work)
    rules.check_birth_date(entry.birth_date, work.today)
    if not entry.anyway and alike(work, entry.identity()):
        raise RuleBroken(
            N_("This person may be registered already. Open that record, or register anyway."),
            field="anyway",
        )
    patient = patients.store(work, new_id(), entry.identity(next_number(work)))
    _announce_new(work, patient)
    tell(work, patient.id, "registered")
    return patient


def correct(work: Work, patient_id: UUID, entry: forms.Correct) -> Patient:
    """Correct who the patient is, unless somebody else did so meanwhile."""
    may_act(work)
    patient = _locked(work, patient_id)
    if entry.version != patient.version:
        raise RuleBroken(
            N_("Somebody changed this record after you opened the page. Please look again."),
        )
    rules.check_birth_date(entry.birth_date, work.today)
    known = patients.identity_of(patient)
    patients.store(work, patient_id, entry.identity(known.number, known.identifiers))
    if patients.identity_of(patient) != known:
        announce_change(work, patient)
        tell(work, patient_id, "corrected")
    return patient


def alike(work: Work, identity: Identity, besides: UUID | None = None) -> list[Patient]:
    """Patients with the same name and birth date, or with an identifier of this one."""
    found: Sequence[Patient] = work.all(_perhaps_alike(identity))
    return [other for other in found if other.id != besides and _is_alike(other, identity)]


def _perhaps_alike(identity: Identity) -> Select[Any]:
    values = ["".join(number.value.split()) for number in identity.identifiers]
    stored = cast(col(Patient.identifiers), String)
    same_number = [stored.contains(value, autoescape=True) for value in values]
    return select(Patient).where(or_(col(Patient.birth_date) == identity.birth_date, *same_number))


def _is_alike(other: Patient, identity: Identity) -> bool:
    theirs = patients.identity_of(other)
    same_day = other.birth_date is not None and other.birth_date == identity.birth_date
    return rules.share_identifier(_pairs(theirs), _pairs(identity)) or (
        same_day and _name(theirs) == _name(identity)
    )


def _pairs(identity: Identity) -> list[tuple[str, str]]:
    return [(number.system, number.value) for number in identity.identifiers]


def _name(identity: Identity) -> list[str]:
    return words(f"{identity.family} {identity.given}")


def next_number(work: Work) -> str:
    """The next number of the centre. A number that a refused work took is not given again."""
    start = {"name": _SERIES, "last": rules.FIRST_NUMBER - 1}
    insert_new(work.session.connection(), NumberSeries, [start])
    series = work.hold(NumberSeries, _SERIES)
    if series is None:
        raise NotFound
    series.last += 1
    return rules.shown_number(series.last)


def take_on(work: Work, event: ReferralRequested) -> None:
    """A referral from outside: whoever is not known yet becomes a patient of the centre."""
    known = _merge(work, event)
    if known is None:
        return
    if not known.number:
        identity = patients.identity_of(known).model_copy(update={"number": next_number(work)})
        patients.store(work, known.id, identity)
        _announce_new(work, known)
        tell(work, known.id, "came-from-outside", OUTSIDE, event.referral_id)
    hear_of_death(work, event)


def follow_correction(work: Work, event: ReferralUpdated) -> None:
    """The outside referrer corrected the referral, and perhaps who the patient is."""
    _merge(work, event)
    hear_of_death(work, event)


def _merge(work: Work, event: ReferralRequested | ReferralUpdated) -> Patient | None:
    if event.requester != OUTSIDE:
        return None
    before = work.find(Patient, event.patient_id)
    version = before.version if before else None
    said = work.open(event.identity, Identity, event.patient_id)
    patient = patients.merge(work, event.patient_id, said)
    if version is not None and patient.version != version:
        announce_change(work, patient)
        tell(work, patient.id, "corrected-outside", OUTSIDE, event.referral_id)
    return patient


def _locked(work: Work, patient_id: UUID) -> Patient:
    patient = work.hold(Patient, patient_id)
    if patient is None:
        raise NotFound
    return patient


def _announce_new(work: Work, patient: Patient) -> None:
    identity = work.seal(patients.identity_of(patient), patient.id)
    work.announce(PatientRegistered(patient_id=patient.id, identity=identity))
