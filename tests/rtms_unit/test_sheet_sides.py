"""The side that a sheet says: another than the one planned only when somebody confirms it."""

import pytest

from services.rtms_unit.rules.sheet import check_side
from shared.errors import Invalid


@pytest.mark.parametrize(
    ("rule", "pain_side", "planned", "words"),
    [
        ("contralateral", "left", "right", "side of the pain"),
        ("contralateral", "both", "right", "planned for the other side"),
        ("ipsilateral", "right", "right", "planned for the other side"),
        ("right", "midline", "right", "planned for the other side"),
    ],
)
def test_the_other_side_is_confirmed(rule: str, pain_side: str, planned: str, words: str) -> None:
    check_side("right", False, planned=planned, pain_side=pain_side, rule=rule)
    check_side("left", True, planned=planned, pain_side=pain_side, rule=rule)
    with pytest.raises(Invalid, match=words) as refused:
        check_side("left", False, planned=planned, pain_side=pain_side, rule=rule)
    assert refused.value.field == "side_confirmed"
