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
from shared.i18n import N_
from shared.service import Page

PLATE = discipline_plate(
    __name__,
    title="rTMS unit",
    title_fr="Unité de rTMS",
    roles=(RTMS_OPERATOR, PHYSICIAN),
    pages=(
        Page("/rtms_unit/courses", N_("Courses"), (RTMS_OPERATOR, PHYSICIAN), rank=32),
        Page("/rtms_unit/gates", N_("Gates"), (RTMS_OPERATOR, PHYSICIAN), rank=35),
        Page("/rtms_unit/unit", N_("The unit"), (RTMS_OPERATOR, PHYSICIAN), rank=46),
        Page("/rtms_unit/figures", N_("Figures"), (RTMS_OPERATOR, PHYSICIAN), rank=60),
    ),
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
