"""What the clock starts: handing over the mails that are due, and looking what became of them."""

from datetime import datetime

from services.reminders import actions
from shared import tracing
from shared.faults import reach
from shared.logs import note
from shared.mail import Accepted, NotAccepted
from shared.mail.mailbox import Arrived, MailboxAway, opened
from shared.mail.returned import read_returned
from shared.service import Jobs, WorkPlace

jobs = Jobs()
jobs.needs_a_person = actions.needs_a_person


@jobs.every_outside(seconds=5)
def send_due_mails(place: WorkPlace) -> bool:
    """Hand over what is due first. No transaction is open while the mail server is waited for."""
    claimed = _claim(place)
    if claimed is None:
        place.mailer.close()
        return False
    reach("mail.claimed")
    begun = place.now()
    tried = [(one, _hand_over(place, one, begun)) for one in claimed]
    _record(place, tried)
    return True


def _claim(place: WorkPlace) -> list[actions.Claimed] | None:
    """What is ours to send now; a clock that jumped is noted before anything is taken."""
    running = place.running()
    with place.look() as work:
        changed = actions.is_clock_changed(work, running)
        due = actions.is_anything_due(work)
    if changed:
        with place.work() as work:
            actions.note_clock(work, running)
    if not due and not changed:
        return None
    with place.work() as work:
        return actions.claim(work)


def _hand_over(place: WorkPlace, claimed: actions.Claimed, begun: datetime) -> actions.Outcome:
    """One mail to one person; it goes back when its time is over or something in it has ended."""
    with tracing.following(claimed.trace or tracing.here()):
        if not actions.is_time_left(begun, place.now()) or not _may_still_go(place, claimed):
            return actions.GivenBack()
        outcome = _try(place, claimed)
        note("mail.tried", mail_id=str(claimed.mail_id), outcome=type(outcome).__name__)
        reach("mail.tried")
        return outcome


def _may_still_go(place: WorkPlace, claimed: actions.Claimed) -> bool:
    with place.look() as work:
        return actions.may_still_go(work, claimed)


def _try(place: WorkPlace, claimed: actions.Claimed) -> Accepted | NotAccepted:
    try:
        return place.mailer.send(claimed.message)
    except NotAccepted as answer:
        return answer


def _record(place: WorkPlace, tried: list[tuple[actions.Claimed, actions.Outcome]]) -> None:
    """All in one transaction: what is taken together shares its trace, or has none."""
    if tried:
        with tracing.following(tried[0][0].trace or tracing.here()), place.work() as work:
            actions.record(work, tried)


@jobs.every_outside(seconds=60)
def compare_with_what_was_asked(place: WorkPlace) -> bool:
    """Once a day: is every matter that somebody must hear of told, or on its way?"""
    with place.look() as work:
        if not actions.is_comparison_due(work):
            return False
    with place.work() as work:
        if actions.is_comparison_due(work):
            actions.compare(work)
    return False


@jobs.every_outside(seconds=60)
def hear_of_bounces(place: WorkPlace) -> bool:
    """Read what mail servers report of mails that they took, where a mailbox for it is set."""
    if not place.settings.bounces_url:
        return False
    with place.look() as work:
        position = actions.read_up_to(work)
    try:
        _read_mailbox(place, position)
    except MailboxAway as reason:
        with place.work() as work:
            actions.note_trouble(work, reason)
    return False


def _read_mailbox(place: WorkPlace, position: str) -> None:
    """First it is written down here, then marked there: a crash in between repeats, and loses not.

    What nobody of ours wrote stays as it is, not even marked as read.
    """
    with opened(place.settings) as mailbox:
        for arrived in mailbox.after(position):
            position = arrived.position
            reach("bounce.read")
            if _was_ours(place, arrived):
                reach("bounce.written-down")
                mailbox.mark(arrived)
    with place.work() as work:
        actions.note_read(work, position)


def _was_ours(place: WorkPlace, arrived: Arrived) -> bool:
    returned = read_returned(arrived.raw)
    if returned is None:
        return False
    with place.work() as work:
        return actions.take_back(work, returned, arrived.position)
