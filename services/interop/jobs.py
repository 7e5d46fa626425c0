"""What the clock starts: forgetting old refusals."""

from services.interop import actions
from shared.service import Jobs
from shared.work import Work

jobs = Jobs()


@jobs.every(seconds=3600)
def forget_refusals(work: Work) -> bool:
    return actions.forget_refusals(work)
