"""What a therapy plan must say, and when a note on a session can be written and shared."""

from collections.abc import Sequence
from datetime import date, timedelta

from shared.discipline.codes import RHYTHMS, THERAPY_METHODS
from shared.discipline.rules.referral import check_code, check_words
from shared.errors import Invalid, RuleBroken
from shared.i18n import N_

MOST_SESSIONS = 99
FARTHEST = timedelta(days=366)
"""A plan is looked at again within a year."""
TAKEN_PLACE = frozenset({"completed", "interrupted"})


def check_plan(goals: str, methods: Sequence[str], sessions: int, rhythm: str) -> None:
    """Goals in words, at least one method, a number of sessions and a rhythm."""
    check_words(goals, "goals")
    if not methods:
        raise Invalid(N_("Choose at least one method."), field="methods")
    for code in methods:
        check_code(code, THERAPY_METHODS, "methods")
    check_code(rhythm, RHYTHMS, "rhythm")
    if not 1 <= sessions <= MOST_SESSIONS:
        raise Invalid(
            N_("A therapy has 1 to %(most)s sessions."), field="sessions", most=MOST_SESSIONS
        )


def check_review(review_on: date, today: date) -> None:
    """A plan is looked at again, on a day that lies ahead."""
    if review_on <= today:
        raise Invalid(N_("The day of the review lies ahead."), field="review_on")
    if review_on > today + FARTHEST:
        raise Invalid(N_("A plan is looked at again within a year."), field="review_on")


def check_note(status: str, method: str, text: str) -> None:
    """A note tells of a session that took place, even if it was interrupted."""
    if status not in TAKEN_PLACE:
        raise RuleBroken(N_("The note is written once the session has taken place."))
    check_code(method, THERAPY_METHODS, "method")
    check_words(text, "text")


def refuse_unless_to_share(written: bool, shared: bool) -> None:
    """Each version of a note is shared once, and only once it is there."""
    if not written:
        raise RuleBroken(N_("There is no note on this session yet."))
    if shared:
        raise RuleBroken(N_("This note has been shared with the team already."))
