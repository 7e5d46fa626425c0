"""The rules of the pain physician, as tables of values."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.pain_physician.rules import identity, referrals
from services.pain_physician.rules.assessment import SCORES, Picture, check
from services.pain_physician.rules.awaited import Awaited, awaited
from services.pain_physician.rules.picture import AREAS, CAUSES, PICTURE
from services.pain_physician.rules.story import LINES, NEWS
from services.pain_physician.rules.way import Wandering, months
from shared.discipline.codes import REFERRAL_STATUS
from shared.errors import Invalid, RuleBroken
from shared.measuring import check_pain
from shared.measuring.instruments import DN4, NRS_AVERAGE
from shared.templating import icon

TODAY = date(2026, 11, 23)
SEEN = Picture(cause="stroke", side="left", areas=["face"])


def refused(seen: Picture) -> str:
    """The field that a picture is refused for."""
    with pytest.raises(Invalid) as refusal:
        check(seen, TODAY)
    return refusal.value.field


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"paroxysms": ["stabbing"], "paroxysms_per_day": 300},
        {"paroxysms_per_day": 0},
        {"nrs_worst": 9, "nrs_least": 2, "nrs_average": 5, "dn4": 0},
        {"nrs_worst": 4, "nrs_least": 4, "nrs_average": 4, "dn4": 10},
        {"life": {"work": 0, "mood": 10}},
        {"wandering": Wandering(date(2020, 7, 12), date(2020, 7, 1), date(2026, 11, 23))},
    ],
)
def test_a_possible_picture_is_taken(change: dict[str, Any]) -> None:
    check(replace(SEEN, **change), TODAY)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"cause": "bad-luck"}, "cause"),
        ({"side": ""}, "side"),
        ({"areas": []}, "areas"),
        ({"areas": ["face", "wing"]}, "areas"),
        ({"triggers": ["moon"]}, "triggers"),
        ({"paroxysms_per_day": -1}, "paroxysms_per_day"),
        ({"paroxysms_per_day": 5001}, "paroxysms_per_day"),
        ({"paroxysms_per_day": 3}, "paroxysms"),
        ({"dn4": 11}, "dn4"),
        ({"dn4": -1}, "dn4"),
        ({"nrs_worst": 11, "nrs_least": 1, "nrs_average": 5}, "nrs_worst"),
        ({"nrs_worst": 9}, "nrs_least"),
        ({"nrs_worst": 9, "nrs_least": 1}, "nrs_average"),
        ({"nrs_least": 1, "nrs_average": 5}, "nrs_worst"),
        ({"nrs_worst": 3, "nrs_least": 1, "nrs_average": 5}, "nrs_average"),
        ({"nrs_worst": 9, "nrs_least": 6, "nrs_average": 5}, "nrs_average"),
        ({"life": {"own-life": 11}}, "own_life"),
        ({"life": {"garden": 3}}, "life"),
        ({"wandering": Wandering(onset=date(2026, 11, 24))}, "onset"),
        ({"wandering": Wandering(date(2021, 3, 1), date(2021, 2, 28))}, "first_consultation"),
        ({"wandering": Wandering(diagnosis=date(2020, 1, 1), onset=date(2020, 2, 1))}, "diagnosis"),
    ],
)
def test_an_impossible_picture_is_refused_at_its_field(change: dict[str, Any], field: str) -> None:
    assert refused(replace(SEEN, **change)) == field


def test_no_pain_score_at_all_is_possible() -> None:
    check_pain(None, None, None)


@pytest.mark.parametrize(("total", "neuropathic"), [(0, False), (3, False), (4, True), (10, True)])
def test_dn4_reads_as_neuropathic_from_four(total: int, neuropathic: bool) -> None:
    assert bool(DN4.reads(total)) is neuropathic


def test_a_cut_off_names_its_source_and_year() -> None:
    assert DN4.cut_offs[0].source.cited == "Bouhassira et al., Pain, 2005"
    assert DN4.licence == "scores only"
    assert {score.code for score in SCORES} == {"nrs-worst", "nrs-least", "nrs-average", "dn4"}
    assert NRS_AVERAGE.reads(10) == ""


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        (date(2020, 7, 1), date(2026, 6, 12), 71),
        (date(2026, 6, 30), date(2026, 7, 1), 1),
        (None, date(2026, 7, 1), None),
        (date(2026, 7, 1), None, None),
    ],
)
def test_months(start: date | None, end: date | None, count: int | None) -> None:
    assert months(start, end) == count


@pytest.mark.parametrize(
    ("state", "fact", "then"),
    [
        ("requested", "received", "received"),
        ("accepted", "received", "accepted"),
        ("requested", "accepted", "accepted"),
        ("on-hold", "accepted", "accepted"),
        ("received", "on-hold", "on-hold"),
        ("accepted", "in-progress", "in-progress"),
        ("completed", "in-progress", "completed"),
        ("in-progress", "completed", "completed"),
        ("received", "rejected", "rejected"),
        ("received", "failed", "failed"),
        # A cancellation that crossed with an answer: only what the other side ended with counts.
        ("cancelled", "received", "cancelled"),
        ("cancelled", "accepted", "cancelled"),
        ("cancelled", "on-hold", "cancelled"),
        ("cancelled", "completed", "completed"),
        ("cancelled", "rejected", "rejected"),
        ("rejected", "accepted", "rejected"),
    ],
)
def test_a_fact_moves_a_referral_only_forward(state: str, fact: str, then: str) -> None:
    assert referrals.state_after(state, fact) == then


@pytest.mark.parametrize(
    ("question", "same"),
    [
        ("Is rTMS possible?", True),
        ("  is  RTMS possible ", True),
        ("Is rTMS possible now?", False),
    ],
)
def test_the_same_question_is_not_asked_twice(question: str, same: bool) -> None:
    asked = ["Is rTMS possible?"]
    if same:
        with pytest.raises(RuleBroken):
            referrals.check_not_asked_twice(question, asked)
    else:
        referrals.check_not_asked_twice(question, asked)


@pytest.mark.parametrize("state", sorted(REFERRAL_STATUS))
def test_only_an_open_referral_can_be_cancelled(state: str) -> None:
    if state in referrals.OPEN:
        referrals.check_cancellable(state, "withdrawn")
    else:
        with pytest.raises(RuleBroken):
            referrals.check_cancellable(state, "withdrawn")


@pytest.mark.parametrize(
    ("state", "noted", "report_waits", "waits"),
    [
        ("received", False, False, False),
        ("on-hold", False, False, True),
        ("rejected", False, False, True),
        ("rejected", True, False, False),
        ("failed", False, False, True),
        ("completed", False, False, False),
        ("completed", False, True, True),
        ("cancelled", False, True, True),
    ],
)
def test_what_waits_for_the_sender(
    state: str, noted: bool, report_waits: bool, waits: bool
) -> None:
    assert referrals.waits_for_sender(state, noted, report_waits) is waits


@pytest.mark.parametrize(
    ("state", "booked", "ended", "what"),
    [
        ("requested", 0, 0, "to receive the referral"),
        ("received", 0, 0, "to answer the referral"),
        ("accepted", 0, 0, "to book the first session"),
        ("in-progress", 2, 1, "to give the sessions that are booked"),
        ("in-progress", 0, 3, "to plan what comes next"),
        ("completed", 0, 3, "to report back"),
    ],
)
def test_what_the_service_owes(state: str, booked: int, ended: int, what: str) -> None:
    owed = awaited(state, waits=False, reported=False, booked=booked, ended=ended)
    assert owed == Awaited(by_sender=False, what=what)


@pytest.mark.parametrize(
    ("state", "reported", "what"),
    [
        ("on-hold", False, "to answer the question"),
        ("completed", True, "to read the report and say the next step"),
        ("rejected", False, "to say the next step"),
        ("failed", False, "to say the next step"),
    ],
)
def test_what_the_sender_owes(state: str, reported: bool, what: str) -> None:
    owed = awaited(state, waits=True, reported=reported, booked=0, ended=0)
    assert owed == Awaited(by_sender=True, what=what)


@pytest.mark.parametrize(
    ("state", "reported"), [("completed", True), ("rejected", False), ("cancelled", False)]
)
def test_nobody_owes_anything_once_note_is_taken(state: str, reported: bool) -> None:
    assert awaited(state, waits=False, reported=reported, booked=0, ended=0) is None


@pytest.mark.parametrize(
    ("number", "shown"), [(250_001, "250 001"), (999_999, "999 999"), (1_000_000, "1000 000")]
)
def test_the_number_of_the_centre_is_read_in_two_groups(number: int, shown: str) -> None:
    assert identity.shown_number(number) == shown


@pytest.mark.parametrize("born", [date(2026, 11, 24), date(1895, 12, 31)])
def test_an_impossible_birth_date_is_refused(born: date) -> None:
    with pytest.raises(Invalid):
        identity.check_birth_date(born, TODAY)


def test_an_identifier_is_compared_without_blanks() -> None:
    one, other = [("urn:a", "1 23 b")], [("urn:a", "123B")]
    assert identity.share_identifier(one, other)
    assert not identity.share_identifier(one, [("urn:b", "123B")])


def test_every_line_of_the_story_has_a_drawing() -> None:
    assert all(icon(line.icon) for line in LINES.values())
    assert set(NEWS) <= set(LINES)


def test_every_list_has_words() -> None:
    assert set(PICTURE) == {
        "cause", "side", "areas", "background", "paroxysms", "evoked", "triggers", "life",
    }  # fmt: skip
    assert all(title for titles in PICTURE.values() for title in titles.values())
    assert "stroke" in CAUSES
    assert "face" in AREAS
