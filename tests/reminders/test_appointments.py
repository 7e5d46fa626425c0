"""Appointments in the calendars of those who give them: told once, changed, taken back."""

import re
from datetime import UTC, date, datetime, time

import pytest

from services.accounts import actions as accounts
from shared.events import Absence, MailWishes
from shared.mail import Accepted, MailDeferred, MailRefused, MailUncertain, MemoryMailer, Message
from tests.reminders.agenda import Agenda, Program, at, one, read
from tests.reminders.post import Post


@pytest.fixture
def agenda(post: Post) -> Agenda:
    return Agenda(post)


def test_whoever_gives_a_session_gets_it_into_the_calendar(agenda: Agenda) -> None:
    clinic = agenda.post.clinic
    agenda.books(at(1), practitioner=clinic.operator)
    assert agenda.sent == []
    agenda.later(minutes=1)
    (message,) = agenda.sent
    event = one(message)
    assert message.to_name == "Tomas Hartl"
    assert (message.calendar_method, event.status) == ("REQUEST", "CONFIRMED")
    assert (event.begins, event.sequence) == (at(1), 0)
    assert event.organizer == f"mailto:{message.sender}"
    assert event.attendees == ((f"mailto:{message.to}", "FALSE", "NEEDS-ACTION"),)
    agenda.later(days=1)
    assert len(agenda.sent) == 1


def test_a_session_that_is_moved_twice_and_cancelled_leaves_the_calendar(agenda: Agenda) -> None:
    program = Program()
    (session,) = agenda.books(at(1), practitioner=agenda.post.clinic.operator)
    agenda.later(minutes=1)
    for day in (2, 3):
        agenda.moves({session: at(day)})
        agenda.later(minutes=1)
    agenda.cancels(session)
    agenda.later(minutes=1)
    events = [one(message) for message in agenda.sent]
    assert {event.uid for event in events} == {events[0].uid}
    assert [event.sequence for event in events] == [0, 1, 2, 3]
    assert [message.calendar_method for message in agenda.sent] == [*["REQUEST"] * 3, "CANCEL"]
    assert (events[3].status, events[2].begins) == ("CANCELLED", at(3))
    assert {message.references for message in agenda.sent[1:]} == {agenda.sent[0].message_id}
    program.take(agenda.sent)
    assert program.shown == {}


def test_a_course_is_one_mail(agenda: Agenda) -> None:
    days = [at(day) for day in range(1, 16)]
    agenda.books(*days, practitioner=agenda.post.clinic.operator)
    agenda.later(minutes=1)
    (message,) = agenda.sent
    method, events = read(message.calendar)
    assert method == "PUBLISH"
    assert [event.begins for event in events] == days
    assert len({event.uid for event in events}) == 15
    assert not [event for event in events if event.attendees]
    assert len(re.findall(r"\bR-\w{4}-\w{4}: \S+/reminders/appointments/", message.text)) == 15
    assert message.subject == "15 new appointments"


def test_a_course_over_christmas_is_planned_again(agenda: Agenda) -> None:
    """Five sessions are moved, two fall away, one is added: one mail each time."""
    clinic, program = agenda.post.clinic, Program()
    days = [at(day) for day in (21, 22, 23, 24, 25, 28, 29)]
    sessions = agenda.books(*days, practitioner=clinic.operator)
    agenda.later(minutes=1)
    moved = {sessions[number]: at(4 + number, month=1, year=2027) for number in range(2, 5)}
    with clinic.work("rtms_unit") as work:
        for session, day in moved.items():
            work.announce(agenda.moved(session, day))
        for session in sessions[5:]:
            work.announce(agenda.cancelled(session))
    agenda.later(minutes=1)
    assert len(agenda.sent) == 2
    program.take(agenda.sent)
    left = {days[0], days[1], *moved.values()}
    assert {shown[1] for shown in program.shown.values()} == left
    assert "It was on" in agenda.sent[1].text
    assert "Cancelled" in agenda.sent[1].text


def test_two_deeds_are_two_invitations(agenda: Agenda) -> None:
    """Only a single appointment goes into a calendar by itself: others do not wait for it."""
    for day in (1, 2):
        agenda.books(at(day), practitioner=agenda.post.clinic.operator)
    agenda.later(minutes=1)
    assert [message.calendar_method for message in agenda.sent] == ["REQUEST", "REQUEST"]


def test_what_was_changed_before_it_was_told_is_told_once(agenda: Agenda) -> None:
    (session,) = agenda.books(at(1), practitioner=agenda.post.clinic.operator)
    agenda.moves({session: at(2)})
    agenda.moves({session: at(3)})
    agenda.later(minutes=1)
    (message,) = agenda.sent
    assert one(message).begins == at(3)
    assert message.subject.startswith("New appointment")


def test_what_is_taken_back_before_it_was_told_is_never_told(agenda: Agenda) -> None:
    (session,) = agenda.books(at(1), practitioner=agenda.post.clinic.operator)
    agenda.cancels(session)
    agenda.later(days=1)
    assert agenda.sent == []
    assert [mail.state for mail in agenda.post.mails if mail.kind == "appointment"] == ["cancelled"]


def test_what_is_moved_there_and_back_is_not_told(agenda: Agenda) -> None:
    (session,) = agenda.books(at(1), practitioner=agenda.post.clinic.operator)
    agenda.later(minutes=1)
    agenda.moves({session: at(2)})
    agenda.moves({session: at(1)})
    agenda.later(days=1)
    assert len(agenda.sent) == 1


def test_nobody_is_disturbed_at_night_unless_it_would_be_too_late(agenda: Agenda) -> None:
    operator = agenda.post.clinic.operator
    agenda.post.clinic.clock.set(datetime(2026, 11, 30, 20, 0, tzinfo=UTC))
    agenda.books(at(4), practitioner=operator)
    agenda.later(minutes=2)
    assert agenda.sent == []
    agenda.books(at(1, 7), practitioner=operator)
    agenda.later(minutes=2)
    assert [one(message).begins for message in agenda.sent] == [at(1, 7)]
    agenda.later(hours=11)
    assert [one(message).begins for message in agenda.sent] == [at(1, 7), at(4)]


def test_an_appointment_that_waits_for_the_morning_is_hurried_when_it_comes_nearer(
    agenda: Agenda,
) -> None:
    agenda.post.clinic.clock.set(datetime(2026, 11, 30, 20, 0, tzinfo=UTC))
    (session,) = agenda.books(at(4), practitioner=agenda.post.clinic.operator)
    agenda.moves({session: at(1, 6)})
    agenda.later(minutes=1)
    assert [one(message).begins for message in agenda.sent] == [at(1, 6)]


def test_the_past_is_not_told(agenda: Agenda) -> None:
    """Relais was away for a week: who was not told of an appointment in time is not told after."""
    agenda.post.clinic.clock.set(datetime(2026, 12, 7, 9, 0, tzinfo=UTC))
    agenda.books(at(1), practitioner=agenda.post.clinic.operator)
    agenda.later(minutes=1)
    assert agenda.sent == []


def test_whoever_wants_no_such_mails_gets_none(agenda: Agenda) -> None:
    clinic = agenda.post.clinic
    with clinic.work("accounts", clinic.operator) as work:
        accounts.wish(work, "", MailWishes(appointments=False))
    (session,) = agenda.books(at(1), practitioner=agenda.post.clinic.operator)
    agenda.cancels(session)
    agenda.later(days=1)
    assert agenda.sent == []


def test_a_mail_that_waits_is_for_the_reader_as_he_or_she_is_then(agenda: Agenda) -> None:
    clinic = agenda.post.clinic
    clinic.clock.set(datetime(2026, 11, 30, 20, 0, tzinfo=UTC))
    agenda.books(at(4), practitioner=clinic.operator)
    with clinic.work("accounts", clinic.operator) as work:
        accounts.wish(work, "America/New_York", MailWishes(quiet_from=time(0), quiet_until=time(0)))
    agenda.later(hours=12)
    assert one(agenda.sent[0]).zone == "America/New_York"


def test_whoever_turns_such_mails_off_gets_none_that_wait(agenda: Agenda) -> None:
    clinic = agenda.post.clinic
    clinic.clock.set(datetime(2026, 11, 30, 20, 0, tzinfo=UTC))
    agenda.books(at(4), practitioner=clinic.operator)
    with clinic.work("accounts", clinic.operator) as work:
        accounts.wish(work, "", MailWishes(appointments=False))
    agenda.later(hours=14)
    assert agenda.sent == []


def test_nobody_is_told_when_nobody_is_named(agenda: Agenda) -> None:
    agenda.books(at(1))
    agenda.later(minutes=1)
    assert agenda.sent == []
    assert [entry.member_id for entry in agenda.entries()] == [None]


def test_a_deputy_takes_over_and_gives_back(agenda: Agenda) -> None:
    """Who is away has nothing in the calendar for these days; who stands in has."""
    clinic = agenda.post.clinic
    deputy = clinic.join("Léa Roy", roles=["rtms_operator"], units=["rtms_unit"], language="fr")
    clinic.settle()
    agenda.books(at(1), at(8), practitioner=clinic.operator)
    agenda.later(minutes=1)
    with clinic.work("accounts", clinic.administrator) as work:
        away = Absence(begins=date(2026, 12, 7), ends=date(2026, 12, 9), deputy=deputy)
        accounts.enter_absence(work, clinic.operator, away)
    agenda.later(minutes=1)
    told = {message.to_name: message for message in agenda.sent[1:]}
    assert (told["Tomas Hartl"].calendar_method, one(told["Tomas Hartl"]).sequence) == (
        "CANCEL",
        1,
    )
    assert (told["Léa Roy"].calendar_method, one(told["Léa Roy"]).begins) == ("REQUEST", at(8))
    assert told["Léa Roy"].subject.startswith("Nouveau rendez-vous")
    with clinic.work("accounts", clinic.administrator) as work:
        accounts.remove_absence(work, clinic.operator, away.begins)
    agenda.later(minutes=1)
    back = {message.to_name: one(message) for message in agenda.sent[3:]}
    assert (back["Tomas Hartl"].status, back["Tomas Hartl"].sequence) == ("CONFIRMED", 2)
    assert back["Léa Roy"].status == "CANCELLED"


def test_what_a_member_who_leaves_was_to_give_is_the_units(agenda: Agenda) -> None:
    clinic = agenda.post.clinic
    agenda.books(at(1), practitioner=clinic.operator)
    agenda.later(minutes=1)
    with clinic.work("accounts", clinic.administrator) as work:
        accounts.disable_member(work, clinic.operator)
    agenda.later(days=1)
    assert len(agenda.sent) == 1
    states = {entry.member_id: entry.state for entry in agenda.entries()}
    assert states == {clinic.operator: "withdrawn", None: "invited"}


def test_what_was_put_off_goes_as_it_is_then(agenda: Agenda) -> None:
    """The server does not take the mail; the session is moved before the next try."""
    mailer = MemoryMailer(answers=[MailDeferred("450 later")])
    agenda.post.send_through(mailer)
    (session,) = agenda.books(at(1), practitioner=agenda.post.clinic.operator)
    agenda.later(minutes=1)
    agenda.moves({session: at(2)})
    agenda.later(minutes=5)
    assert [(one(m).begins, one(m).sequence) for m in mailer.sent] == [(at(2), 1)]


def test_after_a_lost_connection_only_what_is_true_is_sent(agenda: Agenda) -> None:
    """The invitation may have arrived or not: the change is told in any case, and it alone."""
    mailer = MemoryMailer(answers=[MailUncertain("lost")])
    agenda.post.send_through(mailer)
    (session,) = agenda.books(at(1), practitioner=agenda.post.clinic.operator)
    agenda.later(minutes=1)
    agenda.cancels(session)
    agenda.later(hours=2)
    assert [(m.calendar_method, one(m).sequence) for m in mailer.sent] == [("CANCEL", 1)]


class Overtaken(MemoryMailer):
    """While the server thinks about the first mail, one session is moved; then it refuses."""

    def __init__(self, agenda: Agenda) -> None:
        super().__init__()
        self.agenda, self.tried = agenda, 0

    def send(self, message: Message) -> Accepted:
        self.tried += 1
        if self.tried > 1:
            return super().send(message)
        self.agenda.moves({next(iter(self.agenda.booked)): at(2)})
        raise MailDeferred("450 later")


def test_what_was_overtaken_while_it_was_sent_is_not_tried_again(agenda: Agenda) -> None:
    """Of two appointments in a mail one is moved: the other one is told as it was to be."""
    mailer = Overtaken(agenda)
    agenda.post.send_through(mailer)
    agenda.books(at(1), at(5), practitioner=agenda.post.clinic.operator)
    agenda.later(minutes=1)
    agenda.later(hours=1)
    told = [event for message in mailer.sent for event in read(message.calendar)[1]]
    assert sorted((event.begins, event.sequence) for event in told) == [(at(2), 1), (at(5), 0)]


def test_a_lost_connection_is_tried_once_more(agenda: Agenda) -> None:
    mailer = MemoryMailer(answers=[MailUncertain("lost")])
    agenda.post.send_through(mailer)
    agenda.books(at(1), practitioner=agenda.post.clinic.operator)
    agenda.later(minutes=1)
    agenda.later(hours=1)
    assert [(one(m).begins, one(m).sequence) for m in mailer.sent] == [(at(1), 0)]


def test_the_ledger_knows_what_a_mail_was_about(agenda: Agenda) -> None:
    clinic = agenda.post.clinic
    agenda.books(at(1), practitioner=clinic.operator)
    agenda.later(minutes=1)
    (mail,) = [mail for mail in agenda.post.mails if mail.kind == "appointment"]
    assert mail.state == "accepted"
    page = clinic.http(clinic.operator).get(f"/reminders/mails/{mail.id}").text
    assert one(agenda.sent[0]).title.split()[-1] in page
    assert clinic.http(clinic.psychologist).get(f"/reminders/mails/{mail.id}").status_code == 404


def test_a_mail_about_an_appointment_is_sent_again_on_request(agenda: Agenda) -> None:
    clinic = agenda.post.clinic
    (session,) = agenda.books(at(1), practitioner=clinic.operator)
    agenda.later(minutes=1)
    (mail,) = [mail for mail in agenda.post.mails if mail.kind == "appointment"]
    browser = clinic.http(clinic.operator)
    assert browser.post(f"/reminders/mails/{mail.id}/resend").status_code == 303
    agenda.later(minutes=1)
    first, again = (one(message) for message in agenda.sent)
    assert (again.uid, again.sequence) == (first.uid, first.sequence)
    agenda.cancels(session)
    agenda.later(minutes=1)
    refused = browser.post(f"/reminders/mails/{mail.id}/resend")
    assert refused.status_code == 409
    assert len(agenda.sent) == 3


def test_the_link_leads_to_the_session(agenda: Agenda) -> None:
    clinic = agenda.post.clinic
    (session,) = agenda.books(at(1), practitioner=clinic.operator)
    agenda.later(minutes=1)
    link = one(agenda.sent[0]).url.removeprefix(clinic.settings.address)
    for member in (clinic.operator, clinic.coordinator):
        found = clinic.http(member).get(link)
        assert found.headers["location"] == f"/rtms_unit/sessions/{session}"
    assert clinic.http(clinic.psychologist).get(link).status_code == 404
    assert clinic.http().get(link).headers["location"].startswith("/accounts/sign-in")


def test_a_coordinator_sees_that_somebody_was_not_told(agenda: Agenda) -> None:
    """Until somebody was told after all."""
    clinic = agenda.post.clinic
    agenda.post.send_through(MemoryMailer(answers=[MailRefused("550 nobody")]))
    agenda.books(at(1), practitioner=clinic.operator)
    agenda.later(minutes=1)
    (mail,) = [mail for mail in agenda.post.mails if mail.kind == "appointment"]
    page = clinic.http(clinic.coordinator).get("/reminders/mails").text
    assert "1 mail about appointments to come" in page
    assert f"/reminders/mails/{mail.id}" in page
    assert "reached nobody" not in clinic.http(clinic.operator).get("/reminders/mails").text
    again = clinic.http(clinic.coordinator).post(f"/reminders/mails/{mail.id}/resend")
    assert again.status_code == 303
    agenda.later(minutes=1)
    assert "reached nobody" not in clinic.http(clinic.coordinator).get("/reminders/mails").text
