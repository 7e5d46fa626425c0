"""What people see on the coordinator's pages, and what has to happen before."""

import re
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from services.coordinator.tables import Obligation
from shared.discipline import actions as unit
from tests.clinic import Clinic
from tests.referring import Referred, refer


def words(html: str) -> str:
    """What a person reads on the page."""
    html = re.sub(r"</?(time|b)\b[^>]*>", "", html)
    text = re.sub(r"(?s)<(style|script|svg)\b.*?</\1>|<[^>]+>", " ", html)
    return " ".join(text.replace("&#39;", "'").split())


def see(
    clinic: Clinic, path: str = "board", member: UUID | None = None, language: str = "en"
) -> str:
    """The words of a page, for the coordinator or another member."""
    browser = clinic.http(member or clinic.coordinator)
    browser.cookies.set("relais_language", language)
    page = browser.get(f"/coordinator/{path}")
    assert page.status_code == 200
    return words(page.text)


def the_obligation(clinic: Clinic) -> Obligation:
    with clinic.look("coordinator") as work:
        found: Obligation = work.first(select(Obligation).where(col(Obligation.state) == "open"))
        return found


def accepted(clinic: Clinic) -> Referred:
    sent = refer(clinic)
    with clinic.work("rtms_unit", clinic.operator) as work:
        unit.accept(work, sent.id)
    return sent


def booked(clinic: Clinic, sent: Referred, **ahead: float) -> UUID:
    with clinic.work("rtms_unit", clinic.operator) as work:
        return unit.book(work, sent.id, clinic.now + timedelta(**ahead), 30).id
