"""What the stories about reminders stand on."""

import pytest

from tests.clinic import Clinic
from tests.reminders.post import Post


@pytest.fixture
def post(clinic: Clinic) -> Post:
    return Post(clinic)
