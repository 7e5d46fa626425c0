"""What must always be true at the coordinator's office, and can be asked of it at any time."""

from services.coordinator.actions.watching import problems
from shared.work import Work


def checks(work: Work) -> list[str]:
    """What is silently stuck: nothing, in a centre that works."""
    return problems(work)
