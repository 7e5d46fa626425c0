"""The mailbox: who sees which mail, how it is shown, and sending again."""

import base64
import hashlib
import re
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select

from services.reminders.tables import Reminder
from shared.access.tables import AuditEntry
from shared.access.viewer import COORDINATOR
from shared.mail import KeptMailer, MailDeferred, MailRefused
from tests.reminders.post import Post


def coordinator_reading(post: Post, language: str) -> TestClient:
    """The browser of a coordinator who reads this language."""
    member = post.clinic.join(
        "Jeanne Roux", roles=[COORDINATOR], units=["coordinator"], language=language
    )
    post.clinic.settle()
    return post.clinic.http(member)


def words_of(page: str) -> str:
    """What a page says, without its marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def reminder_ids(post: Post) -> list[UUID]:
    with post.clinic.look("reminders") as work:
        return [reminder.id for reminder in work.all(select(Reminder).order_by(col(Reminder.id)))]


def test_the_mailbox_says_honestly_that_mails_are_only_kept(post: Post) -> None:
    post.send_through(KeptMailer())
    post.owes()
    post.tick()
    assert (post.states, post.mails[0].kept) == (["accepted"], True)
    browser = post.clinic.http(post.clinic.coordinator)
    page = browser.get("/reminders/mails").text
    assert "No mail server is set." in page
    assert "kept here" in page
    assert "1 kept here" in words_of(page)
    assert "0 accepted" in words_of(page)
    kept = browser.get("/reminders/api/mails", params={"state": "kept"}).json()
    assert [mail["kept"] for mail in kept] == [True]
    assert browser.get("/reminders/api/mails", params={"state": "accepted"}).json() == []
    assert "It was not sent to anybody" in browser.get(f"/reminders/mails/{post.mails[0].id}").text


def test_a_mail_that_a_server_took_is_not_called_kept(post: Post) -> None:
    post.owes()
    post.tick()
    page = post.clinic.http(post.clinic.coordinator).get(f"/reminders/mails/{post.mails[0].id}")
    assert "kept here" not in page.text
    assert "250 kept in memory" in page.text
    assert "accepted" in page.text


def test_the_whole_mail_can_be_read_as_text_and_as_html(post: Post) -> None:
    post.owes()
    post.tick()
    mail, browser = post.mails[0], post.clinic.http(post.clinic.coordinator)
    page = browser.get(f"/reminders/mails/{mail.id}")
    assert "* Answer a referral" in page.text
    shown = browser.get(f"/reminders/mails/{mail.id}/html")
    assert shown.text == mail.html


def test_a_shown_mail_may_use_its_own_style_and_nothing_else(post: Post) -> None:
    post.owes()
    post.tick()
    browser = post.clinic.http(post.clinic.coordinator)
    for address in (f"/reminders/mails/{post.mails[0].id}/html", "/reminders/preview/several/fr"):
        shown = browser.get(address)
        policy = shown.headers["content-security-policy"]
        style = re.search(r"<style>(.*?)</style>", shown.text, re.DOTALL)
        assert style is not None
        digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
        assert f"style-src 'sha256-{digest}'" in policy
        assert "default-src 'none'" in policy
        assert "sandbox" in policy
        assert "allow-scripts" not in policy
        assert shown.text.count("<style") == 1
        assert "style=" not in shown.text
        assert "<script" not in shown.text


def test_each_sees_the_own_mails_the_coordinator_all(post: Post) -> None:
    clinic = post.clinic
    post.owes(debtor="rtms_unit")
    post.owes(debtor="psychologist")
    post.tick()
    seen = {
        role: [mail["to"] for mail in clinic.http(member).get("/reminders/api/mails").json()]
        for role, member in (
            ("coordinator", clinic.coordinator),
            ("administrator", clinic.administrator),
            ("operator", clinic.operator),
            ("physician", clinic.physician),
        )
    }
    everybody = ["Nora Benali", "Tomas Hartl"]
    assert sorted(seen["coordinator"]) == sorted(seen["administrator"]) == everybody
    assert (seen["operator"], seen["physician"]) == (["Tomas Hartl"], [])


def test_the_mail_of_another_is_not_there(post: Post) -> None:
    post.owes(debtor="psychologist")
    post.tick()
    mail_id, clinic = post.mails[0].id, post.clinic
    for member, status in (
        (clinic.psychologist, 200),
        (clinic.coordinator, 200),
        (clinic.operator, 404),
    ):
        browser = clinic.http(member)
        for address in ("mails/{}", "mails/{}/html", "api/mails/{}"):
            answer = browser.get("/reminders/" + address.format(mail_id))
            assert answer.status_code == status, address
    stranger = clinic.http(None).get(f"/reminders/api/mails/{mail_id}")
    assert stranger.status_code == 401
    resent = clinic.http(clinic.operator).post(f"/reminders/api/mails/{mail_id}/resend")
    assert resent.status_code == 404
    assert len(post.mails) == 1


def test_the_list_can_be_filtered_and_turned(post: Post) -> None:
    post.clinic.mailer.answers = [MailRefused("550")]
    for debtor in ("rtms_unit", "psychologist"):
        post.owes(debtor=debtor)
    post.tick()
    browser = post.clinic.http(post.clinic.coordinator)
    refused = browser.get("/reminders/api/mails", params={"state": "refused"}).json()
    assert [mail["server_words"] for mail in refused] == ["550"]
    newest = browser.get("/reminders/api/mails").json()[0]["id"]
    older = browser.get("/reminders/api/mails", params={"before": newest}).json()
    assert len(older) == 1
    page = browser.get("/reminders/mails/list", params={"state": "uncertain"}).text
    assert "No mail is in this state" in page
    assert browser.get("/reminders/mails", params={"before": "nonsense"}).status_code == 404


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_kind_of_mail_can_be_seen_before_it_is_sent(post: Post, language: str) -> None:
    browser = coordinator_reading(post, language)
    page = browser.get("/reminders/preview")
    assert f'<html lang="{language}"' in page.text
    links = re.findall(r'href="(/reminders/preview/[^"]+)"', page.text)
    assert len(links) == 32
    for link in links:
        assert browser.get(link).status_code == 200
    assert browser.get("/reminders/preview/nothing/fr").status_code == 404


def test_a_refused_mail_can_be_sent_again_and_leaves_a_trace(post: Post) -> None:
    post.clinic.mailer.answers = [MailRefused("550 no such user")]
    obligation = post.owes()
    post.tick()
    browser = post.clinic.http(post.clinic.coordinator)
    answer = browser.post(f"/reminders/mails/{post.mails[0].id}/resend")
    assert answer.status_code == 303
    assert browser.get(answer.headers["location"]).status_code == 200
    post.tick()
    assert post.states == ["refused", "accepted"]
    assert len(post.sent) == 1
    patient = post.owed[obligation]["patient_id"]
    with post.clinic.look("reminders") as work:
        entry = work.first(select(AuditEntry).where(col(AuditEntry.action) == "resend-mail"))
    assert entry.patient_id == patient
    assert entry.actor == f"member:{post.clinic.coordinator}"


def test_an_accepted_mail_is_sent_again_as_another_mail(post: Post) -> None:
    post.owes()
    post.tick()
    browser = post.clinic.http(post.clinic.coordinator)
    sent = browser.post(f"/reminders/api/mails/{post.mails[0].id}/resend").json()
    assert UUID(sent["mail_id"]) == post.mails[1].id
    post.tick()
    assert len({message.message_id for message in post.sent}) == 2


def test_a_mail_that_waits_can_be_sent_now(post: Post) -> None:
    post.clinic.mailer.answers = [MailDeferred("451 later")]
    post.owes()
    post.tick()
    post.clinic.http(post.clinic.coordinator).post(
        f"/reminders/api/mails/{post.mails[0].id}/resend"
    )
    post.tick()
    assert post.states == ["accepted"]


def test_what_is_done_is_not_sent_again(post: Post) -> None:
    obligation = post.owes()
    post.tick()
    post.done(obligation)
    browser = post.clinic.http(post.clinic.coordinator)
    for address in ("api/mails", "mails"):
        answer = browser.post(f"/reminders/{address}/{post.mails[0].id}/resend")
        assert answer.status_code == 409
        assert "is done, or no longer asked" in answer.text
    post.tick()
    assert len(post.sent) == 1


def test_nobody_cannot_be_told_again(post: Post) -> None:
    post.owes(debtor="nobody_there")
    post.tick()
    browser = post.clinic.http(post.clinic.coordinator)
    answer = browser.post(f"/reminders/api/mails/{post.mails[0].id}/resend")
    assert (answer.status_code, post.states) == (409, ["no-address"])


def test_the_pages_speak_french(post: Post) -> None:
    post.clinic.mailer.answers = [MailDeferred("451 later")]
    post.owes()
    post.owes(debtor="psychologist", urgent=True)
    post.tick()
    browser = coordinator_reading(post, "fr")
    page = browser.get("/reminders/mails").text
    assert "Répondre à une demande" in page
    assert "différé" in page
    assert "prochain essai" in page
    waiting = next(mail for mail in post.mails if mail.state == "deferred")
    one = browser.get(f"/reminders/mails/{waiting.id}").text
    assert "Envoyer maintenant" in one
    assert "Déroulement" in one
