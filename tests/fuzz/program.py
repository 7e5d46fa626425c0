"""A member's program that sends generated requests, some of them aimed at what really exists."""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, TypeAlias, cast

from schemathesis import Case
from schemathesis.core.transport import Response
from schemathesis.python.asgi import get_client

from services.accounts import actions as accounts
from services.pain_physician.rules.picture import PICTURE
from services.pain_physician.rules.referrals import CANCEL_REASONS, CLOSING_STEPS
from shared.access.sign_in import cookie_name
from shared.access.tokens import FHIR_MESSAGE
from shared.access.viewer import ROLES
from shared.discipline import codes
from tests.clinic import Clinic
from tests.known import Known

AnyCase: TypeAlias = Case[Any]

MOSTLY = 0.7
"""How often something invented is replaced by something that exists."""

REASONS: Mapping[str, Sequence[str]] = {
    **{verb: list(words) for verb, words in codes.CHOICES.items()},
    "cancel": [*codes.CANCELLATION_REASONS, *codes.FOLLOW_UP_CANCELLATIONS, *CANCEL_REASONS],
    "decline": list(codes.DECLINE_REASONS),
    "withdraw": list(codes.WITHDRAWAL_REASONS),
    "referrals": list(codes.REFERRAL_REASONS),
}
"""Reasons by the last word of the address."""
CODES: Mapping[str, Sequence[Any]] = {
    **{name: list(words) for name, words in PICTURE.items()},
    "next_step": [*codes.NEXT_STEPS, *CLOSING_STEPS],
    "outcome_code": list(codes.OUTCOMES),
    "point": list(codes.FOLLOW_UP_POINTS),
    "urgency": list(codes.URGENCIES),
    "performer": ["rtms_unit", "psychologist", "psychophysical_therapist"],
    "onward_to": ["", "psychologist"],
    "version": [None, 1, 2, 3],
    "minutes": [30, 45],
    **{score: [5] for score in ("nrs", "nrs_before", "nrs_after", "dn4", "pgic")},
    **{part: [3] for part in ("work", "family", "own_life", "sleep", "mood")},
    "nrs_worst": [9],
    "nrs_average": [6],
    "nrs_least": [3],
    "paroxysms_per_day": [None],
    "birth_date": ["1950-01-31"],
    "practitioner_id": [None],
    "replaces": [None],
    "roles": list(ROLES),
    "units": ["rtms_unit"],
    "scopes": [FHIR_MESSAGE],
    "email": ["", *(f"member-{number}@clinic.example" for number in range(50))],
    "password": ["nine otters swim upstream"],
}


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
            ids = [key for key in self.known.ids(case.path, place) if key != str(self._member)]
            if ids and dice.random() < MOSTLY:
                case.path_parameters[place] = dice.choice(ids)
        if isinstance(case.body, dict):
            choices = self._choices(case.path)
            for name in sorted(case.body.keys() & choices.keys()):
                if dice.random() < MOSTLY:
                    case.body[name] = _instead(dice, case.body[name], choices[name])

    def _choices(self, path: str) -> Mapping[str, Sequence[Any]]:
        """What exists, for each field that a body may have."""
        ahead = [self.clinic.now + timedelta(hours=hours) for hours in range(1, 40)]
        return {
            **CODES,
            "reason_code": REASONS.get(path.rpartition("/")[2], [""]),
            "starts_at": [moment.isoformat() for moment in ahead],
            "due_on": [f"{moment.date()}" for moment in ahead],
        }


def _instead(dice: random.Random, value: Any, choices: Sequence[Any]) -> Any:
    """One of the choices, unless the field has only the same name."""
    chosen = dice.choice(choices)
    if isinstance(value, list):
        return [chosen]
    return value if isinstance(chosen, int) and isinstance(value, str) else chosen
