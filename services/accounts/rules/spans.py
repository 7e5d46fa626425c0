"""Days in a row, as people enter them: in order, not too long, not too far ahead."""

from datetime import date, timedelta

from shared.errors import Invalid
from shared.i18n import N_

FARTHEST = timedelta(days=2 * 366)


def check_span(begins: date, ends: date, today: date) -> None:
    """The first day comes first, and lies at most two years ahead."""
    if ends < begins:
        raise Invalid(N_("The last day lies before the first one."), field="ends")
    if begins - today > FARTHEST:
        raise Invalid(N_("Enter at most two years ahead."), field="begins")
