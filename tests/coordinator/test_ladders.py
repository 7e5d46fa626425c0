"""The ladders: when something is due, which step comes when, and what an outage leaves of them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.coordinator.rules import ladders
from services.coordinator.rules.ladders import CHASE, HAND_BACK, LADDERS, REMIND, TELL
from services.coordinator.rules.owed import KINDS

PARIS = ladders.Days(ZoneInfo("Europe/Paris"), "FR")


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS.zone).astimezone(UTC)


def on_the_wall(instant: datetime) -> str:
    return f"{instant.astimezone(PARIS.zone):%a %d %b %H:%M}"


# What is owed, when it starts, and then: due, late, and the moment of each step.
TABLE = [
    (
        "answer-referral",
        "2026-11-23T09:12",
        ["Thu 26 Nov 18:00", "Thu 26 Nov 18:00"],
        ["Thu 26 Nov 08:00", "Wed 02 Dec 08:00", "Wed 02 Dec 08:00", "Fri 11 Dec 08:00"],
    ),
    (  # Over Christmas and New Year's Day, and two weekends.
        "answer-referral",
        "2026-12-23T16:00",
        ["Tue 29 Dec 18:00", "Tue 29 Dec 18:00"],
        ["Tue 29 Dec 08:00", "Tue 05 Jan 08:00", "Tue 05 Jan 08:00", "Thu 14 Jan 08:00"],
    ),
    (  # The clocks go back in the night to Sunday: eight in the morning stays eight.
        "answer-question",
        "2026-10-23T10:00",
        ["Tue 27 Oct 18:00", "Tue 27 Oct 18:00"],
        ["Tue 27 Oct 08:00", "Thu 29 Oct 08:00", "Fri 30 Oct 08:00"],
    ),
    (
        "record-outcome",
        "2026-11-23T16:00",
        ["Mon 23 Nov 16:00", "Mon 23 Nov 18:00"],
        ["Mon 23 Nov 18:00", "Tue 24 Nov 08:00", "Wed 25 Nov 08:00"],
    ),
    (  # A follow-up that falls on Armistice Day is owed on the day after.
        "follow-up",
        "2026-11-11T00:00",
        ["Thu 12 Nov 18:00", "Thu 12 Nov 18:00"],
        ["Thu 12 Nov 08:00", "Fri 13 Nov 08:00", "Wed 18 Nov 08:00"],
    ),
    (  # An urgent concern does not wait for the morning.
        "acknowledge-urgent-concern",
        "2026-11-20T23:30",
        ["Sat 21 Nov 00:30", "Sat 21 Nov 00:30"],
        ["Sat 21 Nov 00:30", "Sat 21 Nov 01:30", "Sat 21 Nov 02:30"],
    ),
]


@pytest.mark.parametrize(("what", "start", "dates", "steps"), TABLE)
def test_the_dates_of_a_ladder(what: str, start: str, dates: list[str], steps: list[str]) -> None:
    ladder, begin = LADDERS[what], paris(start)
    late = ladder.late or ladder.due
    assert [on_the_wall(delay.after(begin, PARIS)) for delay in (ladder.due, late)] == dates
    assert [on_the_wall(rung.delay.after(begin, PARIS)) for rung in ladder.rungs] == steps


def test_every_kind_has_a_ladder_with_a_source() -> None:
    for what in KINDS:
        for urgent in (False, True):
            assert ladders.ladder_of(what, urgent).source


def climb(now: str, taken: int = 0, what: str = "answer-referral") -> tuple[list[str], int, str]:
    steps, then = ladders.climb(LADDERS[what], paris("2026-11-23T09:12"), taken, paris(now), PARIS)
    return list(steps), then.taken, f"{then.next_step} {on_the_wall(then.next_at)}"


@pytest.mark.parametrize(
    ("now", "taken", "steps", "then"),
    [
        ("2026-11-26T08:00", 0, [REMIND], "chase Wed 02 Dec 08:00"),
        # Two steps of the same morning are both taken.
        ("2026-12-02T08:00", 1, [CHASE, TELL], "hand-back Fri 11 Dec 08:00"),
        ("2026-12-11T08:00", 3, [HAND_BACK], "tell-coordinator Fri 18 Dec 08:00"),
        # After an outage only the highest step that is due is told.
        ("2026-12-03T10:00", 0, [CHASE, TELL], "hand-back Fri 11 Dec 08:00"),
        ("2026-12-20T10:00", 0, [HAND_BACK], "tell-coordinator Mon 28 Dec 08:00"),
        # At the end of the ladder the coordinator is told again and again.
        ("2026-12-28T08:00", 4, [TELL], "tell-coordinator Tue 05 Jan 08:00"),
    ],
)
def test_climbing(now: str, taken: int, steps: list[str], then: str) -> None:
    assert climb(now, taken)[::2] == (steps, then)


def test_a_pause_does_not_count() -> None:
    start = paris("2026-11-23T09:12")
    later = ladders.shifted(start, paris("2026-11-24T10:00"), paris("2026-11-30T15:00"), PARIS)
    assert on_the_wall(later) == "Fri 27 Nov 09:12"


@given(
    st.sampled_from(sorted(LADDERS)),
    st.integers(0, 400 * 24 * 60),
    st.lists(st.integers(0, 60 * 24 * 60), min_size=1, max_size=12),
)
def test_a_ladder_never_stands_still_and_never_goes_down(
    what: str, minute: int, waits: list[int]
) -> None:
    """Whenever the clock comes round, the next step lies ahead and steps are only added."""
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    now, taken, ladder = start, 0, LADDERS[what]
    next_at = ladders.begin(ladder, start, PARIS).next_at
    for wait in waits:
        now += timedelta(minutes=wait)
        if next_at > now:
            continue
        steps, then = ladders.climb(ladder, start, taken, now, PARIS)
        assert steps
        assert then.taken >= taken
        assert then.next_at > now
        taken, next_at = then.taken, then.next_at
