"""What the registry of machines and coils must say, and when one of them can be used."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from shared.errors import Invalid, RuleBroken
from shared.i18n import N_

FORMS: Mapping[str, str] = {
    "figure-8": N_("Figure of eight"),
    "circular": N_("Circular"),
    "double-cone": N_("Double cone"),
    "h-coil": N_("H-coil"),
    "other": N_("Another form"),
}
FARTHEST = timedelta(days=731)
"""Two years: later than that is a slip of the pen."""


@dataclass(frozen=True)
class Device:
    """What is entered for a machine or a coil."""

    name: str
    maker: str
    serial_number: str
    in_use_from: date


def check(device: Device, today: date) -> None:
    """Each device can be told from the others, and is in use within two years."""
    for field in ("name", "maker", "serial_number"):
        if not getattr(device, field).strip():
            raise Invalid(N_("Please write a few words."), field=field)
    if device.in_use_from > today + FARTHEST:
        raise Invalid(N_("This is more than two years ahead."), field="in_use_from")


def check_form(form: str) -> None:
    """The form of a coil matters for the risk, so it is always said."""
    if form not in FORMS:
        raise Invalid(N_("Choose one of the list."), field="form")


def check_retirement(in_use_from: date, retired_on: date | None, on: date) -> None:
    """It is retired once, and not before it was in use."""
    if retired_on is not None:
        raise RuleBroken(N_("It is retired already."))
    if on < in_use_from:
        raise Invalid(N_("It was not in use yet on that day."), field="retired_on")


def is_in_use(in_use_from: date, retired_on: date | None, day: date) -> bool:
    """Whether it can be used on a day."""
    return in_use_from <= day and (retired_on is None or day < retired_on)
