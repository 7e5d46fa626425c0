"""Bugs by which somebody would be stimulated behind a closed gate."""

from tests.mutants.bug import Bug

SESSIONS = "tests/rtms_unit/test_gates_of_a_session.py"
ROUND = "tests/rtms_unit/test_going_round_a_gate.py"
AGAIN = "tests/rtms_unit/test_screening_again.py"

CATCHING_UP = "tests/rtms_unit/test_catching_up.py"

BUGS = [
    Bug(
        "a session that nobody recorded is caught up as if a stop had kept it",
        "services/rtms_unit/reading/stops.py",
        "        and any(begun <= line.session.starts_at < lifted for begun, lifted in stops)\n",
        "",
        CATCHING_UP + "::test_only_what_lay_in_a_stop_is_caught_up",
    ),
    Bug(
        "a stopped course is caught up before a physician has re-opened it",
        "services/rtms_unit/actions/courses/changing.py",
        "    rules.refuse_while_stopped(course.course.status)\n"
        '    return _apply(work, course, proposing.caught_up(work, course), "resumed", seen)\n',
        '    return _apply(work, course, proposing.caught_up(work, course), "resumed", seen)\n',
        CATCHING_UP + "::test_nothing_is_caught_up_as_long_as_it_is_stopped",
    ),
    Bug(
        "whoever referred releases a screening with a yes that nobody weighed",
        "services/pain_physician/actions/gates.py",
        "    check_decisions(gate.yes, entry.decisions)\n",
        "",
        AGAIN + "::test_the_physician_who_sent_her_gives_a_reason_for_every_yes",
    ),
    Bug(
        "a session is started while something has changed",
        "services/rtms_unit/rules/gates.py",
        "    START: (STOP, SCREENING, DECISION, SAFE_TODAY, THRESHOLD),\n",
        "    START: (STOP, SCREENING, DECISION, THRESHOLD),\n",
        SESSIONS + "::test_after_a_no_the_next_check_asks_the_physician_again",
    ),
    Bug(
        "any service can say that it decided at a gate",
        "services/rtms_unit/actions/deciding.py",
        "    return from_asked and open_to_decision and bool(reason.strip())\n",
        "    return open_to_decision and bool(reason.strip())\n",
        ROUND + "::test_nobody_gets_round_it[stop]",
    ),
    Bug(
        "a decision replaces a threshold",
        "services/rtms_unit/actions/deciding.py",
        "    rules.refuse_undecidable(gate.ask)\n",
        "",
        ROUND + "::test_no_decision_replaces_what_must_be_measured",
    ),
    Bug(
        "whoever works in the unit decides at its gates",
        "services/rtms_unit/actions/deciding.py",
        "    work.require(PHYSICIAN, unit=work.service)\n",
        "    work.require(unit=work.service)\n",
        ROUND + "::test_nobody_gets_round_it[stop]",
    ),
    Bug(
        "a release of one stop lets the course go on beside another",
        "services/rtms_unit/actions/deciding.py",
        '        elif not still_stopped and course.status == "on-hold":\n',
        '        elif course.status == "on-hold":\n',
        SESSIONS + "::test_every_stop_is_decided_for_itself",
    ),
    Bug(
        "a dose that a physician allowed allows every other",
        "services/rtms_unit/actions/sheet.py",
        ' if gate.details.get("dose") == asdict(dose)), None)\n',
        "), None)\n",
        SESSIONS + "::test_a_dose_outside_the_protocol",
    ),
    Bug(
        "answers without a yes open a gate at which a physician is asked",
        "services/rtms_unit/actions/screening.py",
        "    if yes or doubted:\n",
        "    if yes:\n",
        AGAIN + "::test_a_yes_is_not_taken_back_without_a_physician",
    ),
    Bug(
        "a decision about older answers counts for the new ones",
        "services/rtms_unit/actions/screening.py",
        "    if before.ask == gate_rules.COMPLETE:\n        return before\n",
        "    if before.state == gate_rules.CLOSED:\n        return before\n",
        AGAIN + "::test_a_decision_about_older_answers_does_not_count",
    ),
    Bug(
        "the unit does not heed a crisis that it sees itself",
        "services/rtms_unit/practice.py",
        "        stopping.stop_in_crisis(work, referral, concern_id, reason_code)\n",
        "        pass\n",
        "tests/rtms_unit/test_crisis.py::test_the_operator_says_so_by_program",
    ),
]
