"""When it can be said that a patient died, was transferred, or is treated here after all."""

from datetime import date

from shared.errors import Invalid, RuleBroken
from shared.i18n import N_
from shared.patients.rules import ACTIVE, DECEASED

STORY = {ACTIVE: "active-again", DECEASED: "deceased", "transferred": "transferred"}
"""The line of the patient's story for each."""


def check_change(before: str, after: str, on: date | None, born: date | None, today: date) -> None:
    """A day that can be; and somebody who is treated here cannot be called so once more."""
    if after == ACTIVE:
        if before == ACTIVE:
            raise RuleBroken(N_("The patient is treated here: there is nothing to correct."))
        return
    if on is None:
        raise Invalid(N_("Say on which day it was."), field="on")
    if on > today:
        raise Invalid(N_("This day has not come yet."), field="on")
    if born is not None and on < born:
        raise Invalid(N_("This day lies before the patient’s birth."), field="on")


def refuse_unsure(sure: bool) -> None:
    """It is asked twice: what is planned ends, and is not booked again by itself."""
    if not sure:
        raise RuleBroken(
            N_("All that is planned for this patient will end. Look at the list, and say it again.")
        )


TITLES = frozenset({"m", "mr", "mrs", "ms", "mme", "mlle", "monsieur", "madame", "dr", "pr"})


def refuse_letter_to_the_dead(status: str, name: list[str], addressee: list[str]) -> None:
    """A letter goes to a doctor, or to the family; never to somebody who has died."""
    if status == DECEASED and set(addressee) - TITLES == set(name):
        raise Invalid(
            N_("The patient has died: no letter is addressed to him or her."), field="addressee"
        )
