"""Reports to the doctor who sent the patient: kept as they were sent, and recorded as sent."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select

from services.pain_physician import forms
from services.pain_physician.actions.permission import may_act
from services.pain_physician.actions.story import tell
from services.pain_physician.rules import standing as rules
from services.pain_physician.tables import Letter
from shared.discipline import actions as discipline
from shared.discipline.tables import Referral
from shared.discipline.wording import language_of
from shared.errors import Invalid, NotFound
from shared.events import OUTSIDE
from shared.i18n import N_
from shared.patients.rules import words
from shared.patients.tables import Patient
from shared.work import Work


def send_letter(work: Work, patient_id: UUID, entry: forms.NewLetter) -> Letter:
    """Keep a report as it is sent; of a referral from outside that waits for it, it is the report.

    With an outcome it completes the referral as well. Whoever has had the report of a referral
    gets a further letter, which is kept beside it.
    """
    may_act(work)
    patient = work.get(Patient, patient_id)
    rules.refuse_letter_to_the_dead(patient.status, words(patient.name), words(entry.addressee))
    if entry.referral_id is not None:
        _report(work, _outside(work, patient_id, entry.referral_id), entry)
    elif entry.outcome_code:
        raise Invalid(N_("There is no referral from outside to complete."), field="outcome_code")
    letter = Letter(
        **entry.model_dump(exclude={"outcome_code"}),
        patient_id=patient_id,
        language=language_of(work),
        sent_at=work.now,
        sent_by=work.viewer.name if work.viewer else "",
    )
    work.add(letter)
    tell(work, patient_id, "letter-sent")
    return letter


def letters_of(work: Work, patient_id: UUID) -> Sequence[Letter]:
    """The letters about a patient, the latest first."""
    statement = select(Letter).where(col(Letter.patient_id) == patient_id)
    return work.all(statement.order_by(col(Letter.sent_at).desc()))


def _outside(work: Work, patient_id: UUID, referral_id: UUID) -> Referral:
    referral = work.get(Referral, referral_id)
    if referral.patient_id != patient_id or referral.requester != OUTSIDE:
        raise NotFound
    return referral


def _report(work: Work, referral: Referral, entry: forms.NewLetter) -> None:
    """What the referral owes is done by the actions of all disciplines, with their events."""
    if entry.outcome_code:
        discipline.complete(work, referral.id, entry.outcome_code, entry.text)
    elif referral.status == "completed" and not referral.report:
        discipline.send_report(work, referral.id, entry.text)
