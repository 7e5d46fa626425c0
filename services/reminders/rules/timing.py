"""When mails go: the daily one, quiet time, how long to try again, and what came too late."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shared.calendar import day_bounds, to_utc

LEASE = timedelta(minutes=10)
"""A mail that is being sent for longer was left behind by a crash: nobody knows if it went."""
HANDING_OVER = timedelta(minutes=3)
"""So long mails of one batch are handed over; the rest is given back, far from its lease's end."""
DOUBT = timedelta(minutes=30)
"""An uncertain mail is sent once more after this time (RFC 5321, 4.5.4.1)."""
GRACE = timedelta(hours=48)
"""So long after its date a mail is still of use [P]; the ladder has gone on by then."""
MISSED = timedelta(hours=24)
"""Relais was away for longer than this when a mail should have gone: it counts as missed [P]."""
LATE = timedelta(minutes=5)
"""A mail that goes within this time is on time."""

_FIRST_TRIES = (1, 5, 15, 30)
_HOURLY_UNTIL = timedelta(hours=24)
_GIVE_UP = timedelta(hours=72)
_LONGEST_LEAVE = 400
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Times:
    """When one person may get mails: zone, days, the hour of the daily mail, and quiet time."""

    zone: ZoneInfo
    works: Callable[[date], bool]
    daily: time
    quiet_from: time
    quiet_until: time

    def day(self, moment: datetime) -> date:
        """The person's date."""
        return moment.astimezone(self.zone).date()


def try_again(
    attempts: int, wanted_at: datetime, now: datetime, give_up_at: datetime | None = None
) -> datetime | None:
    """The next try after `attempts` tries that were put off; None when it is time to give up.

    After 1, 5, 15 and 30 minutes, then hourly for a day, then every 3 hours for 3 days, or until
    the mail would come too late, whichever is first.
    """
    if now >= min(give_up_at or wanted_at + _GIVE_UP, wanted_at + _GIVE_UP):
        return None
    if attempts <= len(_FIRST_TRIES):
        return now + timedelta(minutes=_FIRST_TRIES[attempts - 1])
    return now + timedelta(hours=1 if now - wanted_at < _HOURLY_UNTIL else 3)


def give_up_at(wanted_at: datetime, due_at: datetime) -> datetime:
    """From when on a mail about something that is due then comes too late."""
    return min(wanted_at + _GIVE_UP, max(due_at, wanted_at) + GRACE)


def next_daily(moment: datetime, times: Times) -> datetime:
    """The first daily mail at or after a moment: one instant on each working day of the person.

    An hour that the clocks skip is the first instant after the gap, one that they show twice its
    first occurrence. Where clocks skip the hour and the rest of the date with it (23:59 in
    Greenland's spring), that date has none: the next one's follows.
    """
    for day in _days_from(moment, times):
        at = to_utc(day, times.daily, times.zone)
        if at >= moment and times.day(at) == day:
            return at
    return moment


def next_talk(moment: datetime, times: Times) -> datetime:
    """`moment` itself on a working day outside quiet time, else when that begins next."""
    for day in _days_from(moment, times):
        for begin, end in _talking(day, times):
            if moment < end:
                return max(moment, begin)
    return moment


def may_go_daily(now: datetime, times: Times) -> bool:
    """Whether the daily mail may go now: from its hour on, but not in the evening's quiet time."""
    today, local = times.day(now), now.astimezone(times.zone).time()
    return (times.works(today) and times.daily <= local) and (
        next_talk(now, times) == now or local < times.quiet_until
    )


def next_slot(moment: datetime, times: Times, *, daily: bool) -> datetime:
    """`moment` itself if a mail may go then that is not urgent, else when it may go next."""
    if not daily:
        return next_talk(moment, times)
    return moment if may_go_daily(moment, times) else next_daily(moment, times)


def next_day(moment: datetime, times: Times) -> datetime:
    """When the person's next date begins."""
    return day_bounds(times.day(moment), times.zone)[1]


def is_for_today(due_at: datetime, now: datetime, zone: ZoneInfo) -> bool:
    """Whether something is due within the person's day."""
    return due_at.astimezone(zone).date() == now.astimezone(zone).date()


def is_time_left(begun: datetime, now: datetime) -> bool:
    """Whether another mail of a batch may be handed over before its lease comes near its end."""
    return now - begun < HANDING_OVER


def is_missed(wanted_at: datetime, now: datetime) -> bool:
    """Whether nobody was there to send it when it was wanted, nor for a day after."""
    return now - wanted_at > MISSED


def late_by(wanted_at: datetime, went_at: datetime) -> timedelta:
    """How late a mail is; nothing while it counts as on time."""
    late = went_at - wanted_at
    return late if late > LATE else timedelta(0)


def _days_from(moment: datetime, times: Times) -> Iterator[date]:
    """The person's working days from a moment on; any day after so long a leave."""
    today = times.day(moment)
    for after in range(_LONGEST_LEAVE):
        if times.works(today + after * _DAY):
            yield today + after * _DAY
    yield from (today + after * _DAY for after in range(3))


def _talking(day: date, times: Times) -> Iterator[tuple[datetime, datetime]]:
    """From when to when on a day mails may come that are not urgent."""
    midnight, end = day_bounds(day, times.zone)
    quiet, loud = (to_utc(day, at, times.zone) for at in (times.quiet_from, times.quiet_until))
    if times.quiet_from == times.quiet_until:
        yield midnight, end
    elif times.quiet_from > times.quiet_until:
        yield loud, quiet
    else:
        yield midnight, quiet
        yield loud, end
