"""A clock that jumped far holds all mails until a person says that they may go."""

from sqlalchemy import case, update
from sqlmodel import col, select

from services.reminders.rules import clocks, timing
from services.reminders.tables import SENDING, ClockReading, Hold, Mail
from shared.access.viewer import ADMINISTRATOR, COORDINATOR
from shared.clock import Running
from shared.errors import RuleBroken
from shared.i18n import N_
from shared.work import Work


def is_clock_changed(work: Work, running: Running) -> bool:
    """Whether the clock was put on or back since it was last noted, or was never noted here."""
    known = work.find(ClockReading, running.machine)
    if known is None:
        return True
    return clocks.is_noteworthy(clocks.jump(known.said, known.ran, work.now, running.seconds))


def note_clock(work: Work, running: Running) -> None:
    """Note what the clock says; mails are held after a jump forward, and hurried after one back."""
    known = work.find(ClockReading, running.machine)
    if known is None:
        known = ClockReading(machine=running.machine, said=work.now, ran=running.seconds)
        work.add(known)
        _hurry(work)  # the machine may have begun anew with another clock than before
    jumped = clocks.jump(known.said, known.ran, work.now, running.seconds)
    known.said, known.ran = work.now, running.seconds
    if clocks.is_doubtful(jumped) and not is_held(work):
        work.add(Hold(since=work.now, jumped_hours=jumped.total_seconds() / 3600))
    if clocks.went_back(jumped):
        _hurry(work)


def is_held(work: Work) -> bool:
    """Whether mails are held back."""
    return hold(work) is not None


def hold(work: Work) -> Hold | None:
    """Since when mails are held back, and why."""
    found: Hold | None = work.first(select(Hold).where(col(Hold.released_at).is_(None)))
    return found


def release(work: Work) -> None:
    """Somebody has looked at the clock: mails go again."""
    work.require(COORDINATOR, ADMINISTRATOR)
    # Two workers may have noted the same jump.
    every = work.all(select(Hold).where(col(Hold.released_at).is_(None)).with_for_update())
    if not every:
        raise RuleBroken(N_("No mail is held back any more."))
    for held in every:
        held.released_at = work.now
        held.released_by = work.viewer.member_id if work.viewer else None
    work.audit("release-mails", None)


def _hurry(work: Work) -> None:
    """What waits for a moment of the wrong clock is looked at now; nothing goes twice for it."""
    now = work.now
    lease = now + timing.LEASE
    work.session.execute(
        update(Mail)
        .where(col(Mail.changed_at) > now, col(Mail.next_try_at) > now)
        .values(next_try_at=case((col(Mail.state) == SENDING, lease), else_=now))
    )
