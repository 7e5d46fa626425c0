"""What a message does to a referral: open it, update it, withdraw it, or nothing."""

import json
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from services.interop.actions import people
from services.interop.rules import judging, matching
from services.interop.rules.message import CANCEL, ID_KEY, NUMBER_KEY, ReferralMessage
from services.interop.tables import (
    CANCELLED,
    NEW,
    OPEN,
    TAKEN_AS_NEW,
    UNCHANGED,
    UPDATED,
    OutsideReferral,
    ReferralKey,
)
from shared.database import insert_new
from shared.events import (
    OUTSIDE,
    Identity,
    ReferralCancelled,
    ReferralDetails,
    ReferralRequested,
    ReferralUpdated,
)
from shared.identifiers import new_id
from shared.patients.gone import DECEASED
from shared.work import Work

REASON_CODES = {"revoked": "withdrawn", "entered-in-error": "entered-in-error"}


def act(work: Work, message: ReferralMessage) -> tuple[str, OutsideReferral]:
    """Do what the message asks for; `MessageRefused` before anything was changed."""
    said = people.identity(message.patient)
    judging.check_birth_date(message, work.today)
    judging.check_death(message, work.today)
    referral = find(work, message)
    if referral is None:
        return _open(work, message, said)
    known = people.known_identity(work, referral.patient_id)
    judging.require_same_patient(message, matching.may_be_corrected(known, said))
    if message.reason == CANCEL:
        return _cancel(work, referral, message)
    judging.require_open(referral.state == OPEN)
    return _update(work, referral, message, said)


def find(work: Work, message: ReferralMessage) -> OutsideReferral | None:
    """The referral that the message is about: by business identifier, else by id.

    A referral that has a business identifier is not found by an id alone when the message
    brings another identifier: some senders use the same id in every message.
    """
    for key in message.referral_keys:
        found = work.find(ReferralKey, _digest(work, message, key))
        if found and not (_has_number(message) and _is_numbered_otherwise(work, found)):
            return work.find(OutsideReferral, found.referral_id)
    return None


def _has_number(message: ReferralMessage) -> bool:
    return message.referral_keys[0].startswith(NUMBER_KEY)


def _is_numbered_otherwise(work: Work, key: ReferralKey) -> bool:
    numbered = select(ReferralKey).where(
        col(ReferralKey.referral_id) == key.referral_id, col(ReferralKey.is_number)
    )
    return not key.is_number and work.first(numbered) is not None


def _digest(work: Work, message: ReferralMessage, key: str) -> str:
    return work.sealer.digest(f"{message.source}\n{key}")


def _open(work: Work, message: ReferralMessage, said: Identity) -> tuple[str, OutsideReferral]:
    judging.require_known(message)
    known = people.find(work, said)
    judging.require_name(message, known is not None)
    patient_id = known or new_id()
    referral = OutsideReferral(
        id=new_id(),
        patient_id=patient_id,
        performer=work.directory.front_door().name,
        content=_content(work, message),
        opened_by=message.reason,
        sent_at=message.sent_at,
    )
    work.add(referral)
    _name(work, message, referral.id, said_first=True)
    whole = people.keep(work, patient_id, said)
    work.announce(
        ReferralRequested(
            patient_id=patient_id,
            referral_id=referral.id,
            requester=OUTSIDE,
            performer=referral.performer,
            urgency=message.urgency,
            requested_at=work.now,
            identity=work.seal(whole, patient_id),
            details=work.seal(_details(message), patient_id),
            **_standing(message),
        )
    )
    return (TAKEN_AS_NEW if message.reason == "update" else NEW), referral


def _update(
    work: Work, referral: OutsideReferral, message: ReferralMessage, said: Identity
) -> tuple[str, OutsideReferral]:
    content = _content(work, message)
    if content == referral.content or judging.is_overtaken(
        message, referral.opened_by, referral.sent_at
    ):
        return UNCHANGED, referral
    referral.content, referral.sent_at = content, message.sent_at
    _name(work, message, referral.id)
    patient_id = referral.patient_id
    whole = people.keep(work, patient_id, said)
    work.announce(
        ReferralUpdated(
            **_about(referral),
            urgency=message.urgency,
            identity=work.seal(whole, patient_id),
            details=work.seal(_details(message), patient_id),
            **_standing(message),
        )
    )
    return UPDATED, referral


def _cancel(
    work: Work, referral: OutsideReferral, message: ReferralMessage
) -> tuple[str, OutsideReferral]:
    if referral.state == CANCELLED:
        return UNCHANGED, referral
    referral.state = CANCELLED
    reason = REASON_CODES[message.status]
    work.announce(ReferralCancelled(**_about(referral), reason_code=reason, **_standing(message)))
    return CANCELLED, referral


def note_end(work: Work, referral_id: UUID) -> None:
    """The performing service wrote down that the referrer took the referral back."""
    referral = work.find(OutsideReferral, referral_id)
    if referral is not None:
        referral.state = CANCELLED


def _about(referral: OutsideReferral) -> dict[str, Any]:
    return {
        "patient_id": referral.patient_id,
        "referral_id": referral.id,
        "requester": OUTSIDE,
        "performer": referral.performer,
    }


def _standing(message: ReferralMessage) -> dict[str, Any]:
    """What the sender says of a death; of the living nothing is said."""
    said = message.patient
    return (
        {"patient_status": DECEASED, "patient_status_on": said.deceased_on} if said.deceased else {}
    )


def _details(message: ReferralMessage) -> ReferralDetails:
    return ReferralDetails(
        question=message.wording.question or "—",
        reason=message.wording.reason,
        referrer=message.referrer.name,
        referrer_contact=message.referrer.contact,
    )


def _content(work: Work, message: ReferralMessage) -> str:
    patient = replace(message.patient, expression="")  # where it stands says nothing
    said = (message.referrer, message.wording)
    content = [patient.said(), *(asdict(part) for part in said), message.urgency]
    return work.sealer.digest(json.dumps(content, default=str, sort_keys=True))


def _name(
    work: Work, message: ReferralMessage, referral_id: UUID, said_first: bool = False
) -> None:
    """Remember under which names the sender knows the referral; the answer gave it ours, too."""
    keys = [*message.referral_keys, *([f"{ID_KEY}{referral_id}"] if said_first else [])]
    work.session.flush()
    for key in keys:
        row = {"digest": _digest(work, message, key), "referral_id": referral_id}
        number = {"is_number": key.startswith(NUMBER_KEY)}
        insert_new(work.session.connection(), ReferralKey, [{**row, **number}])
