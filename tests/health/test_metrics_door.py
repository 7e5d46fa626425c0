"""Who may read the figures, what a request leaves in them, and what the alarms are made of."""

import re
import socket
from pathlib import Path
from typing import Any

import httpx2
import pytest
import yaml
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from shared.identifiers import new_id
from shared.web.worker_figures import answer_in_the_background, figures_only
from tests.clinic import Clinic

ALERTS = Path(__file__).parents[2] / "deploy" / "prometheus" / "alerts.yml"
HERE, ELSEWHERE = ("127.0.0.1", 50000), ("192.0.2.7", 50000)
BY_PROXY = {"x-forwarded-for": "192.0.2.7"}


def scraper(clinic: Clinic, address: tuple[str, int] = HERE) -> TestClient:
    return TestClient(clinic.app, client=address)


def with_token(clinic: Clinic, folder: Path, token: str) -> None:
    """The centre has set a token."""
    file = folder / "metrics-token"
    file.write_text(token)
    clinic.settings.metrics_token_file = file


def test_without_a_token_only_this_machine_reads(clinic: Clinic) -> None:
    answer = scraper(clinic).get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    assert "relais_build_info" in answer.text
    assert scraper(clinic, ELSEWHERE).get("/metrics").status_code == 403
    assert scraper(clinic).get("/metrics", headers=BY_PROXY).status_code == 403


def test_with_a_token_whoever_shows_it_reads(clinic: Clinic, tmp_path: Path) -> None:
    with_token(clinic, tmp_path, "a-long-secret\n")
    for address in (HERE, ELSEWHERE):
        reader = scraper(clinic, address)
        right = {"authorization": "Bearer a-long-secret"}
        assert reader.get("/metrics", headers=right).status_code == 200
        assert reader.get("/metrics").status_code == 403
        for wrong in ("Bearer a-long-secre", "Bearer ", "Basic a-long-secret", "a-long-secret"):
            assert reader.get("/metrics", headers={"authorization": wrong}).status_code == 403


@pytest.mark.parametrize("content", ["", "\n", None])
def test_a_token_file_without_a_token_lets_nobody_in(
    clinic: Clinic, tmp_path: Path, content: str | None
) -> None:
    with_token(clinic, tmp_path, content or "")
    if content is None:
        (tmp_path / "metrics-token").unlink()
    for shown in ("Bearer ", "Bearer x"):
        answer = scraper(clinic).get("/metrics", headers={"authorization": shown})
        assert answer.status_code == 403


def test_requests_are_counted_by_the_pattern_of_their_address(clinic: Clinic) -> None:
    patient, secret = new_id(), "one-time-secret"
    browser = clinic.http(clinic.physician)
    browser.get(f"/pain_physician/patients/{patient}")
    browser.get(f"/accounts/join/{secret}")
    browser.get("/static/mark.svg")
    browser.get(f"/nowhere/{secret}")
    browser.request("BREW", "/")
    text = scraper(clinic).get("/metrics").text
    assert str(patient) not in text
    assert secret not in text
    labels = requests(text)
    assert ("GET", "/pain_physician/patients/{patient_id}", "4xx") in labels
    assert ("GET", "/accounts/join/{secret}", "4xx") in labels
    assert ("GET", "/static", "2xx") in labels
    assert ("GET", "none", "4xx") in labels
    assert {method for method, _, _ in labels} <= {"GET", "other"}


def test_an_answer_that_is_repeated_is_counted_by_its_address_too(clinic: Clinic) -> None:
    browser, seen = clinic.http(clinic.coordinator), "/coordinator/board/now"
    etag = browser.get(seen).headers["etag"]
    assert browser.get(seen).status_code == 200
    assert browser.get(seen, headers={"if-none-match": etag}).status_code == 304
    labels = requests(scraper(clinic).get("/metrics").text)
    assert {(route, status) for _, route, status in labels} == {(seen, "2xx"), (seen, "3xx")}


def requests(text: str) -> set[tuple[str, str, str]]:
    return {
        (sample.labels["method"], sample.labels["route"], sample.labels["status"])
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == "relais_request_seconds_count"
    }


def test_every_figure_is_explained_by_a_sentence(clinic: Clinic) -> None:
    clinic.team.tick()
    text = scraper(clinic).get("/metrics").text
    families = [f for f in text_string_to_metric_families(text) if f.name.startswith("relais_")]
    assert len(families) > 10
    assert [f.name for f in families if not re.fullmatch(r"[A-Z].{20,}\.", f.documentation)] == []


def test_every_alarm_stands_on_a_figure_that_exists(clinic: Clinic) -> None:
    text = scraper(clinic).get("/metrics").text
    declared = set(re.findall(r"^# TYPE (relais_\w+) ", text, re.M))
    rules = alarms()
    named = {name for rule in rules for name in re.findall(r"relais_\w+", rule["expr"])}
    assert len(rules) >= 8
    assert {re.sub(r"_(bucket|sum|count)$", "", name) for name in named} <= declared
    for rule in rules:
        assert rule["annotations"]["summary"].endswith(".")
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert re.fullmatch(r"\d+[smhd]", rule["for"])


def test_an_alarm_looks_only_at_labels_that_there_are(clinic: Clinic) -> None:
    clinic.team.tick()
    scraper(clinic).get("/metrics")
    text = scraper(clinic).get("/metrics").text
    for rule in alarms():
        for name, inside in re.findall(r"(relais_\w+)\{([^}]*)\}", rule["expr"]):
            asked = set(re.findall(r"(\w+)\s*[=!]", inside))
            assert asked <= known_labels(text, name), rule["alert"]


def known_labels(text: str, name: str) -> set[str]:
    """Of a figure that has no sample yet its help alone is there; then these."""
    rare = {"relais_deliveries_open": {"service", "subscriber", "state"}}
    rare["relais_inbox_open"] = {"service", "state"}
    found = re.findall(rf"^{name}\{{([^}}]*)\}}", text, re.M)
    return {label for inside in found for label in re.findall(r"(\w+)=", inside)} | rare.get(
        name, set()
    )


def alarms() -> list[dict[str, Any]]:
    groups = yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def test_a_worker_answers_the_monitoring_and_nothing_else(clinic: Clinic) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    end = answer_in_the_background(clinic.team, listener)
    port = listener.getsockname()[1]
    try:
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}") as reader:
            answer = reader.get("/metrics", timeout=30)
            assert answer.status_code == 200
            assert 'relais_database_up{service="accounts"} 1.0' in answer.text
            assert reader.get("/metrics", headers=BY_PROXY, timeout=30).status_code == 403
            assert reader.get("/", timeout=30).status_code == 404
    finally:
        end()


def test_what_a_worker_does_is_in_its_figures(clinic: Clinic) -> None:
    reader = TestClient(figures_only(clinic.team), client=HERE)
    clinic.settle()
    answer = reader.get("/metrics")
    assert 'relais_turn_seconds_count{service="reminders"}' in answer.text
    assert 'relais_queue_connected{service="reminders"} 1.0' in answer.text
