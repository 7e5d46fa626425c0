"""What the rTMS unit hears: what every discipline hears, and what matters for stimulation."""

from services.rtms_unit.actions import adverse_events, day_check, deciding, stopping
from shared.discipline.handlers import discipline_handlers, hear_scores
from shared.events import (
    AdverseEventAcknowledged,
    ConcernRaised,
    GateReleased,
    GateUpheld,
    MedicationChanged,
)
from shared.service import Handlers
from shared.work import Work


def _all() -> Handlers:
    handlers = discipline_handlers()
    handlers.on(MedicationChanged)(_medicine_changed)
    handlers.on(ConcernRaised)(_concern_raised)
    handlers.on(GateReleased, where="performer")(_decided)
    handlers.on(GateUpheld, where="performer")(_decided)
    handlers.on(AdverseEventAcknowledged, where="raised_by")(_acknowledged)
    hear_scores(handlers)
    return handlers


def _medicine_changed(event: MedicationChanged, work: Work) -> None:
    day_check.hear_of_medicine(work, event)


def _concern_raised(event: ConcernRaised, work: Work) -> None:
    stopping.hear_of_concern(work, event)


def _decided(event: GateReleased | GateUpheld, work: Work) -> None:
    deciding.hear(work, event)


def _acknowledged(event: AdverseEventAcknowledged, work: Work) -> None:
    adverse_events.hear(work, event)


handlers = _all()
