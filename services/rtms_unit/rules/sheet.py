"""What the sheet of a session must say before it counts. Nothing is taken for granted."""

from collections.abc import Mapping

from services.rtms_unit.rules.effects import check_effect
from services.rtms_unit.rules.threshold import SIDES
from shared.errors import Invalid, RuleBroken
from shared.i18n import N_

ASK_PHYSICIAN = "ask-physician"
NEXT_STEPS: Mapping[str, str] = {
    "as-planned": N_("The next session as planned"),
    "lower-dose": N_("The next session with a lower dose, within the protocol"),
    ASK_PHYSICIAN: N_("A physician decides before the next session"),
}


def refuse_unless_started(status: str) -> None:
    """The sheet follows the checks; a session that was never started has nothing to write down."""
    if status == "booked":
        raise RuleBroken(N_("Start the session first: the checks come before it."))


def refuse_without_sheet(has_sheet: bool) -> None:
    """A session of a course is recorded on its sheet, by whichever door."""
    if not has_sheet:
        raise RuleBroken(
            N_(
                "A session of a course is recorded on its sheet, with its dose and with every "
                "adverse effect asked."
            )
        )


def is_side_of_pain(side: str, pain_side: str, rule: str) -> bool:
    """Whether the side is that of the pain where the protocol stimulates the other one."""
    return rule == "contralateral" and side == pain_side


def check_side(side: str, confirmed: bool, *, planned: str, pain_side: str, rule: str) -> None:
    """The side that was stimulated; another than the course's only when somebody confirms it."""
    if side not in SIDES:
        raise Invalid(N_("Choose one of the list."), field="side")
    if confirmed or side == planned:
        return
    if is_side_of_pain(side, pain_side, rule):
        raise Invalid(
            N_(
                "This is the side of the pain; the protocol stimulates the other one. Correct it, "
                "or confirm that it was really so."
            ),
            field="side_confirmed",
        )
    raise Invalid(
        N_(
            "The course was planned for the other side. Correct it, or confirm that it was "
            "really so."
        ),
        field="side_confirmed",
    )


def check_effects(effects: Mapping[str, tuple[str, str]], none: bool) -> None:
    """Asked every time: either what there was, or the explicit answer that there was nothing."""
    if none and effects:
        raise Invalid(
            N_("You entered an adverse effect and said that there was none."), field="no_effects"
        )
    if not none and not effects:
        raise Invalid(
            N_("Ask about adverse effects: enter what there was, or that there was none."),
            field="no_effects",
        )
    for code, (severity, relation) in effects.items():
        check_effect(code, severity, relation, field=code)


def check_next_step(next_step: str) -> None:
    """What follows is said every time."""
    if next_step not in NEXT_STEPS:
        raise Invalid(N_("Choose one of the list."), field="next_step")
