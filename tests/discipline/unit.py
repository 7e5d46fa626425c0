"""What the tests of a unit's pages do again and again."""

import re
from datetime import timedelta
from uuid import UUID

from fastapi.testclient import TestClient

from shared.discipline import actions
from tests.clinic import Clinic
from tests.referring import Referred


def accept(clinic: Clinic, sent: Referred) -> None:
    with clinic.work("rtms_unit", clinic.operator) as work:
        actions.accept(work, sent.id)


def book(clinic: Clinic, sent: Referred, **ahead: float) -> UUID:
    with clinic.work("rtms_unit", clinic.operator) as work:
        return actions.book(work, sent.id, clinic.now + timedelta(**ahead), 30).id


def in_french(clinic: Clinic) -> TestClient:
    """A browser of a colleague who reads French."""
    colleague = clinic.join(
        "Aïcha Belkacem", roles=["rtms_operator"], units=["rtms_unit"], language="fr"
    )
    clinic.settle()
    return clinic.http(colleague)


def words(html: str) -> str:
    """What a person reads on the page."""
    text = re.sub(r"(?s)<(style|script|svg)\b.*?</\1>|<[^>]+>", " ", html)
    return " ".join(text.split())
