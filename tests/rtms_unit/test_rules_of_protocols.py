"""Protocols are data: whole, with a source and a year for each value, and never changed."""

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from services.rtms_unit.reading.protocols import written
from services.rtms_unit.rules.protocols import (
    SHIPPED,
    Known,
    Protocol,
    Setting,
    check,
    side_of,
)
from services.rtms_unit.rules.protocols.checks import LIMITS
from shared.errors import Invalid

PUBLISHED = Known("A journal", 2020)
RELEASED = {
    ("transnep", 1): "c81299009e508677",
    ("hodaj-2015", 1): "b711023fe6271f29",
    ("saint-etienne", 1): "5063b88c9d745504",
    ("induction-10", 1): "a445359a48c61e28",
    ("rpms", 1): "7a0d6e74245ddd4e",
}
"""The digest of each version that was released: what changes is a new version."""
every_protocol = pytest.mark.parametrize("protocol", SHIPPED, ids=lambda each: each.code)
HODAJ = next(each for each in SHIPPED if each.code == "hodaj-2015")


def sources(value: Any) -> Iterator[dict[str, Any]]:
    """Every source that stands anywhere in a protocol, as it is kept."""
    if isinstance(value, dict) and "to_confirm" in value:
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from sources(each)


@every_protocol
def test_what_is_brought_along_is_whole(protocol: Protocol) -> None:
    check(protocol)
    known = list(sources(written(protocol)))
    assert len(known) == 3 + len(protocol.dose) + 2 * len(protocol.phases)
    assert all(each["source"] and each["year"] > 1985 for each in known)
    assert any(each["to_confirm"] for each in known), "no calendar was published day by day"


@every_protocol
def test_a_version_never_changes(protocol: Protocol) -> None:
    digest = sha256(repr(written(protocol)).encode()).hexdigest()[:16]
    assert digest == RELEASED[protocol.code, protocol.version], "write the next version instead"


def test_the_calendars_are_as_long_as_published() -> None:
    assert {each.code: each.sessions for each in SHIPPED} == {
        "transnep": 15,
        "hodaj-2015": 19,
        "saint-etienne": 12,
        "induction-10": 10,
        "rpms": 4,
    }
    assert HODAJ.phase_of(10).decision == "end-of-induction"
    assert HODAJ.phase_of(11).code == "week-3"


@pytest.mark.parametrize(
    ("pain", "chosen", "side"),
    [("left", "", "right"), ("right", "left", "left"), ("both", "left", "left")],
)
def test_the_cortex_opposite_to_the_pain(pain: str, chosen: str, side: str) -> None:
    assert side_of("contralateral", pain, chosen) == side


def test_a_nerve_on_the_side_of_the_pain() -> None:
    assert side_of("ipsilateral", "left") == "left"
    assert side_of("right", "left") == "right"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "Hodaj 2015"}, "code"),
        ({"title": " "}, "title"),
        ({"evidence": "certain"}, "evidence"),
        ({"side_rule": "somewhere"}, "side_rule"),
        ({"minutes": 5}, "minutes"),
        ({"known": Known("", 2015)}, "source"),
        ({"known": Known("A journal", 1900)}, "year"),
        ({"phases": ()}, "phases"),
        ({"phases": HODAJ.phases * 2}, "phases"),
        ({"phases": (replace(HODAJ.phases[0], sessions=0),)}, "phases.0.sessions"),
        ({"phases": (replace(HODAJ.phases[0], least_gap=2),)}, "phases.0.least_gap"),
        ({"phases": (replace(HODAJ.phases[0], decision="later"),)}, "phases.0.decision"),
        ({"dose": {**HODAJ.dose, "pulses": Setting(1999, 1, 3000, PUBLISHED)}}, None),
        ({"dose": {**HODAJ.dose, "pulses": Setting(1500, 1, 3000, PUBLISHED)}}, "pulses"),
        ({"dose": {"frequency_hz": Setting(10, 20, 30, PUBLISHED)}}, "frequency_hz"),
        ({"dose": {"frequency_hz": Setting(1000, 1, 1000, PUBLISHED)}}, "frequency_hz"),
        ({"dose": {"colour": Setting(1, 1, 1, PUBLISHED)}}, "dose"),
    ],
)
def test_what_a_protocol_cannot_be(changes: dict[str, Any], field: str | None) -> None:
    changed = replace(HODAJ, **changes)
    if field is None:
        check(changed)  # a pulse more or less is a matter of rounding
        return
    with pytest.raises(Invalid) as why:
        check(changed)
    assert why.value.field == field


def test_the_limits_know_every_number_of_a_dose() -> None:
    assert {name for each in SHIPPED for name in each.dose} <= LIMITS.keys()
