"""Bugs by which somebody would see, on the board or a wall, what is not so or not for them."""

from tests.mutants.bug import Bug

VIEWS = "tests/coordinator/test_views.py"
WALL = "tests/coordinator/test_wall.py"
ROWS = "tests/coordinator/test_rows.py"

BUGS = [
    Bug(
        "a screen that was switched off goes on",
        "services/coordinator/actions/wall.py",
        "        col(WallScreen.digest) == digest(secret), col(WallScreen.ended_at).is_(None)\n",
        "        col(WallScreen.digest) == digest(secret)\n",
        f"{WALL}::TestSwitchedOff::test_switched_off_it_opens_nothing",
    ),
    Bug(
        "a wall shows who asks",
        "templates/coordinator/wall_now.html",
        '"mark": line.reference,',
        '"mark": line.id,',
        f"{WALL}::TestShown::test_a_row_without_a_name",
    ),
    Bug(
        "whoever knows its number changes a colleague's view",
        "services/coordinator/actions/views.py",
        "    if view.member_id != _owner(work) or (view.deleted_at is not None) != deleted:\n",
        "    if (view.deleted_at is not None) != deleted:\n",
        f"{VIEWS}::TestKeeping::test_a_colleague_sees_nothing_of_it",
    ),
    Bug(
        "without filters one comes to the view that opens first",
        "services/coordinator/rules/board.py",
        '        return f"{path}?{self.query(**changed)}"\n',
        '        return f"{path}?{self.query(**changed)}".replace("?who=all", "").strip("&")\n',
        f"{VIEWS}::TestChanging::test_clearing_the_filters_shows_everything",
    ),
    Bug(
        "an absent broker looks like seven absent services",
        "services/coordinator/actions/outages.py",
        "    if own is not None and _works_itself(work):\n",
        "    if own is not None and not _works_itself(work):\n",
        f"{WALL}::TestAway::test_the_broker_is_away",
    ),
    Bug(
        "what was settled cannot be taken back on the board",
        "services/coordinator/pages/obligation.py",
        '        undo=_undo(work, obligation_id) if can_undo else "",\n',
        "",
        f"{ROWS}::test_the_board_says_what_was_done_and_takes_it_back",
    ),
    Bug(
        "a form leads to any address",
        "services/coordinator/pages/obligation.py",
        '    return places.local(address, "") if ours else ""\n',
        "    return address\n",
        f"{ROWS}::test_nobody_is_led_elsewhere",
    ),
]
