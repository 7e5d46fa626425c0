"""Writing the story of a patient: one line for each thing that happened, and its audit entry."""

from uuid import UUID

from services.pain_physician.tables import Happening
from shared.work import Work


def tell(
    work: Work, patient_id: UUID, what: str, service: str = "", referral_id: UUID | None = None
) -> None:
    """Add a line; what an event says happened when it was announced, not when it arrived."""
    line = Happening(
        at=work.said_at,
        patient_id=patient_id,
        referral_id=referral_id,
        what=what,
        service=service or work.service,
        person=work.viewer.name if work.viewer else "",
    )
    work.add(line)
    work.audit(what, patient_id)
