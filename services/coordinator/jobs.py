"""What the clock starts: the next step of each ladder, what rested long enough, and new owners."""

from collections.abc import Callable

from services.coordinator import actions
from shared.service import Jobs, WorkPlace
from shared.work import Work

jobs = Jobs()


@jobs.every_outside(seconds=5)
def redraw_what_changed(place: WorkPlace) -> bool:
    """First of all: who owes what today, before anybody is reminded of it."""
    return _next(place, actions.is_any_wanted, actions.redraw_next)


@jobs.every_outside(seconds=5)
def resume_what_rested(place: WorkPlace) -> bool:
    """On the morning until which a person let it rest."""
    return _next(place, actions.is_any_pause_over, actions.resume_next)


@jobs.every_outside(seconds=5)
def escalate_what_is_due(place: WorkPlace) -> bool:
    """One step in one transaction; after an outage one after the other, none of them twice."""
    return _next(place, actions.is_anything_due, actions.escalate_next)


def _next(place: WorkPlace, is_due: Callable[[Work], bool], act: Callable[[Work], bool]) -> bool:
    """One piece in one transaction; a look first, which costs nobody a lock."""
    with place.look() as work:
        if not is_due(work):
            return False
    with place.work() as work:
        return act(work)
