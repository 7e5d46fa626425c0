"""Who is told when something is owed, and when nobody is."""

from datetime import UTC, datetime, timedelta

from services.reminders.rules import wording
from shared.access.viewer import RTMS_OPERATOR
from tests.reminders.post import LATER, Post


def test_whoever_owes_something_is_told(post: Post) -> None:
    obligation = post.owes("answer-referral", debtor="rtms_unit")
    post.tick()
    assert post.receivers == ["Tomas Hartl"]
    message = post.sent[0]
    assert wording.reference(obligation) in message.subject
    assert wording.reference(obligation) in message.text
    assert post.states == ["accepted"]
    assert [told["obligation_id"] for told in post.told("reminder.sent")] == [str(obligation)]
    assert post.clinic.verify() == []


def test_every_member_of_the_unit_is_told(post: Post) -> None:
    post.clinic.join("Ana Silva", roles=[RTMS_OPERATOR], units=["rtms_unit"])
    post.clinic.settle()
    post.owes()
    post.tick()
    assert sorted(post.receivers) == ["Ana Silva", "Tomas Hartl"]


def test_a_named_member_is_told_alone(post: Post) -> None:
    ana = post.clinic.join("Ana Silva", roles=[RTMS_OPERATOR], units=["rtms_unit"])
    post.clinic.settle()
    post.owes(debtor_member=ana)
    post.tick()
    assert post.receivers == ["Ana Silva"]


def test_a_repeated_tick_sends_nothing_twice(post: Post) -> None:
    post.owes()
    for _ in range(20):
        post.tick()
    post.clinic.wait(days=2)
    assert len(post.sent) == 1


def test_what_is_for_a_later_day_is_told_by_its_ladder(post: Post) -> None:
    for what in ("follow-up", "record-outcome"):
        obligation = post.owes(what, debtor="psychologist")
        post.tick()
        assert post.sent == []
        post.late(obligation, "remind")
        post.tick()
        assert [m.to_name for m in post.sent] == ["Nora Benali"]
        post.sent.clear()


def test_the_ladder_tells_each_in_turn(post: Post) -> None:
    obligation = post.owes("answer-referral", debtor="rtms_unit", creditor="pain_physician")
    told: dict[str, list[str]] = {}
    for step in ("remind", "chase", "tell-coordinator", "hand-back"):
        post.tick()
        post.sent.clear()
        post.late(obligation, step)
        post.tick()
        if step == "chase":  # goes with the daily mail, unless the centre wants it otherwise
            assert post.sent == []
            post.morning()
        told[step] = sorted(post.receivers)
    assert told == {
        "remind": ["Tomas Hartl"],
        "chase": ["Tomas Hartl"],
        "tell-coordinator": ["Claire Morvan"],
        "hand-back": ["Claire Morvan", "Dr Élise Caradec"],
    }


def test_the_coordinator_is_told_again_when_the_ladder_says_so(post: Post) -> None:
    obligation = post.owes()
    post.tick()
    post.sent.clear()
    for _ in range(2):
        post.late(obligation, "tell-coordinator")
        post.clinic.wait(hours=4)
    assert post.receivers == ["Claire Morvan", "Claire Morvan"]


def test_an_outside_referrer_gets_no_mail_from_here(post: Post) -> None:
    obligation = post.owes(creditor="outside")
    post.tick()
    post.sent.clear()
    post.late(obligation, "hand-back")
    post.tick()
    assert post.receivers == ["Claire Morvan"]


def test_what_is_done_before_the_mail_goes_is_not_sent(post: Post) -> None:
    met, dropped = post.owes(), post.owes()
    post.done(met)
    post.dropped(dropped)
    post.tick()
    assert post.sent == []
    assert post.states == ["cancelled"]


def test_what_is_done_is_not_chased_any_more(post: Post) -> None:
    obligation = post.owes()
    post.tick()
    post.done(obligation)
    post.late(obligation, "chase")
    post.tick()
    assert len(post.sent) == 1


def test_several_things_for_one_person_are_one_mail(post: Post) -> None:
    obligations = [post.owes(), post.owes("plan-next"), post.owes("report-back")]
    post.tick()
    assert len(post.sent) == 1
    message = post.sent[0]
    assert message.subject == "3 things wait for you"
    for obligation in obligations:
        assert wording.reference(obligation) in message.text
        assert wording.reference(obligation) in message.html
    assert post.states == ["accepted"]
    assert len(post.told("reminder.sent")) == 3


def test_a_thing_that_is_done_is_left_out_of_the_common_mail(post: Post) -> None:
    post.clinic.clock.set(datetime(2026, 11, 23, 21, 0, tzinfo=UTC))
    done, still_open = post.owes(), post.owes()
    post.done(done)
    post.clinic.wait(hours=12)
    assert len(post.sent) == 1
    assert wording.reference(done) not in post.sent[0].text
    assert wording.reference(still_open) in post.sent[0].text


def test_what_is_urgent_goes_alone_and_at_once(post: Post) -> None:
    post.clinic.clock.set(datetime(2026, 11, 23, 22, 0, tzinfo=UTC))
    post.owes("acknowledge-concern", urgent=True)
    post.owes("acknowledge-concern", urgent=True)
    post.owes("plan-next")
    post.tick()
    assert len(post.sent) == 2
    assert all(message.subject.startswith("Urgent") for message in post.sent)
    assert sorted(post.states) == ["accepted", "accepted", "due"]


def test_what_is_not_urgent_waits_for_the_morning_and_one_can_see_it(post: Post) -> None:
    post.clinic.clock.set(datetime(2026, 11, 27, 20, 0, tzinfo=UTC))
    post.owes(due_in=LATER)
    post.clinic.wait(hours=6)
    post.owes(due_in=LATER)
    assert post.sent == []
    morning = datetime(2026, 11, 30, 6, 30, tzinfo=UTC)
    assert [(mail.kind, mail.next_try_at) for mail in post.mails] == [("digest", morning)]
    post.clinic.clock.set(morning)
    post.tick()
    assert [message.subject for message in post.sent] == ["Today: 2 things wait for you"]


def test_a_mail_that_was_due_in_the_day_does_not_go_when_the_house_wakes_at_night(
    post: Post,
) -> None:
    post.owes()
    post.clinic.wait(hours=15)
    assert post.sent == []
    post.clinic.wait(hours=9)
    assert len(post.sent) == 1


def test_after_an_outage_only_the_newest_word_about_a_matter_is_told(post: Post) -> None:
    obligation = post.owes()
    post.late(obligation, "remind")
    post.late(obligation, "chase")
    post.morning()
    assert [message.subject.split(" (")[0] for message in post.sent] == ["Something is still open"]
    assert sorted(post.states) == ["accepted", "cancelled", "cancelled"]


def test_nobody_in_the_unit_is_seen(post: Post) -> None:
    post.owes(debtor="coordinator_of_nothing")
    post.tick()
    assert post.states == ["no-address"]
    assert [told["reason_code"] for told in post.told("reminder.failed")] == ["no-address"]


def test_a_member_who_left_gets_nothing_and_it_is_seen(post: Post) -> None:
    from services.accounts import actions as accounts

    post.clinic.clock.set(datetime(2026, 11, 23, 21, 0, tzinfo=UTC))
    post.owes()
    with post.clinic.work("accounts", post.clinic.administrator) as work:
        accounts.disable_member(work, post.clinic.operator)
    post.clinic.wait(hours=12)
    assert (post.sent, post.states) == ([], ["no-address"])


def test_mails_about_one_matter_hang_together(post: Post) -> None:
    obligation = post.owes()
    post.tick()
    post.late(obligation, "remind")
    post.tick()
    post.late(obligation, "chase")
    post.morning()
    first, second, third = post.sent
    assert first.references == ""
    assert second.references == third.references == first.message_id
    assert len({first.message_id, second.message_id, third.message_id}) == 3


def test_each_reads_the_mail_in_the_own_language(post: Post) -> None:
    post.clinic.join("Zoé Petit", roles=[RTMS_OPERATOR], units=["rtms_unit"], language="fr")
    post.clinic.settle()
    post.owes()
    post.tick()
    texts = {message.to_name: message for message in post.sent}
    assert "Answer a referral" in texts["Tomas Hartl"].text
    assert '<html lang="en"' in texts["Tomas Hartl"].html
    assert "Répondre à une demande" in texts["Zoé Petit"].text
    assert '<html lang="fr"' in texts["Zoé Petit"].html
    assert texts["Zoé Petit"].subject.startswith("Du nouveau vous attend")


def test_the_due_date_is_told_in_the_time_of_the_centre(post: Post) -> None:
    post.owes("acknowledge-concern", urgent=True, due_in=LATER)
    post.tick()
    assert "Thu 26 Nov 2026 09:00" in post.sent[0].text
    assert post.clinic.now + timedelta(days=3) == datetime(2026, 11, 26, 8, tzinfo=UTC)


def test_coordinators_are_told_what_nobody_else_can_do(post: Post) -> None:
    obligation = post.owes("make-up-session", debtor="coordinator")
    post.tick()
    assert post.receivers == ["Claire Morvan"]
    assert [told["obligation_id"] for told in post.told("reminder.sent")] == [str(obligation)]
