"""Which answers a referral can be given, in every state that it can be in."""

import pytest

from shared.discipline.rules import referral as rules
from shared.discipline.rules.referral import Deed
from shared.discipline.tables import REFERRAL_STATES
from shared.errors import Invalid, RuleBroken
from shared.events import OUTSIDE

NORA = Deed("Nora Benali", "Tue 24 Nov 10:12")

POSSIBLE = {
    "received": {"accept", "decline", "ask", "concern"},
    "on-hold": {"accept", "decline", "concern"},
    "accepted": {"measure", "plan-therapy", "book", "complete", "follow-up", "concern"},
    "in-progress": {"measure", "plan-therapy", "book", "complete", "follow-up", "concern"},
    "completed": {"measure", "report", "follow-up", "concern"},
    "rejected": {"concern"},
    "cancelled": {"concern"},
    "failed": {"concern"},
    "requested": {"concern"},
}
MORE_FROM_OUTSIDE = {
    "received": {"withdraw"},
    "on-hold": {"withdraw", "resume"},
    "accepted": {"withdraw"},
    "in-progress": {"withdraw"},
    "rejected": {"tell"},
    "failed": {"tell"},
}


@pytest.mark.parametrize("status", REFERRAL_STATES)
def test_what_can_be_done_in_each_state(status: str) -> None:
    assert rules.possible(status, "pain_physician", set()) == POSSIBLE[status]
    more = MORE_FROM_OUTSIDE.get(status, set())
    assert rules.possible(status, OUTSIDE, set()) == POSSIBLE[status] | more


def test_a_report_and_a_telephone_call_are_made_once() -> None:
    assert "report" not in rules.possible("completed", "pain_physician", {"reported"})
    assert "tell" not in rules.possible("rejected", OUTSIDE, {"told"})


@pytest.mark.parametrize("verb", rules.ALLOWED)
@pytest.mark.parametrize("status", sorted(set(REFERRAL_STATES) - {"requested"}))
def test_refusals_agree_with_what_is_offered(verb: str, status: str) -> None:
    if status in rules.ALLOWED[verb]:
        rules.refuse_unless_possible(verb, status, NORA)
        return
    with pytest.raises(RuleBroken):
        rules.refuse_unless_possible(verb, status, NORA)


@pytest.mark.parametrize(
    ("verb", "status", "sentence"),
    [
        ("accept", "accepted", "Nora Benali accepted it on Tue 24 Nov 10:12."),
        (
            "decline",
            "in-progress",
            "Nora Benali accepted it on Tue 24 Nov 10:12, and sessions were booked.",
        ),
        ("accept", "rejected", "Nora Benali declined it on Tue 24 Nov 10:12."),
        ("book", "completed", "Nora Benali completed it on Tue 24 Nov 10:12."),
        ("book", "received", "It has not been accepted yet: answer the referral first."),
        ("resume", "received", "No question to the referrer is open."),
        (
            "ask",
            "on-hold",
            "Nora Benali asked the referrer a question on Tue 24 Nov 10:12; "
            "it is not answered yet.",
        ),
        (
            "accept",
            "failed",
            "It was handed back to the referrer on Tue 24 Nov 10:12.",
        ),
    ],
)
def test_a_refusal_says_who_did_what_when(verb: str, status: str, sentence: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        rules.refuse_unless_possible(verb, status, NORA)
    assert str(refused.value) == sentence


def test_a_page_that_is_too_old_is_refused_with_the_name_of_whoever_was_faster() -> None:
    rules.refuse_if_stale(None, 7, NORA)
    rules.refuse_if_stale(7, 7, NORA)
    with pytest.raises(RuleBroken, match="Nora Benali changed this on Tue 24 Nov 10:12"):
        rules.refuse_if_stale(6, 7, NORA)


@pytest.mark.parametrize(
    ("next_step", "onward_to", "note", "field"),
    [
        ("refer-onward", "", "", "onward_to"),
        ("refer-onward", "nobody", "", "onward_to"),
        ("refer-again-when", "", "  ", "note"),
    ],
)
def test_a_decline_without_what_follows_is_refused(
    next_step: str, onward_to: str, note: str, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        rules.check_next_step(next_step, onward_to, note, {"psychologist"})
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("next_step", "onward_to", "note"),
    [
        ("back-to-referrer", "", ""),
        ("refer-onward", "psychologist", ""),
        ("refer-again-when", "", "after the operation"),
    ],
)
def test_a_decline_with_what_follows_is_taken(next_step: str, onward_to: str, note: str) -> None:
    rules.check_next_step(next_step, onward_to, note, {"psychologist"})


def test_codes_come_from_the_list_and_words_are_words() -> None:
    rules.check_code("capacity", {"capacity": "No capacity"}, "reason_code")
    with pytest.raises(Invalid):
        rules.check_code("mood", {"capacity": "No capacity"}, "reason_code")
    with pytest.raises(Invalid):
        rules.check_words(" \n", "question")


def test_a_referral_does_not_end_while_a_session_is_booked() -> None:
    rules.refuse_while_booked(0)
    with pytest.raises(RuleBroken):
        rules.refuse_while_booked(1)


def test_nobody_speaks_for_a_referrer_of_the_team() -> None:
    rules.refuse_unless_outside(OUTSIDE)
    with pytest.raises(RuleBroken):
        rules.refuse_unless_outside("pain_physician")
