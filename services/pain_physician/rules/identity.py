"""Who a patient is: dates that can be, the centre's numbers, and identifiers that two may share."""

from collections.abc import Iterable, Mapping
from datetime import date

from shared.errors import Invalid
from shared.i18n import N_

FIRST_NUMBER = 250_001
"""The first number that a centre gives. Six digits are long enough to be read out and compared."""
OLDEST = 130
"""Years; no birth date lies further back."""

NATIONAL_ID = "urn:oid:1.2.250.1.213.1.4.8"
"""System of the French national health identifier (INS-NIR); to be confirmed by the centre."""
HOSPITAL_NUMBER = "urn:relais:hospital-number"
"""System of the number that the hospital gave the patient."""

SYSTEMS: Mapping[str, str] = {
    NATIONAL_ID: N_("National health identifier"),
    HOSPITAL_NUMBER: N_("Number at the hospital"),
}


def shown_number(number: int) -> str:
    """The centre's number as people read it: `250 871`."""
    return f"{number // 1000:03d} {number % 1000:03d}"


def check_birth_date(born: date, today: date) -> None:
    if born > today:
        raise Invalid(N_("The birth date lies in the future."), field="birth_date")
    if today.year - born.year > OLDEST:
        raise Invalid(
            N_("The birth date lies more than %(years)s years back."),
            field="birth_date",
            years=OLDEST,
        )


def share_identifier(one: Iterable[tuple[str, str]], other: Iterable[tuple[str, str]]) -> bool:
    """Whether both carry the same identifier (system and value, blanks left out)."""
    return bool(_compact(one) & _compact(other))


def _compact(identifiers: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    return {(system, "".join(value.split()).upper()) for system, value in identifiers}
