"""The plain rules of the board, the spreadsheet and the picture."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlmodel import col

from services.coordinator.actions.figures import in_group
from services.coordinator.actions.obligations import days_of
from services.coordinator.rules import board, picture
from services.coordinator.rules.board import Filters, group_of, page_of
from services.coordinator.rules.ladders import Days
from services.coordinator.rules.picture import Care, Spot
from services.coordinator.rules.telling import EVENTS as TOLD
from services.coordinator.tables import Obligation
from shared import spreadsheet
from shared.events import EVENTS, OUTSIDE
from tests.coordinator.office import MONDAY, Office

FRIDAY = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
PARIS = Days(ZoneInfo("Europe/Paris"), "FR")
ONE, TWO = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize(
    ("late_at", "begun", "stuck", "group"),
    [
        ("2026-11-20T14:59", True, True, "critical"),
        ("2026-11-20T14:59", True, False, "overdue"),
        ("2026-11-20T22:59", True, True, "today"),
        ("2026-11-20T23:00", True, False, "soon"),
        # Three working days from a Friday afternoon end on Wednesday night.
        ("2026-11-25T22:59", True, False, "soon"),
        ("2026-11-25T23:00", True, False, "later"),
        # A session of this afternoon is no work before it has ended.
        ("2026-11-20T17:00", False, False, "later"),
    ],
)
def test_the_groups(late_at: str, begun: bool, stuck: bool, group: str) -> None:
    moment = datetime.fromisoformat(late_at).replace(tzinfo=UTC)
    shown_from = FRIDAY if begun else FRIDAY + timedelta(minutes=1)
    assert group_of(moment, shown_from, stuck, board.bounds(FRIDAY, PARIS)) == group


def test_the_database_groups_as_the_rule_does(office: Office) -> None:
    """The same question is asked in SQL for all rows and in Python for one: the answers agree."""
    offsets = [-3000, -1, 0, 1, 300, 600, 1400, 3000, 6000, 9000]
    with office.running.work() as work:
        for number, minutes in enumerate(offsets):
            for stuck in (False, True):
                for begun in (-1, 0, 1):
                    _add(work, number, MONDAY + timedelta(minutes=minutes), stuck, begun)
    with office.look() as work:
        limits = board.bounds(work.now, days_of(work))
        for group in board.GROUPS:
            for row in work.all(select(Obligation).where(in_group(group, limits))):
                assert group_of(row.late_at, row.shown_from, row.told, limits) == group
        whole = [in_group(group, limits) for group in board.GROUPS]
        found = [len(work.all(select(col(Obligation.id)).where(each))) for each in whole]
    assert sum(found) == len(offsets) * 6


def _add(work: object, number: int, late_at: datetime, stuck: bool, begun: int) -> None:
    row = Obligation(
        place="rtms_unit",
        patient_id=ONE,
        what="answer-referral",
        debtor="rtms_unit",
        creditor="pain_physician",
        subject=uuid5(TWO, f"{number}{stuck}{begun}"),
        since=MONDAY,
        start=MONDAY,
        due_at=late_at,
        late_at=late_at,
        shown_from=MONDAY + timedelta(minutes=begun),
        told=stuck,
    )
    work.add(row)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("what", "creditor", "page"),
    [
        ("answer-referral", "pain_physician", f"/rtms_unit/referrals/{TWO}"),
        ("record-outcome", "pain_physician", f"/rtms_unit/sessions/{ONE}"),
        ("make-up-session", "pain_physician", f"/rtms_unit/referrals/{TWO}"),
        ("follow-up", OUTSIDE, f"/rtms_unit/follow-ups/{ONE}"),
        ("acknowledge-concern", "psychologist", f"/rtms_unit/concerns/{ONE}"),
        # The referrer answers on the page of the sent referral; for one outside, the unit does.
        ("answer-question", "psychologist", f"/rtms_unit/sent/{TWO}"),
        ("answer-question", OUTSIDE, f"/rtms_unit/referrals/{TWO}"),
    ],
)
def test_the_page_that_helps(what: str, creditor: str, page: str) -> None:
    found = page_of(what, debtor="rtms_unit", creditor=creditor, subject=ONE, referral=TWO)
    assert found == page


def test_an_address_holds_only_what_is_chosen() -> None:
    chosen = Filters(unit="rtms_unit", more="later", after=ONE)
    assert chosen.address() == "/coordinator/board?who=all&unit=rtms_unit"
    assert chosen.address(unit="") == "/coordinator/board?who=all"
    assert Filters(who="me").address(show="waiting") == "/coordinator/board?who=me&show=waiting"


def test_every_kind_of_event_has_words() -> None:
    assert {kind for kind, _ in EVENTS if "." in kind} <= set(TOLD)


@pytest.mark.parametrize("text", ["=1+1", "+33 1", "-2", "@SUM(A1)", "\tx", "\rx"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert spreadsheet.safe(text) == f"'{text}"


def test_a_sheet_quotes_what_has_commas() -> None:
    sheet = spreadsheet.sheet(["a", "b"], [["x, y", None]])
    assert sheet.lstrip("\N{ZERO WIDTH NO-BREAK SPACE}") == 'a,b\r\n"x, y",\r\n'


def a_course(days: list[int]) -> list[Care]:
    """A referral of sixty days ago, with sessions so many days from now."""
    asked = MONDAY - timedelta(days=60)
    sessions = [
        (MONDAY + timedelta(days=d), "completed" if d < 0 else "booked", n)
        for n, d in enumerate(days, 1)
    ]
    answered = asked + timedelta(days=3)
    return [Care("rtms_unit", asked, "in-progress", answered, None, sessions)]


def test_the_picture_of_a_course() -> None:
    pains = [(MONDAY - timedelta(days=d), v) for d, v in ((60, 8.0), (30, 6.0), (2, 4.0))]
    spots = [Spot("pain_physician", MONDAY - timedelta(days=61), "assessed")]
    drawn = picture.draw("pain_physician", a_course([-20, -10, 5]), spots, pains, MONDAY)
    assert [lane.service for lane in drawn.lanes] == ["pain_physician", "rtms_unit"]
    assert [mark.what for mark in drawn.lanes[1].marks] == [
        "arrived",
        "accepted",
        "done",
        "done",
        "booked",
    ]
    assert [line.kind for line in drawn.lanes[1].stretches] == ["wait", "span"]
    assert drawn.curve
    assert (drawn.curve.moderate, drawn.curve.substantial) == (5.6, 4.0)
    assert [point.relief for point in drawn.curve.points] == [0.0, 0.25, 0.5]
    assert drawn.curve.y(10) < drawn.curve.y(0) == drawn.curve.base


@pytest.mark.parametrize(
    ("share", "reads"),
    [
        (None, "none"),
        (-0.2, "none"),
        (0.09, "none"),
        (0.1, "minimal"),
        (0.29, "minimal"),
        (0.3, "moderate"),
        (0.49, "moderate"),
        (0.5, "substantial"),
    ],
)
def test_how_a_relief_reads(share: float | None, reads: str) -> None:
    assert picture.response(share) == reads


@given(
    st.lists(st.integers(-400, 400), max_size=20),
    st.lists(st.tuples(st.integers(-400, 0), st.floats(0, 10)), max_size=10),
)
def test_nothing_is_drawn_outside_the_picture(
    days: list[int], pains: list[tuple[int, float]]
) -> None:
    measured = [(MONDAY + timedelta(days=d), value) for d, value in pains]
    drawn = picture.draw("pain_physician", a_course(days), [], measured, MONDAY)
    xs = [mark.x for lane in drawn.lanes for mark in lane.marks] + [drawn.now_x]
    xs += [end for lane in drawn.lanes for line in lane.stretches for end in (line.x, line.to)]
    assert all(picture.LEFT <= x <= picture.RIGHT for x in xs)
    points = drawn.curve.points if drawn.curve else ()
    assert all(0 <= point.y <= drawn.height for point in points)
