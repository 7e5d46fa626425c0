"""One centre that was prepared, for tests that only look at it."""

import pytest

from tests.deploy.prepared import Centre, prepared


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Centre:
    return prepared(tmp_path_factory.mktemp("centre") / "relais")
