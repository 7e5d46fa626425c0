"""All planted bugs: for each promise at least one that breaks it, and the test that finds it."""

from tests.mutants import (
    in_obligations,
    in_the_backbone,
    in_the_board,
    in_the_calendars,
    in_the_clinic,
    in_the_mails,
    in_the_pain_physician,
    in_the_rtms_unit,
    in_the_team,
    in_the_transport,
    in_what_is_owed,
)
from tests.mutants.bug import Bug

BUGS: list[Bug] = [
    *in_obligations.BUGS,
    *in_the_backbone.BUGS,
    *in_the_board.BUGS,
    *in_the_calendars.BUGS,
    *in_the_clinic.BUGS,
    *in_the_mails.BUGS,
    *in_the_pain_physician.BUGS,
    *in_the_rtms_unit.BUGS,
    *in_the_team.BUGS,
    *in_the_transport.BUGS,
    *in_what_is_owed.BUGS,
]
