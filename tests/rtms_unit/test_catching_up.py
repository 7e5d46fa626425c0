"""After a stop: what went by while the course was stopped is given on the next days that fit."""

from datetime import date

from services.rtms_unit.actions import courses, stopping
from tests.clinic import Clinic
from tests.discipline.unit import words
from tests.rtms_unit.planner import days, go_to, refused, seen
from tests.rtms_unit.test_course_pages import hidden
from tests.rtms_unit.treatment import Treatment

TUESDAY, FRIDAY, MONDAY = date(2026, 11, 24), date(2026, 11, 27), date(2026, 11, 30)
UP_TO_DATE = "No session went by while the course was stopped."


def stopped_and_released(clinic: Clinic, t: Treatment) -> None:
    """Given on Tuesday, stopped the same day, re-opened on Friday evening."""
    t.give(1)
    t.do(stopping.stop_by_hand, t.sent.id, "pregnancy", "Test positive.")
    go_to(clinic, FRIDAY, 18)
    t.release("stop", "Excluded by a second test.")


def test_the_plan_is_brought_up_to_date(clinic: Clinic, treatment: Treatment) -> None:
    stopped_and_released(clinic, treatment)
    url, unit = f"/rtms_unit/courses/{treatment.course}", clinic.http(clinic.operator)
    before = days(clinic, treatment.course)
    assert "3 sessions went by while the course was stopped." in words(unit.get(url).text)
    preview = unit.get(f"{url}/catch-up")
    assert "Went by while the course was stopped ( Wed 25 Nov 2026 )" in words(preview.text)
    assert days(clinic, treatment.course) == before, "a look changes nothing"
    done = unit.post(f"{url}/catch-up", data={"seen": hidden(preview.text)})
    assert done.headers["location"] == url
    after = [line.place.day for line in seen(clinic, treatment.course).lines]
    assert after[:3] == [TUESDAY, MONDAY, date(2026, 12, 1)]
    assert after == sorted(after)
    assert "went by while" not in words(unit.get(url).text)
    clinic.settle()
    assert clinic.verify() == []


def test_only_what_lay_in_a_stop_is_caught_up(clinic: Clinic, treatment: Treatment) -> None:
    """What nobody has recorded may have been given: that is asked of a person."""
    treatment.give(1)
    go_to(clinic, FRIDAY, 18)
    unit = clinic.http(clinic.operator)
    url = f"/rtms_unit/courses/{treatment.course}"
    assert "Bring the plan up to date" not in unit.get(url).text
    assert unit.get(f"{url}/catch-up").headers["location"] == url
    assert refused(clinic, courses.catch_up, treatment.course) == UP_TO_DATE


def test_nothing_is_caught_up_as_long_as_it_is_stopped(
    clinic: Clinic, treatment: Treatment
) -> None:
    treatment.give(1)
    treatment.do(stopping.stop_by_hand, treatment.sent.id, "pregnancy", "Test positive.")
    go_to(clinic, FRIDAY, 18)
    assert "Only a physician re-opens it" in refused(clinic, courses.catch_up, treatment.course)
    page = clinic.http(clinic.operator).get(f"/rtms_unit/courses/{treatment.course}")
    assert "Bring the plan up to date" not in page.text


def test_programs_see_it_before_they_do_it(clinic: Clinic, treatment: Treatment) -> None:
    stopped_and_released(clinic, treatment)
    unit = clinic.http(clinic.operator)
    address = f"/rtms_unit/api/courses/{treatment.course}/catch-up"
    preview = unit.post(f"{address}/preview", json={}).json()
    moved = [slot for slot in preview["sessions"] if slot["changed"]]
    assert [slot["ordinal"] for slot in moved][:3] == [2, 3, 4]
    assert unit.post(address, json={"seen": "another"}).status_code == 409
    assert unit.post(address, json={"seen": preview["seen"]}).json()["what"] == "resumed"
    assert clinic.http(clinic.psychologist).post(address, json={}).status_code == 403
