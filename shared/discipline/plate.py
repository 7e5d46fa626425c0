"""The name plate of a discipline: its title and who works in it; the rest is alike for all."""

from shared.events import (
    ConcernRaised,
    Event,
    FollowUpCancelled,
    FollowUpDone,
    FollowUpPlanned,
    MeasurementRecorded,
    NoteShared,
    ReferralAccepted,
    ReferralCancelled,
    ReferralClosed,
    ReferralCompleted,
    ReferralFailed,
    ReferralHeld,
    ReferralReceived,
    ReferralRejected,
    ReferralResumed,
    ReportSent,
    SessionArrived,
    SessionBooked,
    SessionCancelled,
    SessionCompleted,
    SessionInterrupted,
    SessionMissed,
    SessionMoved,
)
from shared.i18n import N_
from shared.service import NamePlate, Page

ANNOUNCES: tuple[type[Event], ...] = (
    ConcernRaised,
    FollowUpCancelled,
    FollowUpDone,
    FollowUpPlanned,
    MeasurementRecorded,
    NoteShared,
    ReferralAccepted,
    ReferralCancelled,
    ReferralClosed,
    ReferralCompleted,
    ReferralFailed,
    ReferralHeld,
    ReferralReceived,
    ReferralRejected,
    ReferralResumed,
    ReportSent,
    SessionArrived,
    SessionBooked,
    SessionCancelled,
    SessionCompleted,
    SessionInterrupted,
    SessionMissed,
    SessionMoved,
)
"""What every discipline tells the others."""


def discipline_plate(
    package: str,
    *,
    title: str,
    title_fr: str,
    roles: tuple[str, ...],
    announces: tuple[type[Event], ...] = (),
    pages: tuple[Page, ...] = (),
) -> NamePlate:
    """The plate of the service in this folder; `package` is the folder's `__name__`.

    `announces`: what only this discipline tells; `pages`: what it adds to the navigation.
    """
    name = package.rpartition(".")[2]
    return NamePlate(
        name,
        title=title,
        title_fr=title_fr,
        takes_referrals=True,
        roles=roles,
        pages=(
            Page(f"/{name}/worklist", N_("Worklist"), roles, rank=30),
            Page(f"/{name}/sessions", N_("Agenda"), roles, rank=40),
            *pages,
        ),
        announces=ANNOUNCES + announces,
    )
