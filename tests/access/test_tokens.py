"""A service token: shown once, good for what it names, and for nothing that a person does."""

from datetime import timedelta

import pytest
from fastapi import APIRouter, Depends
from fastapi.testclient import TestClient

from services.accounts import actions
from shared.access.tables import ServiceToken
from shared.access.tokens import FHIR_MESSAGE, token_of
from shared.access.viewer import TOKEN_ACTOR
from shared.errors import NotAllowed
from shared.identifiers import digest, new_id
from shared.web.doors import WorkDep, bind, for_token
from tests.clinic import Clinic


@pytest.fixture
def service(clinic: Clinic) -> TestClient:
    """An outside service, and a clinic with a route for one scope and a route for another."""
    router = APIRouter(prefix="/accounts/api/outside")

    @router.post("/message")
    @for_token(FHIR_MESSAGE)
    def message(work: WorkDep) -> dict[str, str]:
        return {"actor": work.actor}

    @router.post("/other")
    @for_token("other:scope")
    def other(work: WorkDep) -> dict[str, str]:
        return {"actor": work.actor}

    clinic.app.include_router(router, dependencies=[Depends(bind(clinic.team["accounts"]))])
    clinic.app.router.routes.insert(0, clinic.app.router.routes.pop())
    return clinic.http()


@pytest.fixture
def made(clinic: Clinic) -> dict[str, str]:
    admin = clinic.http(clinic.administrator)
    answer = admin.post("/accounts/api/tokens", json={"name": "EHR", "scopes": [FHIR_MESSAGE]})
    assert answer.status_code == 201
    return dict(answer.json())


def call(service: TestClient, authorization: str, path: str = "message") -> int:
    headers = {"authorization": authorization} if authorization else {}
    return service.post(f"/accounts/api/outside/{path}", headers=headers).status_code


def test_the_token_is_who_acts(service: TestClient, made: dict[str, str]) -> None:
    headers = {"authorization": f"Bearer {made['secret']}"}
    answer = service.post("/accounts/api/outside/message", headers=headers)
    assert answer.json() == {"actor": f"service:token:{made['id']}"}


def test_nothing_else_is_a_token(clinic: Clinic, service: TestClient, made: dict[str, str]) -> None:
    secret = made["secret"]
    for wrong in (
        "",
        "Bearer",
        "Bearer ",
        secret,
        f"Basic {secret}",
        f"Bearer {secret[:-1]}",
        f"Bearer {secret}{secret}",
        f"Bearer {made['id']}",
        f"Bearer {digest(secret)}",
        "Bearer ' or 1=1 --",
    ):
        assert call(service, wrong) == 401, wrong
    member = clinic.http(clinic.administrator)
    assert call(member, "") == 401, "a sign-in of a person is no token"


def test_a_token_opens_what_it_names_only(service: TestClient, made: dict[str, str]) -> None:
    bearer = f"Bearer {made['secret']}"
    assert call(service, bearer) == 200
    assert call(service, bearer, "other") == 403
    headers = {"authorization": bearer}
    assert service.get("/accounts/api/members", headers=headers).status_code == 401
    assert service.get("/accounts/api/me", headers=headers).status_code == 401


def test_a_revoked_token_opens_nothing(
    clinic: Clinic, service: TestClient, made: dict[str, str]
) -> None:
    admin = clinic.http(clinic.administrator)
    assert admin.post(f"/accounts/tokens/{made['id']}/revoke").status_code == 303
    assert call(service, f"Bearer {made['secret']}") == 401


def test_a_token_can_end_by_itself(clinic: Clinic) -> None:
    with clinic.work("accounts") as work:
        work.add(
            ServiceToken(
                id=new_id(),
                name="EHR",
                digest=digest("secret"),
                scopes=[FHIR_MESSAGE],
                expires_at=clinic.now + timedelta(days=1),
            )
        )
    with clinic.look("accounts") as work:
        assert token_of(work.session, "secret", clinic.now + timedelta(hours=23))
        assert token_of(work.session, "secret", clinic.now + timedelta(hours=24)) is None


def test_the_secret_is_shown_once(clinic: Clinic) -> None:
    admin = clinic.http(clinic.administrator)
    page = admin.post("/accounts/tokens", data={"name": "EHR", "scopes": [FHIR_MESSAGE]})
    assert page.status_code == 201
    assert page.text.count("relais_") == 1
    assert "relais_" not in admin.get("/accounts/tokens").text
    assert "digest" not in admin.get("/accounts/api/tokens").text


def test_a_token_needs_a_name_and_a_scope(clinic: Clinic) -> None:
    admin = clinic.http(clinic.administrator)
    for entry in (
        {"name": "", "scopes": [FHIR_MESSAGE]},
        {"name": "EHR", "scopes": []},
        {"name": "EHR", "scopes": ["*"]},
        {"name": "EHR", "scopes": [FHIR_MESSAGE, "everything"]},
    ):
        assert admin.post("/accounts/api/tokens", json=entry).status_code == 422, entry
        assert admin.post("/accounts/tokens", data=entry).status_code == 422, entry
    assert admin.get("/accounts/api/tokens").json() == []


def test_a_token_may_do_nothing_that_asks_for_a_person(clinic: Clinic) -> None:
    with (
        pytest.raises(NotAllowed),
        clinic.team["accounts"].work(actor=f"{TOKEN_ACTOR}{new_id()}") as work,
    ):
        actions.all_tokens(work)
