"""Whatever people, rules and the clock do: no alarm is raised anew, and nothing is said twice."""

import json
import tempfile
from collections import Counter, defaultdict
from datetime import time, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from services.coordinator import actions
from services.coordinator.actions.watching import problems
from services.coordinator.rules.owners import Seat
from shared.backbone.tables import EventRow
from shared.errors import Invalid, RuleBroken
from shared.events import Opening, ReferralHeld, ReferralResumed
from tests.coordinator.office import ASKER, UNIT, Office
from tests.coordinator.team import OTHER, Team
from tests.coordinator.test_obligations import requested

ONCE = ("remind", "chase", "hand-back")
WHY = "It is so."
FRIDAYS = tuple(Opening(weekday=day, opens=time(9), closes=time(16)) for day in (0, 2, 4))


class Life:
    """One referral that nobody answers, and everything that can happen to what is owed for it."""

    def __init__(self, office: Office) -> None:
        self.office, self.team = office, Team(office)
        self.names = requested(office)
        self.note = office.note("…", self.names["patient_id"])
        self.tomas_works = True

    def do(self, what: str) -> None:
        getattr(self, f"_{what}")()
        self.office.wait(seconds=6)

    def _decide(self, act: Any, *more: Any) -> None:
        rows = self.office.obligations("open", "paused", "settled")
        (row, *_) = [row for row in rows if row.what == "answer-referral"]
        try:
            with self.team.decide() as work:
                act(work, row.id, *more)
        except (RuleBroken, Invalid):
            pass  # it is not possible now, and says so

    def _day(self) -> None:
        self.office.wait(days=1)

    def _outage(self) -> None:
        self.office.clock.move(days=6)

    def _to_rosa(self) -> None:
        self._decide(actions.transfer, Seat(UNIT, self.team.rosa), WHY)

    def _to_tomas(self) -> None:
        self._decide(actions.transfer, Seat(UNIT, self.team.tomas), WHY)

    def _to_others(self) -> None:
        self._decide(actions.transfer, Seat(OTHER), WHY)

    def _pause(self) -> None:
        self._decide(actions.pause_until, self.team.today + timedelta(days=3), WHY)

    def _resume(self) -> None:
        self._decide(actions.resume_now)

    def _dismiss(self) -> None:
        self._decide(actions.dismiss, WHY)

    def _undo(self) -> None:
        self._decide(actions.take_back)

    def _tomas_comes_or_goes(self) -> None:
        self.tomas_works = not self.tomas_works
        self.team.member("Tomas", UNIT, member_id=self.team.tomas, active=self.tomas_works)

    def _rosa_is_away(self) -> None:
        self.team.away("Rosa Lind", self.team.rosa, deputy=self.team.tomas, days=3)

    def _fewer_days(self) -> None:
        self.team.unit(UNIT, opening=FRIDAYS)

    def _all_days(self) -> None:
        self.team.unit(UNIT)

    def _closed(self) -> None:
        self.team.unit(UNIT, closed_from=self.team.today, successor=OTHER)

    def _closed_for_good(self) -> None:
        self.team.unit(UNIT, closed_from=self.team.today)

    def _asked(self) -> None:
        self.office.hear(ReferralHeld(**self.names, question=self.note))

    def _answered(self) -> None:
        self.office.hear(ReferralResumed(**self.names, answer=self.note), source=ASKER)


HAPPENINGS = sorted(name.removeprefix("_") for name in vars(Life) if name not in ("_decide", "do"))
stories = st.lists(
    st.sampled_from([name for name in HAPPENINGS if not name.startswith("_")]),
    min_size=3,
    max_size=25,
)


@given(stories)
@example(["closed", "outage", "dismiss", "all_days", "undo"])  # owed by whoever owes it then
@example(["outage", "pause", "resume"])  # the ladder goes on where it was left
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_alarm_is_raised_anew(story: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        office = Office(Path(folder))
        life = Life(office)
        for what in story:
            life.do(what)
            check(office)
        for _ in range(4):
            office.wait(days=30)
            check(office)
        office.close()


def check(office: Office) -> None:
    said: dict[str, list[str]] = defaultdict(list)
    with office.look() as work:
        for row in work.all(select(EventRow).order_by(EventRow.id)):  # type: ignore[arg-type]
            data = json.loads(row.body)["data"]
            said[data["obligation_id"]].append(data.get("step") or row.kind)
        stuck = problems(work)
    assert not [sentence for sentence in stuck if "no next date" not in sentence]
    for words in said.values():
        of_ladder = Counter(word for word in words if word in ONCE)
        assert set(of_ladder.values()) <= {1}
        turns = [word == "obligation.opened" for word in words if word.startswith("obligation.")]
        assert turns == [number % 2 == 0 for number in range(len(turns))]
        open_now = False
        for word in words:
            open_now = word == "obligation.opened" if word.startswith("obl") else open_now
            assert open_now or word.startswith("obl"), "a step is only taken while it is owed"
