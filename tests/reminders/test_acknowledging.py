"""The link of a mail opens a page with one button; machines that follow it change nothing."""

import re

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select

from services.coordinator.tables import Obligation
from services.reminders.tables import NoDigest
from shared.access.tables import AuditEntry
from shared.access.viewer import COORDINATOR
from shared.identifiers import new_id
from shared.mail import MailRefused
from tests.clinic import Clinic
from tests.crawl import digests
from tests.referring import refer
from tests.reminders.post import LATER, Post


def link_in(post: Post, number: int = 0) -> str:
    found = re.search(r"http://[^ \n]+(/reminders/open/[0-9a-f-]+)", post.sent[number].text)
    assert found is not None
    return found[1]


def press(browser: TestClient, path: str, version: object = None) -> int:
    """Press the button, as the page shows it; or send another version than it shows."""
    page = browser.get(path).text
    shown = re.search(r'name="version" value="(\d+)"', page)
    sent = version if version is not None else (shown[1] if shown else 1)
    return int(browser.post(f"{path}/acknowledge", data={"version": sent}).status_code)


def trail(post: Post) -> list[str]:
    with post.clinic.look("reminders") as work:
        entries = select(AuditEntry).where(col(AuditEntry.action) == "acknowledge-reminder")
        return [entry.outcome for entry in work.all(entries.order_by(col(AuditEntry.number)))]


def test_the_link_opens_what_waits_and_leads_to_where_it_is_done(post: Post) -> None:
    obligation = post.owes(debtor="rtms_unit")
    post.tick()
    path, about = link_in(post), post.owed[obligation]
    page = post.clinic.http(post.clinic.operator).get(path)
    assert page.status_code == 200
    assert "Answer a referral" in page.text
    assert f'href="/rtms_unit/referrals/{about["referral_id"]}"' in page.text
    assert "I take care of it" in page.text
    seen = post.clinic.http(post.clinic.coordinator).get(path)
    assert f'href="/coordinator/patients/{about["patient_id"]}"' in seen.text
    assert "I take care of it" not in seen.text
    assert post.clinic.http(post.clinic.psychologist).get(path).status_code == 404
    assert post.clinic.http(None).get(path).status_code in (303, 401)
    nowhere = f"/reminders/open/{new_id()}"
    assert post.clinic.http(post.clinic.operator).get(nowhere).status_code == 404


def test_what_follows_every_link_three_times_changes_nothing(post: Post) -> None:
    """Mail scanners open links, follow redirects and press what they find, signed in or not."""
    post.owes()
    post.tick()
    post.owes(due_in=LATER)
    post.morning()
    links = {link for message in post.sent for link in re.findall(r"http://\S+", message.text)}
    assert len(links) == 4
    before = digests(post.clinic)
    for browser in (post.clinic.http(None), post.clinic.http(post.clinic.operator)):
        for link in sorted(links) * 3:
            path = link.removeprefix(post.clinic.settings.address) or "/"
            for method in ("GET", "HEAD"):
                browser.request(method, path, follow_redirects=True)
    stranger = post.clinic.http(None)
    assert stranger.post(f"{link_in(post)}/acknowledge", data={"version": 1}).status_code in (
        303,
        401,
    )
    assert digests(post.clinic) == before


def test_whoever_was_told_says_so_once_and_the_coordinator_sees_it(clinic: Clinic) -> None:
    post = Post(clinic)
    refer(clinic, "rtms_unit")
    post.morning()
    browser = clinic.http(clinic.operator)
    path = link_in(post)
    assert press(browser, path) == 303
    clinic.settle()
    assert len(post.told("reminder.acknowledged")) == 1
    assert "You said on" in browser.get(path).text
    with clinic.look("coordinator") as work:
        row = work.first(select(Obligation).where(col(Obligation.what) == "answer-referral"))
        assert (row.seen_by, row.seen_at) == (clinic.operator, clinic.now)
        address = f"/coordinator/obligations/{row.id}"
    coordinator = clinic.http(clinic.coordinator)
    for page in (address, "/coordinator/board"):
        assert "Seen by Tomas Hartl" in coordinator.get(page).text
    # Pressed again, from an old page or by a program: refused, and kept.
    assert press(browser, path) == 409
    api = path.replace("/open/", "/api/reminders/") + "/acknowledge"
    assert browser.post(api, json={"version": 1}).status_code == 409
    assert trail(post) == ["ok", "refused", "refused"]
    clinic.settle()
    assert len(post.told("reminder.acknowledged")) == 1
    assert clinic.verify() == []


@pytest.mark.parametrize("change", ["older", "done"])
def test_an_old_page_is_refused_and_leaves_a_trace(post: Post, change: str) -> None:
    obligation = post.owes()
    post.tick()
    browser, path = post.clinic.http(post.clinic.operator), link_in(post)
    if change == "older":
        post.late(obligation, "remind")
    else:
        post.done(obligation)
    answer = browser.post(f"{path}/acknowledge", data={"version": 1})
    assert answer.status_code == 409
    said = {"older": "It has changed since", "done": "It is done, or no longer asked of you."}
    assert said[change] in answer.text
    assert trail(post) == ["refused"]
    assert post.told("reminder.acknowledged") == []
    if change == "older":
        assert press(browser, path) == 303


def test_nobody_says_it_for_another(post: Post) -> None:
    post.owes()
    post.tick()
    path = link_in(post)
    assert press(post.clinic.http(post.clinic.coordinator), path, 1) == 403
    assert press(post.clinic.http(post.clinic.psychologist), path, 1) == 404
    browser = post.clinic.http(post.clinic.operator)
    assert press(browser, path, "no number") == 409
    assert post.told("reminder.acknowledged") == []


def test_one_click_ends_daily_mails_and_the_coordinator_is_told(post: Post) -> None:
    post.owes(due_in=LATER)
    post.morning()
    way_out = post.sent[0].unsubscribe.removeprefix(post.clinic.settings.address)
    stranger = post.clinic.http(None)
    for _ in range(3):
        page = stranger.get(way_out)
        assert (page.status_code, "Nothing has changed yet." in page.text) == (200, True)
    # As the mail provider of the reader sends it: no cookie, no origin, no sign-in.
    del stranger.headers["sec-fetch-site"]
    gone = stranger.post(way_out, data={"List-Unsubscribe": "One-Click"})
    assert gone.status_code == 200
    assert stranger.post(way_out + "x", data={}).status_code == 404
    coordinator = post.clinic.http(post.clinic.coordinator)
    assert (
        "Tomas Hartl: what is urgent or due today, and appointments, are still"
        in coordinator.get("/reminders/notices").text
    )
    post.owes(due_in=LATER)
    post.morning()
    assert post.states == ["accepted", "unwanted"]
    assert [told["reason_code"] for told in post.told("reminder.failed")] == ["unwanted"]
    post.owes("acknowledge-concern", urgent=True)
    post.tick()
    assert post.receivers == ["Tomas Hartl", "Tomas Hartl"]
    operator = post.clinic.http(post.clinic.operator)
    assert "You take no daily mail." in operator.get("/reminders/mails").text
    assert operator.post("/reminders/daily/want").status_code == 303
    with post.clinic.look("reminders") as work:
        assert work.first(select(NoDigest)) is None


def test_the_pages_of_a_mail_speak_french(post: Post) -> None:
    lea = post.clinic.join("Léa Roy", roles=[COORDINATOR], units=["rtms_unit"], language="fr")
    post.clinic.settle()
    post.owes(debtor_member=lea, due_in=LATER)
    post.morning()
    browser = post.clinic.http(lea)
    assert "Je m’en occupe" in browser.get(link_in(post)).text
    way_out = post.sent[0].unsubscribe.removeprefix(post.clinic.settings.address)
    assert "Plus d’e-mail du jour" in browser.get(way_out).text


def test_the_board_names_whoever_no_mail_reaches(clinic: Clinic) -> None:
    """The address of the only member of a unit is wrong: the coordinator sees whom to call."""
    post = Post(clinic)
    refer(clinic, "rtms_unit")
    clinic.mailer.answers = [MailRefused("550 5.1.1 no such user")]
    post.morning()
    clinic.settle()
    coordinator = clinic.http(clinic.coordinator)
    assert "Not reached by mail: Tomas Hartl." in coordinator.get("/coordinator/board").text
    with clinic.look("coordinator") as work:
        row = work.first(select(Obligation).where(col(Obligation.what) == "answer-referral"))
    page = coordinator.get(f"/coordinator/obligations/{row.id}").text
    assert "Not reached by mail: Tomas Hartl." in page
    assert "refused" in page
