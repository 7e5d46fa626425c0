"""Bugs by which something would be owed by nobody, by the wrong ones, for ever, or for the dead."""

from tests.mutants.bug import Bug

FORGOTTEN = "tests/stuck/test_four_ways_to_be_forgotten.py"
GONE = "tests/patients/test_gone.py"
OVER = "tests/rtms_unit/test_gates_that_are_over.py"
AT_ONCE = "tests/rtms_unit/test_stops_two_at_once.py"

BUGS = [
    Bug(
        "what somebody owes stays with him when he goes on leave",
        "services/coordinator/rules/owners.py",
        "    while staff.colleagues[member].away:\n",
        "    while False:\n",
        FORGOTTEN + "::test_somebody_goes_on_leave",
    ),
    Bug(
        "a pause never ends",
        "services/coordinator/actions/moving.py",
        "    return work.first(_over(work)) is not None\n",
        "    return work.first(_over(work)) is not None and False\n",
        FORGOTTEN + "::test_somebody_lets_it_rest_and_forgets_it",
    ),
    Bug(
        "a closed unit keeps what it owes",
        "services/coordinator/rules/owners.py",
        "    unit = _open_unit(seat.unit, staff)\n",
        "    unit = seat.unit\n",
        FORGOTTEN + "::test_a_unit_closes",
    ),
    Bug(
        "a session of a dead patient stays booked",
        "shared/discipline/actions/withdrawing.py",
        "        if not to_be_recorded(work, session):\n",
        "        if why == WITHDRAWN:\n",
        FORGOTTEN + "::test_a_patient_dies",
    ),
    Bug(
        "a dead patient is still owed a follow-up",
        "services/coordinator/rules/owed/gone.py",
        "    return what in STAYS or (what == DECIDE and creditor == OUTSIDE)\n",
        "    return bool(what and creditor)\n",
        FORGOTTEN + "::test_a_patient_dies",
    ),
    Bug(
        "a concern about a patient who dies is forgotten",
        "services/coordinator/rules/owed/gone.py",
        "STAYS = frozenset({ACKNOWLEDGE, ACKNOWLEDGE_EFFECT, RECORD, REPORT, READ_REPORT})\n",
        "STAYS = frozenset({ACKNOWLEDGE_EFFECT, RECORD, REPORT, READ_REPORT})\n",
        GONE + "::test_a_harm_a_worry_and_a_report_are_still_owed",
    ),
    Bug(
        "a patient is referred who has died",
        "services/pain_physician/actions/referrals.py",
        "    refuse_gone(work, patient_id)\n",
        "",
        GONE + "::test_nothing_new_is_planned_for_who_is_gone",
    ),
    Bug(
        "a physician is asked about a course that is over",
        "services/rtms_unit/actions/courses/ending.py",
        "    _lift_gates(work, referral, course)\n    work",
        "    work",
        OVER + "::test_a_decision_point_is_not_decided_about_once_the_course_is_over",
    ),
    Bug(
        "a course that is planned beside a stop goes on",
        "services/rtms_unit/actions/stopping.py",
        "    courses.hold_all(work, running_courses(work, referral.patient_id), reason_code)\n",
        "",
        AT_ONCE + "::test_a_course_that_is_planned_while_another_stops_is_stopped_as_well",
        needs="postgres",
    ),
    Bug(
        "two courses of one patient wait for one another",
        "services/rtms_unit/actions/courses/holding.py",
        "    found = hold_courses(work, [course_id, *_running(work, known.patient_id)])\n",
        "    found = hold_courses(work, [course_id])\n",
        AT_ONCE + "::test_two_courses_of_one_patient_stop_each_other",
        needs="postgres",
    ),
]
