"""F1 to F11: the ways in which other systems lose reminders, and that none of them happens here.

F9 (published outside the transaction), F10 (superseded versions dropped) and F12 (a side effect
forgotten on one path) are promises of the backbone and of the disciplines, and tested there.
"""

from datetime import timedelta
from functools import partial

import pytest
from sqlmodel import col, select

from services.reminders.actions.people import Recipient
from services.reminders.actions.planning import Occasion, plan
from services.reminders.jobs import send_due_mails
from services.reminders.tables import Matter, Reminder
from shared.access.tables import Member
from shared.access.viewer import RTMS_OPERATOR
from shared.backbone.tables import InboxRow
from shared.events import ObligationOpened
from shared.mail import MailDeferred, MailRefused, MailUncertain
from shared.work import Work
from tests.reminders.post import LATER, Post, power_cut, when_it_comes_to


def reasons(post: Post) -> list[str]:
    return [told["reason_code"] for told in post.told("reminder.failed")]


def test_f1_one_bad_record_does_not_stop_the_others(post: Post) -> None:
    """One of a hundred has no address: ninety-nine are told, one is on the list."""
    for number in range(99):
        name = f"Member {number:02}"
        post.clinic.join(name, roles=[RTMS_OPERATOR], units=["rtms_unit"])
    post.clinic.settle()
    with post.clinic.team["reminders"].work() as work:
        work.first(select(Member).where(col(Member.name) == "Member 42")).email = ""
    post.owes("acknowledge-concern", urgent=True)
    post.owes(due_in=LATER)
    post.morning()
    assert sorted(post.states) == ["accepted"] * 198 + ["no-address"] * 2
    assert "Member 42" not in post.receivers
    assert len(set(post.receivers)) == 99
    assert reasons(post) == ["no-address"] * 2


@pytest.mark.parametrize("due_in", [timedelta(hours=8), LATER])
def test_f2_a_late_or_double_tick_neither_loses_nor_repeats(post: Post, due_in: timedelta) -> None:
    """The scheduler stands still for three hours over the moment, and then ticks twice."""
    post.clinic.clock.set(post.clinic.now.replace(hour=4))
    post.owes(due_in=due_in)
    post.clinic.clock.move(hours=3)
    for _ in range(2):
        post.tick()
    assert len(post.sent) == 1
    assert post.states == ["accepted"]


def test_f3_what_is_past_is_missed_and_told_not_sent_as_a_flood(post: Post) -> None:
    for _ in range(5):
        post.owes(due_in=LATER)
    post.clinic.clock.move(days=7)
    post.tick()
    assert [message.subject for message in post.sent] == ["Today: 5 things wait for you"]
    assert reasons(post) == ["missed"] * 5


def test_f4_what_one_channel_has_told_keeps_no_other_from_telling(post: Post) -> None:
    obligation = post.owes(due_in=LATER)

    def tell(channel: str) -> None:
        with post.clinic.team["reminders"].work() as work:
            matter, member = work.get(Matter, obligation), work.get(Member, post.clinic.operator)
            occasion = Occasion("opened", "debtor", matter.due_at, channel=channel)
            plan(work, matter, occasion, Recipient(member))

    for channel in ("mail", "pager", "mail", "pager"):
        tell(channel)
    with post.clinic.look("reminders") as work:
        rows = work.all(select(Reminder).where(col(Reminder.cancelled_at).is_(None)))
        assert sorted(row.channel for row in rows) == ["mail", "pager"]


def test_f5_when_nothing_is_due_nothing_happens(post: Post) -> None:
    for _ in range(3):
        assert send_due_mails(post.clinic.team["reminders"]) is False
        post.clinic.wait(days=1)
    assert (post.sent, post.mails, reasons(post)) == ([], [], [])


@pytest.mark.parametrize("point", ["work.before-commit", "mail.claimed", "mail.tried"])
@pytest.mark.parametrize("due_in", [timedelta(hours=8), LATER])
def test_f6_nothing_counts_as_told_before_it_is_told(
    post: Post, point: str, due_in: timedelta
) -> None:
    obligation = post.owes(due_in=due_in)
    if due_in == LATER:
        post.until_it_is_due()
    with power_cut(point):
        send_due_mails(post.clinic.team["reminders"])
    for _ in range(6):
        post.clinic.wait(minutes=10)
    assert post.states == ["accepted"]
    assert [told["obligation_id"] for told in post.told("reminder.sent")] == [str(obligation)]
    assert len(post.sent) == (2 if point == "mail.tried" else 1)
    assert len({message.message_id for message in post.sent}) == 1


@pytest.mark.parametrize("answer", [MailDeferred, MailRefused, MailUncertain])
def test_f7_nothing_is_tried_without_end_and_somebody_is_told(
    post: Post, answer: type[MailRefused]
) -> None:
    post.clinic.mailer.answers = [answer("no") for _ in range(500)]
    post.owes("acknowledge-concern", urgent=True)
    for _ in range(40):
        post.clinic.wait(hours=2)
    assert post.mails[0].next_try_at is None
    assert post.mails[0].attempts <= 40
    assert len(reasons(post)) == 1
    shown = post.clinic.http(post.clinic.coordinator).get("/reminders/mails").text
    assert "Answer" not in shown
    assert str(post.mails[0].id) in shown


def test_f8_what_cannot_be_handled_is_a_row_that_a_person_sees(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(_: Work, event: ObligationOpened) -> None:
        raise KeyError(event.obligation_id)

    monkeypatch.setattr("services.reminders.actions.open_matter", stumble)
    post.owes()
    for _ in range(12):
        post.clinic.wait(minutes=10)
    monkeypatch.undo()
    with post.clinic.look("reminders") as work:
        states = work.all(select(InboxRow.state).where(col(InboxRow.kind) == "obligation.opened"))
    assert states == ["parked"]
    page = post.clinic.http(post.clinic.coordinator).get("/coordinator/ledger?state=stuck")
    assert "obligation" in page.text or "From now on owed" in page.text
    for _ in range(2):
        post.clinic.wait(hours=2)
    assert len(post.sent) == 1


def test_f11_who_was_away_for_days_hears_everything_in_order(post: Post) -> None:
    """Three days without the reminder service: it hears what became of each matter."""
    reminders = post.clinic.team._services.pop("reminders")
    done, late = post.owes(), post.owes("plan-next")
    post.clinic.wait(hours=3)
    post.done(done)
    post.late(late, "remind")
    post.clinic.wait(days=3)
    post.late(late, "tell-coordinator")
    post.clinic.team._services["reminders"] = reminders
    for _ in range(5):
        post.clinic.wait(minutes=5)
    told = {told["obligation_id"] for told in post.told("reminder.sent")}
    assert told == {str(late)}
    assert sorted(post.receivers) == ["Claire Morvan", "Tomas Hartl"]
    assert post.clinic.verify() == []


def test_what_ends_while_its_mail_is_taken_is_not_sent(post: Post) -> None:
    """A race: it is done between the moment at which the mail is claimed and that of sending."""
    for urgent, due_in in ((True, LATER), (False, LATER)):
        obligation = post.owes("acknowledge-concern", urgent=urgent, due_in=due_in)
        if not urgent:
            post.until_it_is_due()
        with when_it_comes_to("mail.claimed", partial(post.done, obligation)):
            send_due_mails(post.clinic.team["reminders"])
        post.clinic.wait(hours=2)
    assert post.sent == []
    assert post.states == ["cancelled", "cancelled"]
    assert reasons(post) == []


def test_a_daily_mail_leaves_out_what_ends_while_it_is_taken(post: Post) -> None:
    ended, owed = post.owes(due_in=LATER), post.owes("plan-next", due_in=LATER)
    post.until_it_is_due()
    with when_it_comes_to("mail.claimed", lambda: post.done(ended)):
        send_due_mails(post.clinic.team["reminders"])
    assert post.sent == []
    post.tick()
    assert [told["obligation_id"] for told in post.told("reminder.sent")] == [str(owed)]
    assert "Answer a referral" not in post.sent[0].text
