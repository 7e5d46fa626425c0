"""Bugs by which work would go to somebody who is away, or be due when a unit is closed."""

from tests.mutants.bug import Bug

LEAVE = "tests/accounts/test_leave.py"
UNITS = "tests/accounts/test_units.py"
TEAM = "tests/access/test_team.py"
WORKING = "tests/shared/test_working_calendar.py"
PLANNER = "tests/rtms_unit/test_told_of_the_unit.py"

BUGS = [
    Bug(
        "hours that the clocks skip count as open",
        "shared/calendar.py",
        "                if max(moment, opens) < closes:  # hours that the clocks skip are none\n",
        "                if moment < closes:\n",
        WORKING + "::test_hours_that_the_clocks_skip_are_none",
    ),
    Bug(
        "the closures of a unit are not looked at",
        "shared/calendar.py",
        " or any(a <= day <= b for a, b in self.closures):",
        ":",
        WORKING + "::test_it_agrees_with_a_calendar_kept_by_hand",
    ),
    Bug(
        "a day that never came is worked",
        "shared/calendar.py",
        "        return self._exists(day)\n",
        "        return True\n",
        WORKING + "::test_a_day_that_never_came_is_no_working_day",
    ),
    Bug(
        "the opening of a day that has begun already is given",
        "shared/calendar.py",
        "        while (found := self._edge_of(day, first=first)) < instant and day < _LAST_DAY:\n"
        "            day = self._next(day)\n",
        "        found = self._edge_of(day, first=first)\n",
        WORKING + "::test_no_date_that_is_given_lies_in_the_past",
    ),
    Bug(
        "a deputy who is away is asked all the same",
        "shared/access/members.py",
        "        member_id = absence.deputy\n",
        "        return team.get(absence.deputy) if absence.deputy else None\n",
        TEAM + "::test_a_deputy_who_is_away_has_a_deputy",
    ),
    Bug(
        "the last day of leave is worked",
        "shared/access/members.py",
        "        if absence.begins <= day <= absence.ends:\n",
        "        if absence.begins <= day < absence.ends:\n",
        TEAM + "::test_both_ends_of_an_absence_are_part_of_it",
    ),
    Bug(
        "the other services never learn who is away",
        "shared/access/handlers.py",
        '            absences=[absence.model_dump(mode="json") for absence in event.absences],\n',
        "",
        LEAVE + "::test_a_member_enters_own_leave_and_every_service_learns_of_it",
    ),
    Bug(
        "everybody enters leave for everybody",
        "services/accounts/actions/leave.py",
        "        work.require(ADMINISTRATOR, COORDINATOR)\n\n\ndef _to_change",
        "        pass\n\n\ndef _to_change",
        LEAVE + "::test_nobody_else_sees_or_changes_the_leave_of_a_member",
    ),
    Bug(
        "the last of a unit is disabled and nobody has seen what follows",
        "services/accounts/actions/leaving.py",
        "    if leaving(work, member_id).seen != seen:\n",
        "    if not leaving(work, member_id) and not seen:\n",
        LEAVE + "::test_whoever_disables_the_last_of_a_unit_has_seen_what_follows",
    ),
    Bug(
        "hours are saved that the preview has not shown",
        "services/accounts/actions/units.py",
        "    if seen and seen != shown.seen:\n",
        "    if not shown.seen:\n",
        UNITS + "::test_what_was_changed_meanwhile_is_looked_at_again",
    ),
    Bug(
        "a unit that closes itself takes work over",
        "services/accounts/rules/units.py",
        "    if heir.closed_from is not None:\n",
        "    if heir.service == unit.service:\n",
        UNITS + "::test_a_unit_that_closes_itself_takes_no_work_over",
    ),
    Bug(
        "sessions are planned on days that the team knows as closed",
        "services/rtms_unit/reading/unit.py",
        "    closed += (Days(each.first, each.last) for each in calendar.closures)\n",
        "",
        PLANNER + "::test_nothing_is_planned_on_days_that_the_team_knows_as_closed",
    ),
]
