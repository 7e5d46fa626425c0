"""Is an answer given again only to whom, and only as long as, it would be given anew?"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import product
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event, update
from sqlmodel import col

import services
from services.accounts.actions import change_member
from services.coordinator.actions import reading
from services.coordinator.actions.figures import Scope
from services.coordinator.tables import Obligation
from shared.access.viewer import COORDINATOR, PSYCHOLOGIST
from shared.app import create_app
from shared.mail import MemoryMailer
from shared.running import House, Team
from shared.web.cookies import LANGUAGE
from shared.web.drawings import Drawings
from shared.work import Work
from tests.clinic import Clinic
from tests.referring import refer, register

NOW = "/coordinator/board/now"
FILTERS = ("", "?who=me", "?unit=psychologist", "?show=referrals")


class Beside:
    """Another process of the same house: it shares the databases and nothing else."""

    def __init__(self, clinic: Clinic) -> None:
        every = services.load_all()
        house = House(every, clinic.settings, clinic.clock, MemoryMailer())
        self._clinic, self.team = clinic, Team(every, house)
        self.app = create_app(self.team, threads=False)

    def http(self, browser: TestClient) -> TestClient:
        """The same browser, with its sign-in, at this process."""
        other = TestClient(self.app, follow_redirects=False, headers=dict(browser.headers))
        other.cookies = browser.cookies
        return other


@pytest.fixture
def beside(clinic: Clinic) -> Iterator[Beside]:
    other = Beside(clinic)
    yield other
    other.team.stop()


@contextmanager
def drawings(clinic: Clinic) -> Iterator[list[str]]:
    """Each time that somebody reads the rows of a board."""
    asked: list[str] = []

    def note(_c: object, _k: object, statement: str, *_: object) -> None:
        if "obligation.late_at" in statement and "LIMIT" in statement:
            asked.append(statement)

    reader = clinic.team["coordinator"].reader
    event.listen(reader, "before_cursor_execute", note)
    yield asked
    event.remove(reader, "before_cursor_execute", note)


def again(browser: TestClient, etag: str) -> int:
    """How a page is answered that has this answer already."""
    return browser.get(NOW, headers={"if-none-match": etag}).status_code


def test_what_a_page_has_is_not_sent_again(clinic: Clinic) -> None:
    refer(clinic)
    browser = clinic.http(clinic.coordinator)
    first = browser.get(NOW)
    assert first.status_code == 200
    assert first.headers["cache-control"] == "no-store"
    same = browser.get(NOW, headers={"if-none-match": first.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    assert same.headers["cache-control"] == "no-store"
    assert same.headers["content-security-policy"] == first.headers["content-security-policy"]
    assert browser.get(NOW).content == first.content
    refer(clinic, patient_id=register(clinic, "Mercier"))
    assert again(browser, first.headers["etag"]) == 200


def test_fifty_open_boards_cost_one_drawing(clinic: Clinic) -> None:
    people = [clinic.coordinator, *(_coordinator(clinic, number) for number in range(4))]
    refer(clinic)
    browsers = [clinic.http(people[number % len(people)]) for number in range(50)]
    with drawings(clinic) as drawn, ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda browser: browser.get(NOW), browsers))
        assert len({answer.content for answer in answers}) == 1
        assert "LEFÈVRE" in answers[0].text
        assert len(drawn) == 1
        refer(clinic, patient_id=register(clinic, "Mercier"))
        answers = list(pool.map(lambda browser: browser.get(NOW), browsers))
        assert all("MERCIER" in answer.text for answer in answers)
        assert len(drawn) == 2


def _coordinator(clinic: Clinic, number: int) -> UUID:
    member = clinic.join(f"Coordinator {number}", roles=[COORDINATOR], units=["coordinator"])
    clinic.settle()
    return member


def test_everybody_sees_what_they_would_see_alone(clinic: Clinic, beside: Beside) -> None:
    """Whoever looked before, with whatever rights, language and filters: nothing of it shows."""
    refer(clinic)
    refer(clinic, "psychologist", register(clinic, "Mercier"))
    people = (clinic.coordinator, clinic.operator, clinic.psychologist, clinic.physician)
    views = list(product(people, ("en", "fr"), FILTERS))
    for _ in range(2):
        for person, language, asked in views:
            browser = clinic.http(person)
            browser.cookies.set(LANGUAGE, language)
            shared, alone = browser.get(NOW + asked), beside.http(browser).get(NOW + asked)
            assert shared.status_code == alone.status_code == 200
            assert shared.text == alone.text
            assert person != clinic.psychologist or "LEFÈVRE" not in shared.text
            beside.app.state.drawings = Drawings()


def test_who_is_owed_for_by_name_sees_it_and_a_colleague_does_not(clinic: Clinic) -> None:
    """She owes it herself, although she has left the unit that owes it."""
    refer(clinic)
    colleague = clinic.join("Lea Roth", roles=[PSYCHOLOGIST], units=["psychologist"])
    clinic.settle()
    with clinic.work("coordinator") as work:
        work.session.execute(
            update(Obligation)
            .values(debtor_member=colleague)
            .where(col(Obligation.state) == "open")
        )
    assert "LEFÈVRE" not in clinic.http(clinic.psychologist).get(NOW).text
    assert "LEFÈVRE" in clinic.http(colleague).get(NOW).text
    assert "LEFÈVRE" not in clinic.http(clinic.psychologist).get(NOW).text


def test_what_is_owed_by_name_a_moment_later_is_not_drawn_for_all(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """She is named after it was asked whether she is, and before the board is drawn."""
    refer(clinic)
    colleague = clinic.join("Lea Roth", roles=[PSYCHOLOGIST], units=["psychologist"])
    clinic.settle()
    is_named = reading.is_named

    def asked_too_early(work: Work, scope: Scope) -> bool:
        answer = is_named(work, scope)
        with clinic.work("coordinator") as other:
            other.session.execute(update(Obligation).values(debtor_member=colleague))
        return answer

    with monkeypatch.context() as patch:
        patch.setattr(reading, "is_named", asked_too_early)
        clinic.http(colleague).get(NOW)
    assert "LEFÈVRE" not in clinic.http(clinic.psychologist).get(NOW).text
    assert "LEFÈVRE" in clinic.http(colleague).get(NOW).text


def test_what_another_process_commits_shows_at_once(clinic: Clinic, beside: Beside) -> None:
    browser = clinic.http(clinic.coordinator)
    etag = browser.get(NOW).headers["etag"]
    assert again(browser, etag) == 304
    sent = refer(clinic)
    before = browser.get(NOW)
    with beside.team["coordinator"].work() as work:
        work.session.execute(update(Obligation).values(state="cancelled"))
    after = browser.get(NOW)
    assert str(sent.id) in before.text
    assert str(sent.id) not in after.text
    assert again(browser, before.headers["etag"]) == 200


def test_a_sign_in_that_ended_elsewhere_counts_no_more(clinic: Clinic, beside: Beside) -> None:
    browser, colleague = clinic.http(clinic.coordinator), clinic.http(clinic.coordinator)
    for one in (browser, colleague):
        assert one.get(NOW).status_code == 200
    assert beside.http(browser).post("/accounts/sign-out").status_code == 303
    beside.team.settle()
    assert browser.get(NOW).status_code == 303
    assert colleague.get(NOW).status_code == 200


def test_a_right_that_was_taken_elsewhere_counts_no_more(clinic: Clinic, beside: Beside) -> None:
    refer(clinic)
    browser = clinic.http(clinic.coordinator)
    etag = browser.get(NOW).headers["etag"]
    admin = clinic.viewer("accounts", clinic.administrator)
    with beside.team["accounts"].work(viewer=admin) as work:
        change_member(
            work,
            clinic.coordinator,
            name="Claire Morvan",
            email="claire@clinic.example",
            roles=[PSYCHOLOGIST],
            units=["psychologist"],
        )
    beside.team.settle()
    answer = browser.get(NOW, headers={"if-none-match": etag})
    assert answer.status_code == 200
    assert "LEFÈVRE" not in answer.text


def test_a_sign_in_ends_to_the_second(clinic: Clinic) -> None:
    """Nothing is written when it ends: only the clock says so."""
    clinic.clock.move(seconds=-20)
    browser = clinic.http(clinic.coordinator)  # ends twelve hours from now
    clinic.clock.move(hours=12, seconds=-1)
    etag = browser.get(NOW).headers["etag"]
    assert again(browser, etag) == 304
    clinic.clock.move(seconds=1)
    assert again(browser, etag) == 303


def test_ages_go_on_when_nothing_else_does(clinic: Clinic) -> None:
    refer(clinic)
    browser = clinic.http(clinic.coordinator)
    etag = browser.get(NOW).headers["etag"]
    clinic.clock.move(minutes=59)
    assert again(browser, etag) == 200
    assert again(browser, browser.get(NOW).headers["etag"]) == 304


def test_a_refusal_is_never_repeated(clinic: Clinic) -> None:
    """It leaves a trace in the audit each time."""
    browser = clinic.http(clinic.administrator)
    assert [browser.get(NOW).status_code for _ in range(2)] == [403, 403]
    assert [clinic.http().get(NOW).status_code for _ in range(2)] == [303, 303]


def test_a_pathway_refreshes_only_for_whoever_opened_it(clinic: Clinic) -> None:
    sent = refer(clinic)
    path = f"/coordinator/patients/{sent.patient_id}"
    browser, other = clinic.http(clinic.coordinator), clinic.http(_coordinator(clinic, 1))
    assert browser.get(path).status_code == 200
    assert browser.get(f"{path}/now").status_code == 200
    assert other.get(f"{path}/now").status_code == 403
    assert browser.get(f"{path}/now").status_code == 200
