"""The golden messages and schemas: what was released once, kept for ever."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from services.interop.describing.examples import MEMBER, PATIENT, example, message
from services.interop.describing.schemas import data_schema, envelope_schema
from shared.backbone.receipts import Receipt
from shared.events import EVENTS, Identity, MemberIdentity, Note, ReferralDetails
from shared.sealing import Sealed, Sealer
from tests.events.compatibility import breaks, form

__all__ = ["KEY", "PATIENT", "SEALED", "example", "forms", "golden_file", "message"]

GOLDEN = Path(__file__).parent.parent / "golden"
SCHEMAS = GOLDEN / "schemas"
KEY = b"a key for golden messages only!!"

SEALED: dict[str, BaseModel] = {
    "identity": Identity(number="250 871", family="Da Costa", given="Amália"),
    "details": ReferralDetails(question="Is stimulation possible?", referrer="Dr É. Caradec"),
    "note": Note(text="Called back at noon."),
    "question": Note(text="Which stimulator is implanted?"),
    "answer": Note(text="None."),
    "report": Note(text="Ten sessions were given."),
}


def golden_file(kind: str, version: int) -> Path:
    return GOLDEN / f"{kind}.v{version}.json"


def golden_schema(kind: str, version: int) -> Path:
    return SCHEMAS / f"{kind}.v{version}.json"


def forms() -> dict[Path, Any]:
    """The form of everything that others rely on, by the file that keeps what was released."""
    events = {golden_schema(*key): data_schema(event) for key, event in EVENTS.items()}
    around = {
        SCHEMAS / "envelope.json": envelope_schema(),
        SCHEMAS / "receipt.json": Receipt.model_json_schema(),
    }
    return {file: form(schema) for file, schema in (events | around).items()}


def write_missing() -> list[Path]:
    """Write what is new: golden messages, and forms that only got new optional fields.

    Messages that exist are never changed, nor is a form whose change would break somebody.
    """
    written = []
    for key, event in EVENTS.items():
        if not golden_file(*key).exists():
            envelope = message(example(event, _seal))
            text = envelope.model_dump_json(indent=2, exclude_none=True)
            written.append(_write(golden_file(*key), text))
    for file, today in forms().items():
        if not file.exists() or _only_grew(json.loads(file.read_text()), today):
            written.append(_write(file, json.dumps(today, indent=1)))
    return written


def _only_grew(released: Any, today: Any) -> bool:
    return bool(released != today and not breaks(released, today))


def _write(file: Path, text: str) -> Path:
    file.parent.mkdir(exist_ok=True)
    file.write_text(text + "\n", encoding="utf-8")
    return file


def _seal(name: str, stream: UUID) -> Sealed:
    content = MemberIdentity(name="Dr É. Caradec") if stream == MEMBER else SEALED[name]
    return Sealer(KEY).seal(content, stream)


if __name__ == "__main__":
    for path in write_missing():
        print(path.name)  # noqa: T201 - a tool for the person who adds an event
