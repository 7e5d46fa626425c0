"""A patient answers the last question of the PHQ-9: somebody must look today, by name."""

import re

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select

from services.coordinator.tables import Obligation
from services.pain_physician.tables import Concern
from shared.discipline.tables import Measurement
from tests.clinic import Clinic
from tests.referring import Referred, announced, refer

pytestmark = pytest.mark.story
LOW = (1, 2, 1, 2, 1, 1, 1, 0)


def filled_in(*answers: int, entry: str = "") -> dict[str, str]:
    """The form as a browser sends it."""
    ticked = {f"item_{number}": str(answer) for number, answer in enumerate(answers, start=1)}
    return ticked | ({"entry": entry} if entry else {})


@pytest.fixture
def sent(clinic: Clinic) -> Referred:
    """A patient whom the psychologist has taken on."""
    referred = refer(clinic, "psychologist")
    clinic.http(clinic.psychologist).post(f"{referred.url}/accept")
    clinic.settle()
    return referred


@pytest.fixture
def browser(clinic: Clinic) -> TestClient:
    return clinic.http(clinic.psychologist)


def concerns(clinic: Clinic) -> list[Concern]:
    with clinic.look("pain_physician") as work:
        return list(work.all(select(Concern)))


def test_question_nine_is_acknowledged_the_same_day(
    clinic: Clinic, browser: TestClient, sent: Referred
) -> None:
    page = browser.get(f"{sent.url}/forms/phq-9")
    assert "raises an urgent concern by itself" in page.text
    assert not re.search(r'value="\d" checked', page.text), "nothing is answered beforehand"

    entry = page.text.partition('name="entry" value="')[2].partition('"')[0]
    answered = browser.post(f"{sent.url}/forms/phq-9", data=filled_in(*LOW, 2, entry=entry))
    assert answered.status_code == 303
    twice = browser.post(f"{sent.url}/forms/phq-9", data=filled_in(*LOW, 2, entry=entry))
    assert twice.status_code == 303
    clinic.settle()

    [concern] = concerns(clinic)
    assert concern.urgent
    assert "answered with 2 of 3" in concern.note
    assert "Total 11 of 27" in concern.note
    assert announced(clinic, "psychologist").count("concern.raised") == 1
    shown = browser.get(f"{sent.url}/scores").text
    assert "concern raised" in shown
    assert "moderate depression (10 to 14)" in shown

    with clinic.look("coordinator") as work:
        [owed] = work.all(select(Obligation).where(Obligation.what == "acknowledge-concern"))
    assert owed.urgent
    assert owed.due_at.date() == clinic.now.date(), "the same working day"

    clinic.http(clinic.physician).post(
        f"/pain_physician/concerns/{concern.id}/acknowledge",
        data={"what_is_done": "Called the patient; seen at noon."},
    )
    clinic.settle()
    with clinic.look("coordinator") as work:
        [met] = work.all(select(Obligation).where(col(Obligation.subject) == concern.id))
    assert met.state == "met"
    assert "Called the patient; seen at noon." in browser.get(f"{sent.url}").text


def test_a_correction_raises_a_concern_once_and_never_takes_it_back(
    clinic: Clinic, browser: TestClient, sent: Referred
) -> None:
    browser.post(f"{sent.url}/forms/phq-9", data=filled_in(*LOW, 0))
    clinic.settle()
    assert concerns(clinic) == []
    for answer in (1, 2, 0, 3):
        browser.post(f"/psychologist/scores/{latest(clinic)}", data=filled_in(*LOW, answer))
        clinic.settle()
    assert len(concerns(clinic)) == 1, "one form, one concern"
    with clinic.look("psychologist") as work:
        rows = work.all(select(Measurement).order_by(col(Measurement.id)))
    assert [row.value for row in rows] == [9, 10, 11, 9, 12]
    assert [row.corrected_at is None for row in rows] == [False] * 4 + [True]


def test_a_form_with_a_hole_is_refused_and_nothing_is_kept(
    clinic: Clinic, browser: TestClient, sent: Referred
) -> None:
    refused = browser.post(f"{sent.url}/forms/phq-9", data=filled_in(*LOW))
    assert refused.status_code == 422
    assert "All 9 questions must be answered" in refused.text
    assert "measurement.recorded" not in announced(clinic, "psychologist")


def test_if_the_concern_cannot_be_told_the_score_is_not_kept(
    clinic: Clinic, browser: TestClient, sent: Referred, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as breaking:
        breaking.setattr("shared.discipline.actions.measurements.raise_concern", broken)
        failed = browser.post(f"{sent.url}/forms/phq-9", data=filled_in(*LOW, 1))
    assert failed.status_code == 500
    with clinic.look("psychologist") as work:
        assert work.all(select(Measurement)) == []


def latest(clinic: Clinic) -> object:
    with clinic.look("psychologist") as work:
        return work.first(select(Measurement.id).where(col(Measurement.corrected_at).is_(None)))
