"""The demo centre is there after the first start, also when that was cut off."""

from pathlib import Path

import httpx2
import pytest

from services.demo.people import PASSWORD, TEAM
from tests.processes.house import House, until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
LOADING = "Loading the demo centre"


def test_a_first_start_that_was_cut_off_begins_again(tmp_path: Path) -> None:
    house = House(tmp_path / "data", "--demo")
    try:
        house.launch()
        until((house.folder / "demo-being-loaded" / "rtms_unit.db").exists)
        house.kill()
        house.start()
        assert house.log.read_text().count(LOADING) == 2
        assert everybody_can_sign_in(house)
        assert house.ask_to_end()[0] == 0
        house.start()
        assert house.log.read_text().count(LOADING) == 2, "it is there, and not loaded again"
        assert not (house.folder / "demo-being-loaded").exists()
    finally:
        house.kill()


def everybody_can_sign_in(house: House) -> bool:
    answers = [
        httpx2.post(
            f"{house.url}/accounts/api/sign-in",
            json={"email": colleague.email, "password": PASSWORD},
            timeout=60,
        )
        for colleague in TEAM
    ]
    return {answer.status_code for answer in answers} == {200}
