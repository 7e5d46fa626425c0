"""Servers of the tests' own, and a town of two services that outlives one fault after another."""

from collections.abc import Iterator

import pytest

from tests.faults.town import Town
from tests.nodes import PrivatePostgres, PrivateRabbit


@pytest.fixture(scope="session")
def rabbit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateRabbit]:
    with PrivateRabbit(tmp_path_factory.mktemp("rabbit")) as node:
        yield node


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivatePostgres]:
    with PrivatePostgres(tmp_path_factory.mktemp("postgres")) as node:
        yield node


@pytest.fixture(scope="module")
def town(
    rabbit: PrivateRabbit, postgres: PrivatePostgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    with Town(postgres, rabbit, tmp_path_factory.mktemp("town")) as town:
        yield town
