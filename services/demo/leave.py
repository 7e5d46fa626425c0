"""Leave and hours of the demo: a physician is away this week, a unit closes on Friday at noon."""

from datetime import time, timedelta
from importlib import import_module
from typing import Any

from services.demo.stage import Stage, Story
from shared.calendar import CLOSES, OPENS
from shared.events import Absence, Opening

AWAY, DEPUTY, UNIT = "simon", "elise", "psychologist"
NOON, FRIDAY = time(12, 0), 4


def away_this_week(stage: Stage) -> Story:
    """Some days ago the physician entered leave, and a colleague who stands in."""
    yield stage.at(-6, 9)
    actions: Any = import_module("services.accounts.actions")
    first, last = stage.today - timedelta(days=1), stage.today + timedelta(days=4)
    absence = Absence(begins=first, ends=last, deputy=stage.members[DEPUTY])
    with stage.work("accounts", AWAY) as work:
        actions.enter_absence(work, stage.members[AWAY], absence)


def free_on_friday_afternoon(stage: Stage) -> Story:
    """The administrator enters the hours of a unit that is closed on Friday afternoon."""
    yield stage.at(-8, 9)
    actions: Any = import_module("services.accounts.actions")
    plan: Any = import_module("services.accounts.rules.units").Plan
    hours = tuple(
        Opening(weekday=day, opens=OPENS, closes=NOON if day == FRIDAY else CLOSES)
        for day in range(FRIDAY + 1)
    )
    with stage.work("accounts", "paul") as work:
        actions.change_unit(work, UNIT, plan(opening=hours))
