"""Sending a FHIR message to a running Relais, from the command line."""

from dataclasses import dataclass
from pathlib import Path

import httpx2

from services.interop.rules.formats import ANSWERS, JSON, XML

PATH = "/interop/fhir/$process-message"
PATIENCE_SECONDS = 30


@dataclass(frozen=True)
class Answer:
    """What came back: the OperationOutcome as text, or a sentence when nobody answered."""

    accepted: bool
    status: int
    text: str


def send_file(file: Path, *, url: str, token_file: Path | None = None) -> Answer:
    """Post a message Bundle (.json or .xml); the token is the whole text of its file."""
    headers = {"Content-Type": _media_type(file), "Accept": _media_type(file)}
    if token_file:
        headers["Authorization"] = f"Bearer {token_file.read_text(encoding='utf-8').strip()}"
    try:
        answer = httpx2.post(
            url.rstrip("/") + PATH,
            content=file.read_bytes(),
            headers=headers,
            timeout=PATIENCE_SECONDS,
        )
    except httpx2.HTTPError:
        return Answer(False, 0, f"Nobody answers at {url}. Is Relais running there?")
    return Answer(answer.is_success, answer.status_code, answer.text)


def _media_type(file: Path) -> str:
    """By the ending of the file's name; without a telling one, by its first character."""
    if file.suffix.lower() in (".json", ".xml"):
        return ANSWERS[XML if file.suffix.lower() == ".xml" else JSON]
    return ANSWERS[XML if file.read_bytes().lstrip()[:1] == b"<" else JSON]
