"""A referral that has come to the rTMS unit, and a browser of one who works there."""

import pytest
from fastapi.testclient import TestClient

from tests.clinic import Clinic
from tests.referring import Referred, refer


@pytest.fixture
def sent(clinic: Clinic) -> Referred:
    return refer(clinic)


@pytest.fixture
def unit(clinic: Clinic) -> TestClient:
    """A browser of the rTMS unit."""
    return clinic.http(clinic.operator)
