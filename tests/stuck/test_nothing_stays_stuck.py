"""A year and more of a whole clinic: what is open has an owner and a date, or is on the red list.

Hypothesis lets people refer, answer, book, forget, fall ill, leave and die, units close, events be
spoilt and mails be refused, in any order; an oracle that knows only what the services keep says
after each step what must be owed, by whom, and what the coordinator must have been told.
"""

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from shared.running import running_service
from tests.stuck.care import CARE
from tests.stuck.checks import problems
from tests.stuck.trouble import TROUBLE, parked, pass_over
from tests.stuck.ward import Ward
from tests.torture import TORTURE, scaled

pytestmark = [pytest.mark.slow, pytest.mark.timeout(scaled(600, 36_000))]

STORIES, STEPS = scaled(8, 500), scaled(25, 60)
ALL_IN_ALL = 400
"""Days of each story."""
THE_REST = (3, 11, 30, 90, 300)
"""The steps in which the days that are left go by: each may be the last."""

picks = st.integers(0, 999)


class Story(RuleBasedStateMachine):
    """One story of the clinic."""

    house: ClassVar[Path]
    folder: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.house, self.folder)
        self.ward = Ward(self.folder)
        self.days = 0.0

    @rule(deed=st.sampled_from(CARE), pick=picks)
    def care(self, deed: Callable[[Ward, int], None], pick: int) -> None:
        deed(self.ward, pick)
        self._look()

    @rule(deeds=st.lists(st.tuples(st.sampled_from(CARE), picks), min_size=3, max_size=8))
    def a_busy_hour(self, deeds: list[tuple[Callable[[Ward, int], None], int]]) -> None:
        for deed, pick in deeds:
            deed(self.ward, pick)
        self._look()

    @rule(deed=st.sampled_from(TROUBLE), pick=picks)
    def trouble(self, deed: Callable[[Ward, int], None], pick: int) -> None:
        deed(self.ward, pick)
        self._look()

    @rule(hours=st.sampled_from((1, 5, 20, 30, 72, 200)))
    def time_passes(self, hours: int) -> None:
        self._wait(hours / 24)
        self._look()

    def _wait(self, days: float) -> None:
        days = min(days, ALL_IN_ALL - self.days)
        self.days += days
        self.ward.wait(days=days)

    def _look(self) -> None:
        self.ward.breathe()
        assert problems(self.ward) == []

    def teardown(self) -> None:
        """The rest of the days go by, and nobody does anything any more."""
        try:
            for days in THE_REST:
                self._wait(days)
                self._look()
            while parked(self.ward):
                pass_over(self.ward, 0)
            assert self.ward.verify() == []
        finally:
            self.ward.close()


def test_nothing_stays_stuck(first_day: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("write_engine", "read_engine"):
        monkeypatch.setattr(running_service, name, cache(getattr(running_service, name)))
    Story.house, Story.folder = first_day, first_day.parent / "story"
    run_state_machine_as_test(
        Story,
        settings=settings(
            max_examples=STORIES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=not TORTURE,
            database=None,
            phases=tuple(Phase) if TORTURE else (Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
