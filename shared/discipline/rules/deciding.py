"""What a physician must say at a gate, in whichever service the decision is made."""

from collections.abc import Iterable, Mapping

from shared.errors import Invalid
from shared.i18n import N_


def check_decisions(yes: Iterable[str], reasons: Mapping[str, str]) -> None:
    """Whoever lets a patient be treated says a reason for everything that was found."""
    for code in yes:
        if not reasons.get(code, "").strip():
            raise Invalid(
                N_("Give a reason for this yes as well: a physician decides on every one."),
                field=f"decision-{code}",
            )
