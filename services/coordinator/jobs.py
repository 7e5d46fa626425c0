"""What the clock starts: the next step of each ladder."""

from services.coordinator import actions
from shared.service import Jobs, WorkPlace

jobs = Jobs()


@jobs.every_outside(seconds=5)
def escalate_what_is_due(place: WorkPlace) -> bool:
    """One step in one transaction; after an outage one after the other, none of them twice."""
    with place.look() as work:
        if not actions.is_anything_due(work):
            return False
    with place.work() as work:
        return actions.escalate_next(work)
