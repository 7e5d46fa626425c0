"""Without PostgreSQL, RabbitMQ or a browser their tests are skipped; in CI they must not be."""

import pytest

from tests.surroundings import NEEDS, Need, answers

MISSING = Need(lambda: False, "The moon is not there.")


def test_on_a_machine_without_it_the_test_is_skipped() -> None:
    with pytest.raises(pytest.skip.Exception, match="The moon is not there"):
        MISSING.demand(must=False)


def test_in_ci_the_test_fails() -> None:
    with pytest.raises(pytest.fail.Exception, match="The moon is not there"):
        MISSING.demand(must=True)


def test_where_it_is_the_test_runs() -> None:
    Need(lambda: True, "").demand(must=True)


def test_nobody_answers_at_a_closed_port() -> None:
    assert not answers("amqp://guest:guest@127.0.0.1:1//")


def test_every_need_has_its_marker(pytestconfig: pytest.Config) -> None:
    markers = {line.partition(":")[0] for line in pytestconfig.getini("markers")}
    assert set(NEEDS) <= markers
