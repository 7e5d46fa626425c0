"""The rTMS unit: answers referrals for magnetic stimulation, gives its sessions, reports back."""

from shared.access.viewer import PHYSICIAN, RTMS_OPERATOR
from shared.discipline.plate import discipline_plate
from shared.events import (
    AdverseEventAcknowledged,
    AdverseEventReported,
    CourseChanged,
    CourseCompleted,
    CourseDecided,
    CoursePlanned,
    CourseStopped,
    GateClosed,
    GateReleased,
    GateUpheld,
    ScreeningCompleted,
)

PLATE = discipline_plate(
    __name__,
    title="rTMS unit",
    title_fr="Unité de rTMS",
    roles=(RTMS_OPERATOR, PHYSICIAN),
    announces=(
        AdverseEventAcknowledged,
        AdverseEventReported,
        CourseChanged,
        CourseCompleted,
        CourseDecided,
        CoursePlanned,
        CourseStopped,
        GateClosed,
        GateReleased,
        GateUpheld,
        ScreeningCompleted,
    ),
)
