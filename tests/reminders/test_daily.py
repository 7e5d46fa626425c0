"""The daily mail: one on each working morning, with what is new, at the hour of its reader."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from shared.access.tables import Member
from shared.access.viewer import COORDINATOR, RTMS_OPERATOR
from shared.events import Absence, MailWishes
from tests.reminders.post import LATER, Post


def changed(post: Post, member_id: UUID, **values: object) -> None:
    """The reminder service knows this of a member, as if accounts had announced it."""
    with post.clinic.team["reminders"].work() as work:
        member = work.get(Member, member_id)
        for name, value in values.items():
            setattr(member, name, value)


def wishes(**values: object) -> dict[str, object]:
    return MailWishes.model_validate(values).model_dump(mode="json")


def away(first: str, last: str, deputy: UUID | None = None) -> list[dict[str, object]]:
    absence = Absence(
        begins=date.fromisoformat(first), ends=date.fromisoformat(last), deputy=deputy
    )
    return [absence.model_dump(mode="json")]


def subjects(post: Post) -> list[str]:
    return [message.subject.split(" (")[0] for message in post.sent]


def test_what_can_wait_is_one_mail_in_the_morning_and_never_told_again(post: Post) -> None:
    first, second = post.owes(due_in=LATER), post.owes("plan-next", due_in=LATER)
    done = post.owes("report-back", due_in=LATER)
    post.tick()
    assert post.sent == []
    post.done(done)
    post.morning()
    assert subjects(post) == ["Today: 2 things wait for you"]
    mail = post.mails[0]
    assert (mail.kind, mail.state, mail.wanted_at) == ("digest", "accepted", post.clinic.now)
    assert len(post.told("reminder.sent")) == 2
    # Nothing has changed: the next mornings are silent. Then one thing has.
    for _ in range(2):
        post.morning()
    assert len(post.sent) == 1
    post.late(first, "chase")
    post.morning()
    assert subjects(post)[1:] == ["Something is still open"]
    assert {second, first} == {UUID(told["obligation_id"]) for told in post.told("reminder.sent")}


def test_the_daily_mail_can_be_turned_off_by_its_reader(post: Post) -> None:
    post.owes(due_in=LATER)
    post.morning()
    message = post.sent[0]
    assert "/reminders/one-click/" in message.unsubscribe
    assert message.unsubscribe in message.text
    assert message.unsubscribe.replace("&", "&amp;") in message.html


def test_what_is_due_today_goes_alone_and_without_a_way_out(post: Post) -> None:
    post.owes()
    post.tick()
    assert subjects(post) == ["Something new waits for you"]
    assert post.sent[0].unsubscribe == ""


def test_each_gets_it_at_the_own_hour_in_the_own_zone(post: Post) -> None:
    ana = post.clinic.join("Ana Silva", roles=[RTMS_OPERATOR], units=["rtms_unit"])
    post.clinic.settle()
    changed(post, ana, zone="America/Cayenne", mails=wishes(digest_at=time(6, 15)))
    changed(post, post.clinic.operator, mails=wishes(digest_at=time(9, 45)))
    post.owes(due_in=LATER)
    planned = {mail.member_id: mail.next_try_at for mail in post.mails}
    assert planned[post.clinic.operator] == datetime(2026, 11, 23, 8, 45, tzinfo=UTC)
    assert planned[ana] == datetime(2026, 11, 23, 9, 15, tzinfo=UTC)
    post.clinic.wait(minutes=45)
    assert post.receivers == ["Tomas Hartl"]
    post.clinic.wait(minutes=30)
    assert post.receivers == ["Tomas Hartl", "Ana Silva"]
    assert "06:15 (America/Cayenne)" in post.sent[1].text


def test_whoever_wants_single_mails_gets_them_outside_the_own_quiet_time(post: Post) -> None:
    quiet = wishes(daily_only=False, quiet_from=time(8, 30), quiet_until=time(11))
    changed(post, post.clinic.operator, mails=quiet)
    post.owes(due_in=LATER)
    post.clinic.wait(hours=1)
    assert post.sent == []
    post.clinic.wait(hours=1)
    assert subjects(post) == ["Something new waits for you"]


def test_leave_postpones_what_can_wait_and_a_deputy_hears_what_cannot(post: Post) -> None:
    deputy = post.clinic.psychologist
    changed(post, post.clinic.operator, absences=away("2026-11-23", "2026-12-04", deputy))
    post.owes(due_in=LATER)
    post.owes("acknowledge-concern", urgent=True)
    post.tick()
    assert post.receivers == ["Nora Benali"]
    assert "You stand in for a colleague who is away." in post.sent[0].text
    post.morning(7)
    assert post.receivers == ["Nora Benali"]
    post.clinic.clock.set(datetime(2026, 12, 7, 6, 30, tzinfo=UTC))
    post.tick()
    assert post.receivers == ["Nora Benali", "Tomas Hartl"]
    # Nobody counts as late who was away.
    assert all(mail.sent_at == mail.wanted_at for mail in post.mails)
    assert post.told("reminder.failed") == []


def test_what_is_urgent_is_told_to_the_rest_of_the_unit_or_to_the_coordinator(post: Post) -> None:
    changed(post, post.clinic.operator, absences=away("2026-11-23", "2026-12-04"))
    ana = post.clinic.join("Ana Silva", roles=[RTMS_OPERATOR], units=["rtms_unit"])
    post.clinic.settle()
    post.owes("acknowledge-concern", urgent=True, debtor_member=post.clinic.operator)
    post.tick()
    assert post.receivers == ["Ana Silva"]
    changed(post, ana, absences=away("2026-11-23", "2026-12-04"))
    post.owes("acknowledge-concern", urgent=True)
    post.tick()
    assert post.receivers == ["Ana Silva", "Claire Morvan"]
    assert [told["reason_code"] for told in post.told("reminder.failed")] == ["no-address"]


def test_what_is_urgent_reaches_a_deputy_of_another_unit_when_the_one_named_is_away(
    post: Post,
) -> None:
    named, deputy = post.clinic.operator, post.clinic.psychologist
    ana = post.clinic.join("Ana Silva", roles=[RTMS_OPERATOR], units=["rtms_unit"])
    post.clinic.settle()
    changed(post, named, absences=away("2026-11-23", "2026-12-04"))
    changed(post, ana, absences=away("2026-11-23", "2026-12-04", deputy))
    post.owes("acknowledge-concern", urgent=True, debtor_member=named)
    post.tick()
    assert (post.receivers, post.states) == (["Nora Benali"], ["accepted"])
    assert "You stand in for a colleague who is away." in post.sent[0].text


def test_an_escalation_reaches_the_deputy_of_the_coordinator(post: Post) -> None:
    jeanne = post.clinic.join("Jeanne Roux", roles=[COORDINATOR], units=["coordinator"])
    changed_later = post.clinic.coordinator
    post.clinic.settle()
    obligation = post.owes()
    post.tick()
    post.sent.clear()
    changed(post, changed_later, absences=away("2026-11-23", "2026-11-27", jeanne))
    post.late(obligation, "tell-coordinator")
    post.tick()
    assert post.receivers == ["Jeanne Roux"]


def test_there_is_never_a_second_daily_mail_on_one_day(post: Post) -> None:
    post.owes(due_in=LATER)
    post.morning()
    changed(post, post.clinic.operator, mails=wishes(digest_at=time(15)))
    post.owes(due_in=LATER)
    post.clinic.wait(hours=9)
    assert len(post.sent) == 1
    post.clinic.clock.set(datetime(2026, 11, 25, 14, 0, tzinfo=UTC))
    post.tick()
    assert len(post.sent) == 2
    days = [mail.digest_on for mail in post.mails]
    assert days == [date(2026, 11, 24), date(2026, 11, 25)]


def test_chasing_and_escalating_are_settings_of_their_own(post: Post) -> None:
    settings = post.clinic.settings
    settings.mail_chase, settings.mail_escalation = "at-once", "daily"
    obligation = post.owes()
    post.tick()
    post.late(obligation, "chase")
    post.tick()
    post.late(obligation, "tell-coordinator")
    post.tick()
    assert post.receivers == ["Tomas Hartl", "Tomas Hartl"]
    post.morning()
    assert post.receivers[2:] == ["Claire Morvan"]


def test_what_was_settled_and_is_owed_again_is_told_once(post: Post) -> None:
    told, untold = post.owes(), post.owes("plan-next", due_in=LATER)
    post.tick()
    opened = {told: timedelta(hours=8), untold: LATER}
    begun = post.clinic.now
    for obligation, due_in in opened.items():
        post.done(obligation)
        post.again(obligation, begun, begun + due_in)
    post.morning()
    assert subjects(post) == ["Something new waits for you"] * 2
    assert [mail.kind for mail in post.mails if mail.state == "accepted"] == ["single", "digest"]
