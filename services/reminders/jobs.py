"""What the clock starts: handing over the mails that are due, one after the other."""

from services.reminders import actions
from shared import tracing
from shared.faults import reach
from shared.logs import note
from shared.mail import Accepted, NotAccepted
from shared.service import Jobs, WorkPlace

jobs = Jobs()


@jobs.every_outside(seconds=5)
def send_due_mails(place: WorkPlace) -> bool:
    """Hand over one mail. No transaction is open while the mail server is waited for."""
    claimed = _claim(place)
    if claimed is None:
        place.mailer.close()
        return False
    reach("mail.claimed")
    with tracing.following(claimed.trace):
        outcome = _try(place, claimed)
        note("mail.tried", mail_id=str(claimed.mail_id), outcome=type(outcome).__name__)
        reach("mail.tried")
        with place.work() as work:
            actions.record(work, claimed, outcome)
    return True


def _claim(place: WorkPlace) -> actions.Claimed | None:
    with place.look() as work:
        if not actions.is_anything_due(work):
            return None
    with place.work() as work:
        return actions.claim(work)


def _try(place: WorkPlace, claimed: actions.Claimed) -> Accepted | NotAccepted:
    try:
        return place.mailer.send(claimed.message)
    except NotAccepted as answer:
        return answer
