"""A journey on which every mistake is made at every step."""

import json
import re
from typing import Any
from uuid import UUID

from shared.identifiers import new_id
from tests.interop.messages import resource, without, written
from tests.journey import BORN, Journey

MARK = "Zqxmarked"
"""Long enough that no sealed text holds it by chance."""
MARKS = re.compile(rf"{MARK}|{BORN}|17/02/1931|17 (?:Feb|févr)", re.IGNORECASE)
UUIDS = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def marked(place: str) -> str:
    return f"{MARK}-{place}"


class Clumsy(Journey):
    """The same patient with marks; whatever can be refused is refused on the way."""

    def send(self, member: UUID, address: str, entry: dict[str, Any]) -> Any:
        """Afterwards twice, in wrong forms, about nobody, and as somebody who may not."""
        sent = super().send(member, address, entry)
        browser = self.clinic.http(member)
        browser.post(address, json=entry)
        browser.post(address, json={name: {f"{MARK}!": value} for name, value in entry.items()})
        browser.post(
            address, json={**entry, f"{MARK} {MARK}": MARK, "version": MARK, "question": [MARK]}
        )
        browser.post(f"{address}/{MARK}?{MARK}={MARK}", json=entry)
        browser.post(address, content=json.dumps(entry) + MARK)
        browser.post(UUIDS.sub(str(new_id()), address), json=entry)
        self.clinic.http(self.clinic.administrator).post(address, json=entry)
        self.clinic.settle()
        return sent

    def message(self, which: str) -> str:
        """Messages that cannot be taken come first."""
        for kind in ("Patient", "ServiceRequest", "MessageHeader"):
            self.sender.post(written(without(self._bundle(which), kind)))
        wrong = self._bundle(which)
        resource(wrong, "Patient")["birthDate"] = marked("day")
        self.sender.post(written(wrong))
        self.sender.post(written(self._bundle(which)) + MARK.encode())
        return super().message(which)
