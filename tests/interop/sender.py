"""Another organisation's system that sends messages with a token, and what the clinic has then."""

import json
from typing import Any
from uuid import UUID

from fastapi.testclient import TestClient
from httpx2 import Response
from sqlmodel import select

from services.accounts import actions as accounts
from shared.access.tokens import FHIR_MESSAGE
from shared.discipline.tables import Referral
from shared.patients.tables import Patient
from tests.clinic import Clinic
from tests.interop.messages import JSON, Bundle, content_type, fixture

ADDRESS = "/interop/fhir/$process-message"


class Sender:
    """Sends to one clinic, with a token that it made for this sender."""

    def __init__(self, clinic: Clinic, scopes: tuple[str, ...] = (FHIR_MESSAGE,)) -> None:
        self.clinic = clinic
        with clinic.work("accounts", clinic.administrator) as work:
            token, self.secret = accounts.add_token(work, "Val-d'Ambre", scopes)
        self.token_id: UUID = token.id
        self.http = TestClient(clinic.app, raise_server_exceptions=False)

    def post(self, body: bytes, sent: str = JSON, **headers: str) -> Response:
        """Send a message, and let the house take note of it."""
        bearer = {"Authorization": f"Bearer {self.secret}"} if self.secret else {}
        answer = self.http.post(
            ADDRESS, content=body, headers={"Content-Type": sent, **bearer, **headers}
        )
        self.clinic.settle()
        return answer

    def send(self, name: str) -> Response:
        """Send one of the invented messages."""
        return self.post(fixture(name), content_type(name))


def referrals(clinic: Clinic) -> list[Referral]:
    with clinic.look(front_door(clinic)) as work:
        return list(work.all(select(Referral)))


def patients(clinic: Clinic) -> list[Patient]:
    with clinic.look(front_door(clinic)) as work:
        return list(work.all(select(Patient)))


def front_door(clinic: Clinic) -> str:
    return clinic.team.directory.front_door().name


def outcome(answer: Any) -> Bundle:
    found: Bundle = json.loads(answer.text)
    assert found["resourceType"] == "OperationOutcome"
    return found


def snapshot(clinic: Clinic) -> tuple[list[Bundle], list[Bundle]]:
    return (
        [referral.model_dump() for referral in referrals(clinic)],
        [patient.model_dump() for patient in patients(clinic)],
    )
