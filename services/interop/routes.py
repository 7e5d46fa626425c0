"""The door for other systems: a FHIR message comes in, an OperationOutcome goes back."""

from collections.abc import Callable, Coroutine
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, TypeAlias
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel

from services.interop import actions
from services.interop.fhir import outcome, read_message
from services.interop.rules import formats
from services.interop.rules.message import ReferralMessage
from services.interop.rules.refusal import Fault, MessageRefused
from shared.access.tokens import FHIR_MESSAGE
from shared.errors import Refused
from shared.web.doors import LookDep, PlaceDep, body_up_to, for_token

Handle: TypeAlias = Callable[[Request], Coroutine[Any, Any, Response]]

NOT_READABLE = "The request cannot be read."
SENTENCES = {413: "The message is larger than this service takes."}
TOKEN_FAULTS = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
ISSUE_CODES = {401: "login", 403: "forbidden", 413: "too-long"}

MESSAGE_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "A FHIR R4 Bundle of type message, event servicerequest-request.",
        "content": {kind: {"schema": {"type": "object"}} for kind in formats.ANSWERS.values()},
    }
}
OUTCOME: dict[str, Any] = {
    "description": "An OperationOutcome that says what became of the message",
    "content": {kind: {} for kind in formats.ANSWERS.values()},
}


class FhirRoute(APIRoute):
    """A route whose refusals are OperationOutcomes too: no token, no scope, too large."""

    def get_route_handler(self) -> Handle:
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handle(request)
            except Refused as refusal:
                return _refused(request, refusal.status, str(refusal))
            except HTTPException as error:
                sentence = SENTENCES.get(error.status_code, NOT_READABLE)
                return _refused(request, error.status_code, sentence)

        return answer


async def _body(request: Request) -> bytes:
    return await request.body()


fhir = APIRouter(route_class=FhirRoute)
router = APIRouter()


@fhir.post(
    "/fhir/$process-message",
    response_class=Response,
    responses=dict.fromkeys((200, 400, 401, 403, 404, 409, 413, 415, 422), OUTCOME),
    openapi_extra=MESSAGE_BODY,
)
@for_token(FHIR_MESSAGE)
@body_up_to()
def process_message(
    request: Request, body: Annotated[bytes, Depends(_body)], place: PlaceDep
) -> Response:
    """Take a referral from another organisation: new, update, revoked or entered in error."""
    read, warnings = _read(request, body)
    with place.work(actor=request.state.actor) as work:
        if isinstance(read, ReferralMessage):
            receipt = actions.receive(work, read)
        else:
            receipt = actions.refuse(work, body, read)
    return _answer(request, receipt, warnings)


def _read(
    request: Request, body: bytes
) -> tuple[ReferralMessage | MessageRefused, tuple[Fault, ...]]:
    try:
        message = read_message(body, request.headers.get("content-type", ""))
    except MessageRefused as refused:
        return refused, ()
    return message, message.warnings


def _answer(request: Request, receipt: actions.Receipt, warnings: tuple[Fault, ...]) -> Response:
    wanted = _format(request)
    if receipt.faults:
        text = outcome.refused(wanted, receipt.faults, receipt.message_id)
    else:
        text = outcome.taken(
            wanted, receipt.message_id, receipt.sentence, receipt.referral_id, warnings
        )
    return Response(text, receipt.status, media_type=formats.ANSWERS[wanted])


def _refused(request: Request, status: int, sentence: str) -> Response:
    wanted = _format(request)
    place, header = ("", "Authorization") if status in TOKEN_FAULTS else ("Bundle", "")
    code = ISSUE_CODES.get(status, "processing")
    fault = Fault(status, code, place, sentence, header=header)
    answer = Response(outcome.refused(wanted, [fault]), status, media_type=formats.ANSWERS[wanted])
    if status == HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="Relais"'
    return answer


def _format(request: Request) -> str:
    try:
        sent = formats.sent_format(request.headers.get("content-type", ""))
    except MessageRefused:
        sent = formats.JSON
    accept = request.headers.get("accept", "")
    return formats.answer_format(accept, request.query_params.get("_format", ""), sent)


class ReceivedEntry(BaseModel):
    """A message that came, and what became of it; nothing about the patient."""

    id: UUID
    received_at: datetime
    last_at: datetime
    times: int
    sender: str
    outcome: str
    status: int
    code: str
    expression: str
    sentence: str
    referral_id: UUID | None
    performer: str


@router.get("/api/messages")
def list_messages(
    work: LookDep, outcome: str = "", before: UUID | None = None
) -> list[ReceivedEntry]:
    """The newest messages; `before` is the id of the last one of the page before."""
    return [
        ReceivedEntry.model_validate({**vars(listed), **listed.message.model_dump()})
        for listed in actions.list_messages(work, outcome, before)
    ]


router.include_router(fhir)
