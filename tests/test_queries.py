"""No page asks its databases more often when there is more to show."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from sqlalchemy import event

from tests.clinic import Clinic
from tests.course_journey import CourseJourney
from tests.crawl import Crawl, looks
from tests.journey import Journey
from tests.test_routes import everything


@contextmanager
def asked(clinic: Clinic) -> Iterator[list[str]]:
    """What is asked of any database of the house."""
    statements: list[str] = []

    def note(_c: object, _k: object, statement: str, *_: object) -> None:
        if statement.startswith(("SELECT", "WITH")):
            statements.append(statement)

    engines = [engine for running in clinic.team for engine in (running.reader, running.engine)]
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield statements
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


def statements(clinic: Clinic, member: UUID, urls: list[str]) -> dict[str, list[str]]:
    """What each page asks that shows something to a member, who has just signed in."""
    found, browser = {}, clinic.http(member)
    for url in urls:
        with asked(clinic) as statements:
            if browser.get(url).status_code == 200:
                found[url] = list(statements)
    return found


def more(clinic: Clinic, journey: Journey) -> None:
    """The same patient comes back, and another one takes the same way."""
    journey.words = lambda place: f"More words about {place}."
    other = Journey(clinic, lambda place: f"Other words about {place}.")
    other.register()
    CourseJourney(other).begin()
    for each in (journey, other):
        each.care()
        each.therapy()


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_much_costs_as_many_queries_as_little(clinic: Clinic) -> None:
    journey, member = Journey(clinic), everything(clinic)
    journey.take()
    crawl = Crawl(clinic, most=1)
    urls = [url for one in looks(clinic) for url in crawl.urls(one.path)]
    few = statements(clinic, member, urls)
    more(clinic, journey)
    many = statements(clinic, member, list(few))
    grown = {
        url: f"{len(few[url])} -> {len(many[url])}\n" + "\n".join(_new(few[url], many[url]))
        for url in many
        if len(many[url]) > len(few[url])
    }
    assert len(many) > 100
    assert not grown, "\n\n".join(f"{url} {what}" for url, what in grown.items())


def _new(few: list[str], many: list[str]) -> list[str]:
    """What is asked more often than before."""
    return sorted({one for one in many if many.count(one) > few.count(one)})
