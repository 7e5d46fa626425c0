"""The news that every discipline hears, and which action each one starts."""

from shared.discipline import actions
from shared.events import (
    ConcernAcknowledged,
    MeasurementRecorded,
    NoteShared,
    ObligationEscalated,
    PatientUpdated,
    ReferralCancelled,
    ReferralClosed,
    ReferralRequested,
    ReferralResumed,
    ReferralUpdated,
)
from shared.service import Handlers
from shared.work import Work


def discipline_handlers() -> Handlers:
    """What a discipline hears; a service adds its own with `include`."""
    handlers = Handlers()
    handlers.on(ReferralRequested, where="performer", needs=actions.needs)(_requested)
    handlers.on(ReferralUpdated, where="performer", needs=actions.needs)(_updated)
    handlers.on(ReferralResumed, where="performer", needs=actions.needs)(_resumed)
    handlers.on(ReferralCancelled, where="performer", needs=actions.needs)(_cancelled)
    handlers.on(ReferralClosed, where="performer", needs=actions.needs)(_closed)
    handlers.on(ConcernAcknowledged, where="raised_by")(_acknowledged)
    # Wherever it is done, also when somebody else was asked to see to it.
    for side in ("debtor", "place"):
        handlers.on(ObligationEscalated, where=side, needs=actions.needs)(_escalated)
    handlers.on(PatientUpdated, needs=actions.needs)(_corrected)
    handlers.on(NoteShared)(_note_shared)
    return handlers


def hear_scores(handlers: Handlers) -> None:
    """For a discipline that goes by what the others measure as well."""
    handlers.on(MeasurementRecorded)(_measured)


def _requested(event: ReferralRequested, work: Work) -> None:
    actions.receive(work, event)


def _updated(event: ReferralUpdated, work: Work) -> None:
    actions.correct(work, event)


def _resumed(event: ReferralResumed, work: Work) -> None:
    actions.take_answer(work, event)


def _cancelled(event: ReferralCancelled, work: Work) -> None:
    actions.take_back(work, event)


def _closed(event: ReferralClosed, work: Work) -> None:
    actions.noted(work, event)


def _acknowledged(event: ConcernAcknowledged, work: Work) -> None:
    actions.acknowledged(work, event)


def _escalated(event: ObligationEscalated, work: Work) -> None:
    if (event.what, event.step) == ("answer-referral", "hand-back"):
        actions.fail(work, event)


def _corrected(event: PatientUpdated, work: Work) -> None:
    actions.hear_of_patient(work, event)


def _note_shared(event: NoteShared, work: Work) -> None:
    actions.keep_note(work, event)


def _measured(event: MeasurementRecorded, work: Work) -> None:
    actions.keep(work, event)
