"""When mails go: quiet time, and how long to try again."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shared.calendar import to_utc

OPENS, CLOSES = time(7), time(19)
"""Mails that are not urgent go between these hours of a working day [P]."""
MORNING = time(7, 30)
"""What came in the night goes together at this time of the next working morning [P]."""
TOGETHER = timedelta(minutes=1)
"""What is due for one person within this time becomes one mail."""
LEASE = timedelta(minutes=10)
"""A mail that is being sent for longer was left behind by a crash: nobody knows if it went."""
DOUBT = timedelta(minutes=30)
"""An uncertain mail is sent once more after this time (RFC 5321, 4.5.4.1)."""

_FIRST_TRIES = (1, 5, 15, 30)
_HOURLY_UNTIL = timedelta(hours=24)
_GIVE_UP = timedelta(hours=72)
_LONGEST_CLOSURE = 30


def try_again(attempts: int, wanted_at: datetime, now: datetime) -> datetime | None:
    """The next try after `attempts` tries that were put off; None when it is time to give up.

    After 1, 5, 15 and 30 minutes, then hourly for a day, then every 3 hours for 3 days.
    """
    if attempts <= len(_FIRST_TRIES):
        return now + timedelta(minutes=_FIRST_TRIES[attempts - 1])
    if now - wanted_at >= _GIVE_UP:
        return None
    return now + timedelta(hours=1 if now - wanted_at < _HOURLY_UNTIL else 3)


def next_opening(moment: datetime, zone: ZoneInfo, works: Callable[[date], bool]) -> datetime:
    """`moment` itself inside working hours, else the next working morning."""
    local = moment.astimezone(zone)
    if works(local.date()) and OPENS <= local.time() < CLOSES:
        return moment
    day = local.date() if local.time() < OPENS else local.date() + timedelta(days=1)
    for _ in range(_LONGEST_CLOSURE):
        if works(day):
            break
        day += timedelta(days=1)
    return to_utc(day, MORNING, zone)
