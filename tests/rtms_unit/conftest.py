"""A course that is about to begin."""

import pytest

from tests.clinic import Clinic
from tests.rtms_unit.treatment import Treatment


@pytest.fixture
def treatment(clinic: Clinic) -> Treatment:
    """The morning of the first session: screened and planned, nothing asked yet."""
    return Treatment(clinic).begin()
