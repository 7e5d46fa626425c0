"""Works without a break while the house is killed, and remembers what was confirmed."""

from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any, Protocol
from uuid import UUID

import httpx2

UNIT = "rtms_unit"
Answer = dict[str, Any]


@dataclass
class Notebook:
    """What was tried, and what the house has confirmed. A name is tried once and never again."""

    tried: list[str] = field(default_factory=list)
    registered: dict[str, str] = field(default_factory=dict)
    """Family name -> patient."""
    referred: dict[str, str] = field(default_factory=dict)
    """Patient -> referral."""
    accepted: set[str] = field(default_factory=set)
    surprises: list[str] = field(default_factory=list)

    @property
    def confirmed(self) -> int:
        return len(self.registered) + len(self.referred) + len(self.accepted)


class Place(Protocol):
    """Where one can be signed in."""

    def visitor(self, member_id: UUID, /) -> httpx2.Client: ...


class Clerk(Thread):
    """Registers and refers as the physician, accepts as the operator, until nobody answers."""

    def __init__(self, house: Place, physician: UUID, operator: UUID, notes: Notebook) -> None:
        super().__init__()
        self._physician, self._operator = house.visitor(physician), house.visitor(operator)
        self._notes, self._leaving = notes, Event()

    def leave(self) -> None:
        """Finish what was begun, and go home."""
        self._leaving.set()
        self.join()

    def run(self) -> None:
        with self._physician, self._operator:
            try:
                while not (self._notes.surprises or self._leaving.is_set()):
                    self._one_patient()
            except httpx2.TransportError:
                return  # the house is dead; what was under way was not confirmed

    def _one_patient(self) -> None:
        family = f"Patient{letters(len(self._notes.tried))}"
        self._notes.tried.append(family)
        identity = {"family": family, "given": "Ada", "birth_date": "1970-01-01"}
        known = self._post(self._physician, "/pain_physician/api/patients", identity)
        self._notes.registered[family] = patient = known["id"]
        question = {"performer": UNIT, "question": "Could stimulation help?"}
        path = f"/pain_physician/api/patients/{patient}/referrals"
        self._notes.referred[patient] = self._post(self._physician, path, question)["id"]
        self._accept_what_waits()

    def _accept_what_waits(self) -> None:
        for referral in self._operator.get(f"/{UNIT}/api/referrals").json():
            self._post(self._operator, f"/{UNIT}/api/referrals/{referral['id']}/accept", {})
            self._notes.accepted.add(referral["id"])

    def _post(self, visitor: httpx2.Client, path: str, content: Answer) -> Answer:
        answer = visitor.post(path, json=content)
        if not answer.is_success:
            self._notes.surprises.append(f"{path}: {answer.status_code} {answer.text}")
        return dict(answer.json())


def letters(number: int) -> str:
    """A number as letters, because a name has no digits."""
    return "".join(chr(ord("a") + int(digit)) for digit in f"{number:04}")
