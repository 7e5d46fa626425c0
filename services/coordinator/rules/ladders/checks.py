"""Whether a ladder that a person wrote can be climbed."""

from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from services.coordinator.rules.ladders.model import HOURS, MOMENTS, Delay, Ladder
from shared.calendar import WorkingCalendar
from shared.errors import Invalid
from shared.i18n import N_

OTHER_STEPS = N_("The steps themselves cannot be changed, only when they are taken.")
MOST_DAYS = 260
MOST_HOURS = 24 * 90
_PLAIN = WorkingCalendar(ZoneInfo("UTC"), "FR", public_holidays=False)
_STARTS = [datetime(2026, 11, day, hour, tzinfo=UTC) for day in (23, 27) for hour in (9, 12, 17)]
"""A Monday and a Friday at working hours: on all of them steps must follow one another."""


def check(ladder: Ladder, like: Ladder) -> None:
    """Refuse a ladder with other steps than `like`, or one on which a step comes before another."""
    if [rung.step for rung in ladder.rungs] != [rung.step for rung in like.rungs]:
        raise Invalid(OTHER_STEPS)
    _check_delay("due", ladder.due)
    _check_delay("repeat", ladder.repeat)
    if ladder.late:
        _check_delay("late", ladder.late)
    for rung in ladder.rungs:
        _check_delay(rung.step, rung.delay)
    _check_order(ladder)
    if ladder.repeat.count < 1:  # an hour or a working day: else the mails never end
        raise Invalid(
            N_("Telling again needs an hour or a working day in between."), field="repeat"
        )


def _check_delay(field: str, delay: Delay) -> None:
    most = MOST_HOURS if delay.at == HOURS else MOST_DAYS
    if delay.at not in MOMENTS:
        raise Invalid(N_("Choose one of the list."), field=field)
    if not 0 <= delay.count <= most:
        raise Invalid(N_("Give a number from 0 to %(most)s."), field=field, most=most)
    if delay.at != HOURS and delay.count != int(delay.count):
        raise Invalid(N_("Working days are whole days."), field=field)


def _check_order(ladder: Ladder) -> None:
    for start in _STARTS:
        times = [(rung.step, rung.delay.after(start, _PLAIN)) for rung in ladder.rungs]
        for (_, earlier), (step, later) in pairwise(times):
            if later < earlier:
                raise Invalid(
                    N_("This step would come before the one that precedes it."), field=step
                )
