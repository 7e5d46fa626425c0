"""The private calendar that programs fetch: who may, what is in it, a new address, none."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from structlog.testing import capture_logs

from services.accounts import actions as accounts
from services.reminders.pages import tries
from shared.events import MailWishes
from shared.identifiers import new_secret
from shared.web.cookies import LANGUAGE
from tests.reminders.agenda import Agenda, Seen, at, read
from tests.reminders.post import Post
from tests.reminders.test_privacy import SAYS_TOO_MUCH


@pytest.fixture
def agenda(post: Post) -> Agenda:
    return Agenda(post)


def subscribe(agenda: Agenda, browser: TestClient | None = None) -> str:
    """The path of a new address, as the page shows it once."""
    browser = browser or agenda.post.clinic.http(agenda.post.clinic.operator)
    page = browser.post("/reminders/calendar")
    assert page.status_code == 201
    start = page.text.index("/reminders/calendar/")
    return page.text[start : page.text.index(".ics", start) + 4]


def fetched(agenda: Agenda, path: str) -> list[Seen]:
    """What a program that is not signed in gets."""
    answer = agenda.post.clinic.http().get(path)
    assert answer.status_code == 200
    method, events = read(answer.text)
    assert method == ""
    return events


def test_a_program_fetches_the_appointments_of_a_member(agenda: Agenda) -> None:
    clinic = agenda.post.clinic
    path = subscribe(agenda)
    assert fetched(agenda, path) == []
    agenda.books(at(2), at(1), practitioner=clinic.operator)
    agenda.books(at(3), practitioner=clinic.psychologist)
    events = fetched(agenda, path)
    assert [event.begins for event in events] == [at(1), at(2)]
    assert {event.status for event in events} == {"CONFIRMED"}
    answer = clinic.http().get(path)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert "set-cookie" not in answer.headers


def test_it_follows_what_is_moved_and_cancelled(agenda: Agenda) -> None:
    path = subscribe(agenda)
    first, second = agenda.books(at(1), at(2), practitioner=agenda.post.clinic.operator)
    before = {event.begins: event for event in fetched(agenda, path)}
    agenda.moves({first: at(4)})
    agenda.cancels(second)
    (left,) = fetched(agenda, path)
    assert (left.begins, left.sequence) == (at(4), 1)
    assert left.uid == before[at(1)].uid


def test_it_has_the_names_of_the_invitations(agenda: Agenda) -> None:
    """So that a program which has both can see that they are the same."""
    agenda.books(at(1), practitioner=agenda.post.clinic.operator)
    agenda.later(minutes=1)
    (invited,) = read(agenda.sent[0].calendar)[1]
    (event,) = fetched(agenda, subscribe(agenda))
    assert (event.uid, event.sequence, event.title) == (invited.uid, 0, invited.title)


def test_it_shows_a_month_back_and_a_year_ahead(agenda: Agenda) -> None:
    clinic = agenda.post.clinic
    path = subscribe(agenda)
    days = [clinic.now + timedelta(days=days, hours=2) for days in (1, 20, 364, 370, 500)]
    agenda.books(*days, practitioner=clinic.operator)
    assert [event.begins for event in fetched(agenda, path)] == days[:3]
    clinic.clock.move(days=25)
    assert [event.begins for event in fetched(agenda, path)] == days[:4]
    clinic.clock.move(days=10)
    assert [event.begins for event in fetched(agenda, path)] == days[1:4]


def test_what_nobody_is_named_for_leaves_the_time_of_the_unit_free(agenda: Agenda) -> None:
    clinic = agenda.post.clinic
    agenda.books(at(1))
    (event,) = fetched(agenda, subscribe(agenda))
    assert event.free
    assert "Nobody is named" in event.words
    assert fetched(agenda, subscribe(agenda, clinic.http(clinic.psychologist))) == []


def test_it_goes_on_when_no_mails_are_wanted(agenda: Agenda) -> None:
    clinic = agenda.post.clinic
    with clinic.work("accounts", clinic.operator) as work:
        accounts.wish(work, "America/New_York", MailWishes(appointments=False))
    agenda.books(at(1), practitioner=clinic.operator)
    (event,) = fetched(agenda, subscribe(agenda))
    assert (event.begins, event.zone) == (at(1), "America/New_York")


def test_a_new_address_ends_the_old_one(agenda: Agenda) -> None:
    browser = agenda.post.clinic.http(agenda.post.clinic.operator)
    first = subscribe(agenda, browser)
    second = subscribe(agenda, browser)
    assert first != second
    assert agenda.post.clinic.http().get(first).status_code == 404
    assert fetched(agenda, second) == []
    assert second not in browser.get("/reminders/calendar").text


def test_switched_off_it_can_be_fetched_from_nowhere(agenda: Agenda) -> None:
    browser = agenda.post.clinic.http(agenda.post.clinic.operator)
    path = subscribe(agenda, browser)
    assert browser.post("/reminders/calendar/stop").status_code == 303
    assert agenda.post.clinic.http().get(path).status_code == 404
    assert "Make the address" in browser.get("/reminders/calendar").text


def test_whoever_left_has_no_calendar_here(agenda: Agenda) -> None:
    clinic = agenda.post.clinic
    path = subscribe(agenda)
    with clinic.work("accounts", clinic.administrator) as work:
        accounts.disable_member(work, clinic.operator)
    assert clinic.http().get(path).status_code == 404


def test_a_wrong_address_gets_the_same_answer_as_an_old_one(agenda: Agenda) -> None:
    old = subscribe(agenda)
    subscribe(agenda)
    stranger = agenda.post.clinic.http()
    never = f"/reminders/calendar/{new_secret()}.ics"
    answers = {path: stranger.get(path) for path in (old, never)}
    assert {answer.status_code for answer in answers.values()} == {404}
    assert len({answer.text.replace(path, "") for path, answer in answers.items()}) == 1


def test_the_same_calendar_is_not_sent_twice(agenda: Agenda) -> None:
    path, stranger = subscribe(agenda), agenda.post.clinic.http()
    (session,) = agenda.books(at(1), practitioner=agenda.post.clinic.operator)
    tag = stranger.get(path).headers["etag"]
    agenda.post.clinic.clock.move(hours=3)
    for known in (tag, f'"other", W/{tag}', "*"):
        answer = stranger.get(path, headers={"if-none-match": known})
        assert (answer.status_code, answer.text, answer.headers["etag"]) == (304, "", tag)
    agenda.moves({session: at(2)})
    assert stranger.get(path, headers={"if-none-match": tag}).status_code == 200


def test_too_many_wrong_addresses_are_slowed_down(agenda: Agenda) -> None:
    """Whoever has the right one goes on, also from the same place."""
    path, stranger = subscribe(agenda), agenda.post.clinic.http()
    wrong = f"/reminders/calendar/{new_secret()}.ics"
    told = [stranger.get(wrong).status_code for _ in range(tries.MOST_WRONG + 2)]
    assert told == [404] * tries.MOST_WRONG + [429] * 2
    assert stranger.get(path).status_code == 200
    agenda.post.clinic.clock.move(minutes=16)
    assert stranger.get(wrong).status_code == 404


def test_the_secret_is_kept_nowhere(agenda: Agenda) -> None:
    """Neither in the database nor in the log, not even in the log of a failure."""
    clinic = agenda.post.clinic
    with capture_logs() as logs:
        path = subscribe(agenda)
        clinic.http().get(path)
        clinic.http().get(path.replace(".ics", "x.ics"))
    secret = path.rpartition("/")[2].removesuffix(".ics")
    assert secret not in repr(logs)
    with clinic.team["reminders"].reader.connect() as connection:
        dump = "\n".join(connection.connection.driver_connection.iterdump())  # type: ignore[union-attr]
    assert "calendar_feed" in dump
    assert secret not in dump


def test_nothing_of_a_patient_or_the_care_is_in_it(agenda: Agenda) -> None:
    path = subscribe(agenda)
    (session,) = agenda.books(at(1), practitioner=agenda.post.clinic.operator)
    text = agenda.post.clinic.http().get(path).text.replace("\r\n ", "")
    for word in (*SAYS_TOO_MUCH, str(session), str(agenda.booked[session]["patient_id"])):
        assert word not in text.lower(), word


@pytest.mark.parametrize(("language", "words"), [("en", "How to subscribe"), ("fr", "s’abonner")])
def test_a_page_says_how(agenda: Agenda, language: str, words: str) -> None:
    clinic = agenda.post.clinic
    browser = clinic.http(clinic.operator, language=language)
    browser.cookies.set(LANGUAGE, language)
    assert words in browser.get("/reminders/calendar").text
    assert clinic.http().get("/reminders/calendar").status_code == 303
