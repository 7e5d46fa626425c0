"""What speaks against a message that is well written, once it meets what is known here."""

from datetime import date, datetime

from services.interop.rules.message import CANCEL, NEW, UPDATE, ReferralMessage
from services.interop.rules.refusal import CONFLICT, NOT_FOUND, Fault, MessageRefused, not_taken
from shared.i18n import N_

UNKNOWN_REFERRAL = N_("There is no referral here that this message could withdraw.")
OTHER_PATIENT = N_("This referral is known here for another patient. Give the new one its own id.")
WITHDRAWN = N_("This referral was withdrawn. Send a new one with an identifier of its own.")
NO_NAME = N_("The patient is not known here yet and has no name in the message.")
NOT_BORN_YET = N_("The date of birth lies in the future.")
NOT_DEAD_YET = N_("The date of death lies in the future.")

FOCUS = "Bundle.entry[0].resource.ofType(MessageHeader).focus"


def check_birth_date(message: ReferralMessage, today: date) -> None:
    born = message.patient.birth_date
    if born is not None and born > today:
        raise not_taken(f"{message.patient.expression}.birthDate", NOT_BORN_YET, "value")


def check_death(message: ReferralMessage, today: date) -> None:
    died = message.patient.deceased_on
    if died is not None and died > today:
        raise not_taken(f"{message.patient.expression}.deceased", NOT_DEAD_YET, "value")


def require_known(message: ReferralMessage) -> None:
    """Only a referral that came before can be withdrawn; an update also opens one.

    An update carries the whole referral. If its first message was lost on the way, refusing the
    second would lose the patient as well.
    """
    if message.reason == CANCEL:
        raise MessageRefused(Fault(NOT_FOUND, "not-found", FOCUS, UNKNOWN_REFERRAL))


def require_name(message: ReferralMessage, patient_is_known: bool) -> None:
    if not patient_is_known and not message.patient.family:
        raise not_taken(f"{message.patient.expression}.name", NO_NAME, "required")


def require_same_patient(message: ReferralMessage, is_same: bool) -> None:
    if not is_same:
        place = message.patient.expression
        raise MessageRefused(Fault(CONFLICT, "conflict", place, OTHER_PATIENT))


def require_open(is_open: bool) -> None:
    if not is_open:
        raise MessageRefused(Fault(CONFLICT, "conflict", FOCUS, WITHDRAWN))


def is_overtaken(message: ReferralMessage, opened_by: str, last: datetime | None) -> bool:
    """Whether this is the first message of a referral that a later one has opened already."""
    if message.reason != NEW or opened_by != UPDATE or not last or not message.sent_at:
        return False
    return message.sent_at < last
