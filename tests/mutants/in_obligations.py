"""Bugs by which what is owed would lose its owner, be told twice, or be decided about blindly."""

from tests.mutants.bug import Bug

AT_ONCE = "tests/coordinator/test_two_at_once.py"
PEOPLE = "tests/coordinator/test_people_change.py"

BUGS = [
    Bug(
        "a row is decided about without a lock",
        "services/coordinator/actions/history.py",
        "    row = work.hold(Obligation, obligation_id)\n",
        "    row = work.session.get(Obligation, obligation_id)\n",
        AT_ONCE + "::test_of_two_coordinators_the_second_is_told_what_the_first_did[postgres]",
        needs="postgres",
    ),
    Bug(
        "news move what a person has just ended",
        "services/coordinator/actions/standing.py",
        ".with_for_update()",
        "",
        AT_ONCE + "::test_what_a_person_settles_at_this_moment_is_not_met_twice[postgres]",
        needs="postgres",
    ),
    Bug(
        "a step is taken while it is met",
        "services/coordinator/actions/obligations.py",
        "work.first(_due(work).with_for_update(skip_locked=True))",
        "work.first(_due(work))",
        AT_ONCE + "::test_what_is_met_at_this_moment_climbs_no_further[postgres]",
        needs="postgres",
    ),
    Bug(
        "a deputy of anywhere owes it",
        "services/coordinator/rules/owners.py",
        "if deputy is None or deputy in asked or not staff.works_in(deputy, unit):",
        "if deputy is None or deputy in asked:",
        "tests/coordinator/test_owners.py::test_who_owes_it_now[a deputy of another unit]",
    ),
    Bug(
        "what an empty unit owes stays there",
        "services/coordinator/rules/owners.py",
        "    if unit != COORDINATION and not staff.has_anybody(unit):\n"
        "        return Owner(COORDINATION, why=NOBODY)\n",
        "",
        "tests/coordinator/test_owners.py::test_who_owes_it_now[a unit without anybody]",
    ),
    Bug(
        "whoever comes back owes nothing again",
        "services/coordinator/actions/redrawing.py",
        ".where(or_(~is_owners, done_on.is_(None), done_on != work.today))",
        ".where(or_(~is_owners, done_on.is_(None)))",
        PEOPLE + "::test_a_deputy_owes_it_while_somebody_is_away",
    ),
    Bug(
        "a date that has passed moves",
        "services/coordinator/rules/ladders/climbing.py",
        "    return was if was <= now else max(would_be, now)\n",
        "    return would_be\n",
        PEOPLE + "::test_a_changed_calendar_moves_what_is_open_and_only_the_future",
    ),
    Bug(
        "an old page decides",
        "services/coordinator/actions/history.py",
        "    if seen is not None and seen != row.version:\n",
        "    if seen is None:\n",
        "tests/coordinator/test_moving.py::test_an_old_page_decides_nothing",
    ),
    Bug(
        "what rested begins its ladder anew",
        "services/coordinator/actions/obligations.py",
        "    now = ladders.standing(ladder, row.start, row.taken, work.now, days)\n",
        "    row.taken = 0\n    now = ladders.standing(ladder, row.start, 0, work.now, days)\n",
        "tests/coordinator/test_never_twice.py::test_no_alarm_is_raised_anew",
    ),
    Bug(
        "what is taken back is owed by whoever owed it before",
        "services/coordinator/actions/obligations.py",
        "    moved = appoint_by_rule(work, row)  # before it is open: it is told once, to whoever "
        "owes it\n",
        "    moved = False\n",
        "tests/coordinator/test_never_twice.py::test_no_alarm_is_raised_anew",
    ),
    Bug(
        "a course that is over still asks at its gates",
        "services/coordinator/rules/owed/gates.py",
        "    return gate.gate in OF_COURSE and any(course.is_over for course in courses)\n",
        "    return False\n",
        "tests/coordinator/test_nothing_is_stuck.py::test_nothing_is_silently_stuck",
    ),
    Bug(
        "what is open climbs another ladder",
        "services/coordinator/actions/centre_ladders.py",
        "    return versions(work).get(name, {}).get(row.ladder_version, UNKNOWN)\n",
        "    return newest(work, name)\n",
        "tests/coordinator/test_ladders_of_centre.py"
        "::test_what_is_open_keeps_the_ladder_that_it_began_on",
    ),
]
