"""Taking a message in: exactly once, with a receipt that is the same each time it comes."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select

from services.interop.actions import referrals
from services.interop.rules.message import ReferralMessage
from services.interop.rules.refusal import Fault, MessageRefused
from services.interop.tables import (
    CANCELLED,
    NEW,
    REFUSED,
    TAKEN_AS_NEW,
    UNCHANGED,
    UPDATED,
    ReceivedMessage,
)
from shared.i18n import N_
from shared.work import Work

SENTENCES = {
    NEW: N_("The referral was received."),
    TAKEN_AS_NEW: N_("The referral was not known here and was received as a new one."),
    UPDATED: N_("The referral was updated."),
    UNCHANGED: N_("The referral was known like this already; nothing changed."),
    CANCELLED: N_("The referral was withdrawn."),
}


@dataclass(frozen=True)
class Receipt:
    """What the sender is told. `faults` is empty when the message was taken."""

    message_id: str
    status: int
    sentence: str
    referral_id: str = ""
    faults: Sequence[Fault] = ()


def receive(work: Work, message: ReferralMessage) -> Receipt:
    """Act on a message. One that was taken before changes nothing and gets the same receipt."""
    entry = _entry(work, message.fingerprint)
    if entry.outcome != REFUSED:
        return _receipt(entry)
    try:
        entry.outcome, referral = referrals.act(work, message)
    except MessageRefused as refused:
        return _refused(work, entry, refused)
    entry.status, entry.sentence = 200, SENTENCES[entry.outcome]
    entry.code = entry.expression = ""
    entry.referral_id, entry.patient_id = referral.id, referral.patient_id
    work.audit(f"message-{entry.outcome}", referral.patient_id)
    return _receipt(entry)


def refuse(work: Work, body: bytes, refused: MessageRefused) -> Receipt:
    """Keep that a message was refused, for the page that says why; nothing else is kept of it."""
    return _refused(work, _entry(work, body.hex()), refused)


def _entry(work: Work, content: str) -> ReceivedMessage:
    """The line of this message in the list: the one it has already, or a new one."""
    # The audit's head is locked from here on, so that two messages never meet half-way.
    work.audit("receive-message", None)
    digest = work.sealer.digest(content)
    entry = work.first(select(ReceivedMessage).where(col(ReceivedMessage.digest) == digest))
    if entry is None:
        entry = ReceivedMessage(
            digest=digest, received_at=work.now, last_at=work.now, sent_by=work.actor
        )
        work.add(entry)
        return entry
    found: ReceivedMessage = entry
    found.times, found.last_at = found.times + 1, work.now
    return found


def _refused(work: Work, entry: ReceivedMessage, refused: MessageRefused) -> Receipt:
    entry.outcome, entry.status, entry.code = REFUSED, refused.status, refused.code
    entry.expression, entry.sentence = refused.expression, refused.sentence
    work.audit("refuse-message", None, outcome=refused.code)
    return Receipt(str(entry.id), refused.status, refused.sentence, faults=refused.faults)


def _receipt(entry: ReceivedMessage) -> Receipt:
    return Receipt(str(entry.id), entry.status, entry.sentence, str(entry.referral_id or ""))
