"""A member's program that sends generated requests, some of them aimed at what really exists."""

import random
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, TypeAlias, cast

from schemathesis import Case
from schemathesis.core.transport import Response
from schemathesis.python.asgi import get_client

from services.accounts import actions as accounts
from shared.access.sign_in import cookie_name
from shared.access.tokens import FHIR_MESSAGE
from shared.access.viewer import ROLES
from tests.clinic import Clinic
from tests.fuzz import choices
from tests.fuzz.choices import Choices
from tests.known import Known

AnyCase: TypeAlias = Case[Any]

MOSTLY = 0.8
"""How often something invented is replaced by something that exists."""


class Program:
    """Sends as a member who has every role and works in every unit."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic, self.known, self.sent = clinic, Known(clinic), 0
        units = [plate.name for plate in clinic.team.directory.taking_referrals()]
        self._member = clinic.join("Alma Tout", roles=list(ROLES), units=units)
        with clinic.work("accounts", clinic.administrator) as work:
            self._secret = accounts.add_token(work, "A program", [FHIR_MESSAGE])[1]
        self._client = get_client(cast(Any, clinic.app))
        self.answers = Counter[tuple[str, int]]()
        """How often each operation gave each status."""

    def send(self, case: AnyCase) -> Response:
        """One request, signed in anew: the one before may have signed out."""
        self._aim(case)
        cookie = {cookie_name(self.clinic.settings): self.clinic.cookie(self._member)}
        headers = {"authorization": f"Bearer {self._secret}", "sec-fetch-site": "same-origin"}
        self._client.cookies.clear()
        answer = case.call(session=self._client, headers=headers, cookies=cookie)
        self.answers[case.operation.label, answer.status_code] += 1
        self.sent += 1
        if self.sent % 50 == 0:
            self.clinic.settle()
        return answer

    def _aim(self, case: AnyCase) -> None:
        """The same request is always aimed the same way."""
        dice = random.Random(repr((case.path, case.path_parameters, case.body)))  # noqa: S311
        for place in dict(case.path_parameters):
            ids = choices.PLACES.get(place) or self._others(case.path, place)
            if ids and dice.random() < MOSTLY:
                case.path_parameters[place] = dice.choice(ids)
        if isinstance(case.body, dict):
            known = self._choices(case.path)
            for name in sorted(case.body.keys() & known.keys()):
                if dice.random() < MOSTLY:
                    case.body[name] = _instead(dice, case.body[name], known[name])

    def _others(self, path: str, place: str) -> Sequence[str]:
        """What exists at this place; the program's own member stays as it is."""
        return [key for key in self.known.ids(path, place) if key != str(self._member)]

    def _choices(self, path: str) -> Choices:
        """What exists, for each field that a body may have."""
        word = path.rpartition("/")[2]
        return {
            **choices.CODES,
            **choices.MEDICINES,
            **choices.STIMULATION,
            **choices.THERAPY,
            **self._ahead(),
            **self._used(),
            "reason_code": choices.REASONS.get(word, [""]),
            **choices.HERE.get(word, {}),
        }

    def _ahead(self) -> Choices:
        """Times and days to come."""
        hours = [self.clinic.now + timedelta(hours=hours) for hours in range(1, 40)]
        days = [f"{self.clinic.now.date() + timedelta(days)}" for days in range(1, 20)]
        names = ("due_on", "day", "first", "last", "first_on", "review_on", "retired_on")
        return {
            "starts_at": [moment.isoformat() for moment in hours],
            **dict.fromkeys(names, days),
        }

    def _used(self) -> Choices:
        """Who works at a session, and with what."""
        kept = "/rtms_unit/api/machines"
        devices = {place: self.known.ids(kept, place) for place in ("machine_id", "coil_id")}
        return {**devices, "operator_id": [str(self.clinic.operator)], "session_id": [None]}


def _instead(dice: random.Random, value: Any, choices: Sequence[Any]) -> Any:
    """One of the choices, unless the field has only the same name."""
    chosen = dice.choice(choices)
    if isinstance(value, list) and not isinstance(chosen, list):
        return [chosen]
    return value if isinstance(chosen, int) and isinstance(value, str) else chosen
