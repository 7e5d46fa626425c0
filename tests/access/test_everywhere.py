"""Does the end of a sign-in, of a membership or of a token count in every service?"""

from uuid import UUID

from fastapi.testclient import TestClient
from sqlmodel import select

from services.accounts import actions
from shared.access.members import name_of
from shared.access.tables import ClosedSignIn, Member
from shared.access.tokens import token_of
from tests.clinic import Clinic


def doors(clinic: Clinic, browser: TestClient) -> dict[str, int]:
    """What the stream of each service answers; streams end at once, as at a shutdown."""
    clinic.app.state.hub.close()
    as_streams = {"accept": "text/event-stream"}
    answers = {
        running.name: browser.get(f"/{running.name}/live", headers=as_streams)
        for running in clinic.team
    }
    clinic.app.state.hub.open()
    return {name: answer.status_code for name, answer in answers.items()}


def test_one_sign_in_opens_every_service(clinic: Clinic) -> None:
    assert len(list(clinic.team)) >= 7
    assert set(doors(clinic, clinic.http(clinic.physician)).values()) == {200}
    assert set(doors(clinic, clinic.http()).values()) == {401}


def test_an_old_cookie_opens_nothing_after_signing_out(clinic: Clinic) -> None:
    browser, thief = clinic.http(clinic.physician), clinic.http()
    thief.cookies.update(browser.cookies)
    assert browser.post("/accounts/sign-out").status_code == 303
    assert thief.get("/accounts/api/me").status_code == 401
    clinic.settle()
    assert set(doors(clinic, thief).values()) == {401}
    assert set(doors(clinic, browser).values()) == {401}


def test_other_sign_ins_of_the_member_stay(clinic: Clinic) -> None:
    here, elsewhere = clinic.http(clinic.physician), clinic.http(clinic.physician)
    here.post("/accounts/sign-out")
    clinic.settle()
    assert set(doors(clinic, elsewhere).values()) == {200}


def test_a_disabled_member_is_refused_everywhere(clinic: Clinic) -> None:
    browser, admin = clinic.http(clinic.physician), clinic.http(clinic.administrator)
    clinic.clock.move(seconds=1)
    url = f"/accounts/api/members/{clinic.physician}"
    seen = admin.get(f"{url}/leaving").json()["seen"]
    assert admin.post(f"{url}/disable", json={"seen": seen}).json()["active"] is False
    assert browser.get("/accounts/api/me").status_code == 401
    clinic.settle()
    assert set(doors(clinic, browser).values()) == {401}
    assert admin.post(f"{url}/enable").is_success
    clinic.settle()
    assert set(doors(clinic, browser).values()) == {401}, "what was open before stays void"
    assert set(doors(clinic, clinic.http(clinic.physician)).values()) == {200}


def test_an_administrator_ends_a_sign_in(clinic: Clinic) -> None:
    browser, admin = clinic.http(), clinic.http(clinic.administrator)
    with clinic.work("accounts") as work:
        actions.set_password(work, clinic.operator, "tortue verte sous la pluie")
        email = work.get(Member, clinic.operator).email
    sent = {"email": email, "password": "tortue verte sous la pluie"}
    assert browser.post("/accounts/api/sign-in", json=sent).is_success
    listed = admin.get(f"/accounts/api/members/{clinic.operator}/sign-ins").json()
    assert len(listed) == 1
    ending = f"/accounts/api/sign-ins/{listed[0]['id']}/end"
    assert clinic.http(clinic.physician).post(ending).status_code == 403
    assert admin.post(ending).status_code == 204
    clinic.settle()
    assert set(doors(clinic, browser).values()) == {401}
    assert admin.get(f"/accounts/api/members/{clinic.operator}/sign-ins").json() == []


def test_a_changed_role_counts_everywhere(clinic: Clinic) -> None:
    with clinic.work("accounts", clinic.administrator) as work:
        member = work.get(Member, clinic.operator)
        actions.change_member(
            work,
            member.id,
            name=member.name,
            email=member.email,
            roles=["therapist"],
            units=["psychologist"],
        )
    for running in clinic.team:
        viewer = clinic.viewer(running.name, clinic.operator)
        assert set(viewer.roles) == {"therapist"}, running.name
        assert set(viewer.units) == {"psychologist"}, running.name


def test_a_sign_in_ends_by_itself(clinic: Clinic) -> None:
    browser = clinic.http(clinic.physician)
    clinic.clock.move(hours=11, minutes=59)
    assert set(doors(clinic, browser).values()) == {200}
    clinic.clock.move(minutes=1)
    assert set(doors(clinic, browser).values()) == {401}


def test_what_has_ended_anyway_is_forgotten(clinic: Clinic) -> None:
    clinic.http(clinic.physician).post("/accounts/sign-out")
    clinic.settle()
    clinic.clock.move(hours=13)
    clinic.http(clinic.operator).post("/accounts/sign-out")
    clinic.settle()
    with clinic.look("rtms_unit") as work:
        closed = work.all(select(ClosedSignIn))
    assert [row.member_id for row in closed] == [clinic.operator]


def test_a_member_is_known_by_name_everywhere(clinic: Clinic) -> None:
    for running in clinic.team:
        with running.look() as work:
            assert name_of(work, clinic.physician) == "Dr Élise Caradec", running.name


def test_a_token_counts_everywhere_until_it_is_revoked(clinic: Clinic) -> None:
    admin = clinic.http(clinic.administrator)
    made = admin.post("/accounts/api/tokens", json={"name": "EHR", "scopes": ["fhir:message"]})
    secret = made.json()["secret"]
    clinic.settle()
    assert known(clinic, secret) == dict.fromkeys(known(clinic, secret), True)
    assert not any(known(clinic, secret + "x").values())
    assert not any(known(clinic, "").values())
    revoking = f"/accounts/api/tokens/{UUID(made.json()['id'])}/revoke"
    assert admin.post(revoking).status_code == 204
    clinic.settle()
    assert not any(known(clinic, secret).values())


def known(clinic: Clinic, secret: str) -> dict[str, bool]:
    found = {}
    for running in clinic.team:
        with running.look() as work:
            found[running.name] = token_of(work.session, secret, work.now) is not None
    return found
