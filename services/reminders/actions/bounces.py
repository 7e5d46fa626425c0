"""What mail servers report later: a mail that was accepted did not arrive, or is late."""

import structlog
from sqlmodel import col, select

from services.reminders.actions.envelopes import mail_id_of
from services.reminders.actions.outcomes import fail
from services.reminders.tables import ACCEPTED, BOUNCED, SENDING, UNCERTAIN, BounceBox, Mail
from shared.mail.mailbox import MailboxAway
from shared.mail.returned import Returned
from shared.work import Work

logger = structlog.get_logger()

_LATER = " / "
"""Between what the server said when it took the mail, and what was reported later."""


def read_up_to(work: Work) -> str:
    """How far the mailbox was read; a Maildir never further than the present second.

    A mail that a wrong clock named would else hide all that come until then.
    """
    box = work.find(BounceBox, work.settings.bounces_url)
    position = box.position if box else ""
    if position.isdecimal():
        return str(min(int(position), int(work.now.timestamp())))
    return position


def note_read(work: Work, position: str) -> None:
    """The mailbox was read up to here, and can be read."""
    box = _box(work)
    if box.trouble:
        logger.info("bounces.readable-again")
    box.position, box.read_at = position, work.now
    box.trouble, box.troubled_since = "", None


def note_trouble(work: Work, reason: MailboxAway) -> None:
    """The mailbox cannot be read: said in the log once, and above the mails as long as it is so."""
    box = _box(work)
    if box.trouble != reason.words:
        logger.warning("bounces.not-readable", reason=reason.words)
    box.troubled_since = box.troubled_since or work.now
    box.trouble = reason.words


def trouble(work: Work) -> BounceBox | None:
    """The mailbox, when it cannot be read."""
    wanted = select(BounceBox).where(col(BounceBox.url) == work.settings.bounces_url)
    box: BounceBox | None = work.first(wanted.where(col(BounceBox.trouble) != ""))
    return box


def take_back(work: Work, returned: Returned, position: str) -> bool:
    """Write down what a server reports; False when it is about no mail of ours.

    The same report twice changes nothing: a mailbox may be read again after a crash.
    """
    mail_id = mail_id_of(work, returned.reference)
    mail = work.hold(Mail, mail_id) if mail_id else None
    if mail is not None:
        _settle(work, mail, returned)
        note_read(work, position)
    return mail is not None


def _settle(work: Work, mail: Mail, returned: Returned) -> None:
    said = mail.server_words.partition(_LATER)[0]
    mail.server_words = f"{said}{_LATER}{returned.words}" if said else returned.words
    mail.changed_at = work.now
    # One that is tried again, was withdrawn or has failed already is on its way or seen.
    if returned.failed and mail.state in (ACCEPTED, SENDING, UNCERTAIN):
        fail(work, mail, BOUNCED, "bounced")


def _box(work: Work) -> BounceBox:
    box = work.find(BounceBox, work.settings.bounces_url)
    if box is None:
        box = BounceBox(url=work.settings.bounces_url)
        work.add(box)
    return box
