"""Which scores are possible: in their range, whole where they must be, and complete."""

from collections.abc import Sequence

from shared.errors import Invalid
from shared.i18n import N_
from shared.measuring.instruments import Instrument, instrument
from shared.measuring.items import FORMS


def check(code: str, value: float | None, field: str = "") -> None:
    """Refuse a score that this instrument cannot have; None was not measured and passes."""
    known = instrument(code)
    if value is not None:
        check_range(known, value, field or code.replace("-", "_"))


def possible(code: str, value: float) -> bool:
    """Whether some instrument of the centre can have this score."""
    try:
        check(code, value)
    except Invalid:
        return False
    return True


def check_range(known: Instrument, value: float | None, field: str) -> None:
    """Refuse a number outside the scale, and one with too many digits."""
    if value is None:
        return
    if not known.low <= value <= known.high:  # also refuses what is no number at all
        raise Invalid(
            N_("This score goes from %(low)s to %(high)s."),
            field=field,
            low=known.low,
            high=known.high,
        )
    if value != round(value, known.digits):
        sentence = N_("This score is a whole number.")
        if known.digits:
            sentence = N_("This score has one digit after the point at most.")
        raise Invalid(sentence, field=field)


def total(code: str, answers: Sequence[int | None]) -> int:
    """The sum of the answers to an open form; refused unless each question has its answer."""
    form = FORMS[code]
    for number, _ in enumerate(form.questions, start=1):
        answer = answers[number - 1] if number <= len(answers) else None
        _check_answer(answer, len(form.answers) - 1, f"item_{number}", instrument(code))
    if len(answers) > len(form.questions):
        raise Invalid(N_("This form has fewer questions than there are answers."))
    return sum(answer for answer in answers if answer is not None)


def check_pain(worst: int | None, least: int | None, average: int | None) -> None:
    """Refuse half a set of pain scores, and an order that cannot be."""
    given = [value for value in (worst, least, average) if value is not None]
    if not given:
        return
    if worst is None or least is None or average is None:
        field = _first_missing(worst=worst, least=least, average=average)
        raise Invalid(
            N_("Worst, least and average pain belong together: give all three."), field=field
        )
    if not least <= average <= worst:
        raise Invalid(
            N_("Least pain cannot exceed average pain, nor average pain the worst."),
            field="nrs_average",
        )


def _check_answer(answer: int | None, highest: int, field: str, known: Instrument) -> None:
    if answer is None:
        raise Invalid(known.completeness, field=field)
    if answer not in range(highest + 1):
        raise Invalid(N_("Choose one of the list."), field=field)


def _first_missing(**values: int | None) -> str:
    return "nrs_" + next(name for name, value in values.items() if value is None)
