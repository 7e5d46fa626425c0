"""The rules of mails that a member wishes: a known time zone, the daily mail outside quiet time."""

from datetime import time
from functools import cache
from zoneinfo import available_timezones

from shared.errors import Invalid
from shared.events import MailWishes
from shared.i18n import N_


@cache
def zones() -> tuple[str, ...]:
    """The time zones that a person can choose, by name."""
    places = (name for name in available_timezones() if "/" in name)
    return tuple(sorted(name for name in places if not name.startswith(("Etc/", "SystemV/"))))


def check_zone(zone: str) -> None:
    """A time zone of the list, or none: then that of the centre holds."""
    if zone and zone not in zones():
        sentence = N_("This time zone is not known. Write it as Europe/Paris, or leave it empty.")
        raise Invalid(sentence, field="zone")


def check_wishes(mails: MailWishes) -> None:
    """The daily mail does not come in the time in which no mail may come."""
    if is_quiet(mails, mails.digest_at):
        sentence = N_("The daily mail would come in your quiet time. Change one of them.")
        raise Invalid(sentence, field="digest_at")


def is_quiet(mails: MailWishes, at: time) -> bool:
    """Whether a time of day lies in the quiet time, which may go over midnight."""
    begins, ends = mails.quiet_from, mails.quiet_until
    if begins <= ends:
        return begins <= at < ends
    return at >= begins or at < ends
