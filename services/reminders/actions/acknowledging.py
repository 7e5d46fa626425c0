"""What the link of a mail opens: what waits, where it is done, and saying that one takes care."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.reminders.rules import places, wording
from services.reminders.tables import Matter, Reminder
from shared.access.viewer import COORDINATOR, Viewer
from shared.errors import NotAllowed, NotFound, RuleBroken
from shared.events import ReminderAcknowledged
from shared.i18n import N_
from shared.work import Work


@dataclass(frozen=True)
class Opened:
    """One thing that somebody was reminded of, as it stands now."""

    reminder_id: UUID
    reference: str
    task: str
    reason: str
    debtor: str
    creditor: str
    due_at: datetime
    urgent: bool
    version: int
    is_open: bool
    page: str
    """Where it is done."""
    acknowledged_at: datetime | None
    is_own: bool
    """Whether this reader is the one who was told."""


def is_reminder(work: Work, reminder_id: UUID) -> bool:
    """Whether a link is about something that is owed; else it is about an appointment."""
    return work.find(Reminder, reminder_id) is not None


def open_reminder(work: Work, reminder_id: UUID) -> Opened:
    """What the link of a mail shows to whoever was told, and to coordinators. Changes nothing."""
    reminder, matter, viewer = _found(work, reminder_id)
    is_own = viewer.member_id == reminder.member_id
    return Opened(
        reminder_id=reminder.id,
        reference=wording.reference(matter.obligation_id),
        task=wording.task(matter.what),
        reason=wording.reason(reminder.step, reminder.part),
        debtor=matter.debtor,
        creditor=matter.creditor,
        due_at=matter.due_at,
        urgent=matter.urgent,
        version=matter.version,
        is_open=matter.open,
        page=places.page(reminder.part if is_own else "coordinator", matter),
        acknowledged_at=reminder.acknowledged_at,
        is_own=is_own,
    )


def take_care(work: Work, reminder_id: UUID, version: int) -> None:
    """The member who was told says: I take care of it. Once, and only of what he or she saw."""
    reminder, matter, viewer = _found(work, reminder_id)
    if viewer.member_id != reminder.member_id:
        raise NotAllowed(N_("Only whoever was told can say this."))
    work.session.refresh(reminder, with_for_update=True)  # the button may be pressed twice at once
    if not matter.open:
        raise RuleBroken(N_("It is done, or no longer asked of you."))
    if reminder.acknowledged_at is not None:
        raise RuleBroken(N_("You have said so already."))
    if version != matter.version:
        raise RuleBroken(N_("It has changed since you opened this page. Look at it once more."))
    reminder.acknowledged_at = work.now
    work.audit("acknowledge-reminder", reminder.patient_id)
    work.announce(
        ReminderAcknowledged(
            patient_id=reminder.patient_id,
            reminder_id=reminder.id,
            obligation_id=reminder.obligation_id,
            member_id=viewer.member_id,
        )
    )


def try_to_take_care(work: Work, reminder_id: UUID, version: int) -> RuleBroken | None:
    """The same; whoever says it too late or twice leaves a trace, and is told why."""
    try:
        take_care(work, reminder_id, version)
    except RuleBroken as refusal:
        reminder, _, _ = _found(work, reminder_id)
        work.audit("acknowledge-reminder", reminder.patient_id, "refused")
        return refusal
    return None


def _found(work: Work, reminder_id: UUID) -> tuple[Reminder, Matter, Viewer]:
    reminder = work.get(Reminder, reminder_id)
    if work.viewer is None:
        raise NotFound
    if work.viewer.member_id != reminder.member_id and not work.viewer.has(COORDINATOR):
        raise NotFound
    return reminder, work.get(Matter, reminder.obligation_id), work.viewer
