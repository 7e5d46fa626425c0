"""Who owes the next word on a referral that was sent: its sender, or the service that has it."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.pain_physician.rules import referrals
from shared.i18n import N_


@dataclass(frozen=True)
class Awaited:
    """One thing that somebody owes. `by_sender`: it is owed by whoever referred the patient."""

    by_sender: bool
    what: str


_BY_STATE: Mapping[str, Awaited] = {
    referrals.REQUESTED: Awaited(False, N_("to receive the referral")),
    referrals.RECEIVED: Awaited(False, N_("to answer the referral")),
    referrals.ON_HOLD: Awaited(True, N_("to answer the question")),
}
_BOOKED = Awaited(False, N_("to give the sessions that are booked"))
_NOT_BOOKED = Awaited(False, N_("to book the first session"))
_NOT_PLANNED = Awaited(False, N_("to plan what comes next"))
_REPORT = Awaited(False, N_("to report back"))
_READ = Awaited(True, N_("to read the report and say the next step"))
_DECIDE = Awaited(True, N_("to say the next step"))


def awaited(state: str, waits: bool, reported: bool, booked: int, ended: int) -> Awaited | None:
    """What is awaited now, or None when nobody owes anything on this referral.

    `waits`: something waits for the sender. `booked` sessions are still to come, `ended` are over.
    """
    if state in _BY_STATE:
        return _BY_STATE[state]
    if waits:
        return _READ if reported else _DECIDE
    if state in referrals.OPEN:
        return _in_care(booked, ended)
    return _REPORT if state == referrals.COMPLETED and not reported else None


def _in_care(booked: int, ended: int) -> Awaited:
    if booked:
        return _BOOKED
    return _NOT_PLANNED if ended else _NOT_BOOKED
