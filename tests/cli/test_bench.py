"""`relais bench` measures for real, at every place that it can reach."""

import pytest

from tests.benchmarks import relais


@pytest.mark.slow
def test_events_are_measured_in_one_process_without_any_server() -> None:
    found = relais.figures(200, 10, servers=False)
    assert list(found) == ["one process"]
    assert_sane(found["one process"])


@pytest.mark.slow
@pytest.mark.broker
@pytest.mark.postgres
def test_events_are_measured_between_processes_where_servers_are_set() -> None:
    found = relais.figures(200, 10)
    assert list(found) == ["one process", "servers"]
    assert_sane(found["servers"])


def assert_sane(figures: dict[str, float]) -> None:
    """As fast as a slow machine at least, and no faster than any machine can be."""
    assert 1 < figures["drained"] < 1_000_000
    assert 1 < figures["through"] < 1_000_000
    assert 0 < figures["cpu"] < 1_000_000
    assert 0 < figures["median"] <= figures["slowest_of_hundred"] < 60
