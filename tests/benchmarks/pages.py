"""How long a coordinator waits for a page when a whole region has 20,000 open obligations."""

import random
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

from sqlalchemy import event, insert, text

import services
from services.cli.preparing import bring_up_to_date
from services.coordinator.rules.ladders import STEPS
from services.coordinator.tables import Obligation, ReferralState
from shared.identifiers import new_id
from shared.patients import Patient
from shared.settings import Settings
from tests.clinic import Clinic

OPEN, CLOSED, PATIENTS = 20_000, 20_000, 10_000
TIMES, OK = 30, 200
KINDS = ("answer-referral", "book-session", "read-report", "report-back")
UNITS = ("rtms_unit", "psychologist", "psychophysical_therapist")
PAGES = {
    "board": "/coordinator/board",
    "board, the part that refreshes": "/coordinator/board/now",
    "board of one unit": "/coordinator/board?unit=psychologist",
    "ledger": "/coordinator/ledger",
}


def main() -> None:
    """Fill an office as large as a region, and ask for each page again and again."""
    with TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder))
        bring_up_to_date(services.load_all(), settings)
        clinic = Clinic(Path(folder), settings)
        clinic.staff()
        _fill(clinic)
        for name, address in PAGES.items():
            _tell(clinic, name, address)
        clinic.close()


def _tell(clinic: Clinic, name: str, address: str) -> None:
    browser, queries = clinic.http(clinic.coordinator), 0

    def count(*_: object) -> None:
        nonlocal queries
        queries += 1

    reader = clinic.team["coordinator"].reader
    browser.get(address)
    event.listen(reader, "before_cursor_execute", count)
    seconds, worked = [], process_time()
    for _ in range(TIMES):
        begun = perf_counter()
        answer = browser.get(address)
        if answer.status_code != OK:
            raise RuntimeError(f"{name}: {answer.status_code} {answer.text[:300]}")
        seconds.append(perf_counter() - begun)
    worked = (process_time() - worked) / TIMES
    event.remove(reader, "before_cursor_execute", count)
    slow = quantiles(seconds, n=20)[-1]
    sys.stdout.write(
        f"{name:32} {median(seconds) * 1000:7.1f} ms, p95 {slow * 1000:7.1f} ms,"
        f" CPU {worked * 1000:6.1f} ms,"
        f" {queries // TIMES} queries\n"
    )


def _fill(clinic: Clinic) -> None:
    """Rows as events would have made them, at once."""
    dice = random.Random(1)  # noqa: S311 - the same office each time
    patients, referrals = _patients(), _referrals(clinic, dice)
    with clinic.team["coordinator"].engine.begin() as connection:
        connection.execute(insert(Patient), list(patients))
        connection.execute(insert(ReferralState), referrals)
        connection.execute(insert(Obligation), list(_obligations(clinic, referrals, dice)))
        connection.execute(text("analyze"))


KNOWN = [new_id() for _ in range(PATIENTS)]


def _patients() -> Iterator[dict[str, Any]]:
    for number, patient_id in enumerate(KNOWN):
        yield Patient(
            id=patient_id, number=f"P{number}", family=f"Family{number}", given="Given"
        ).model_dump()


def _referrals(clinic: Clinic, dice: random.Random) -> list[dict[str, Any]]:
    return [
        ReferralState(
            id=new_id(),
            patient_id=dice.choice(KNOWN),
            requester="pain_physician",
            performer=dice.choice(UNITS),
            said_at=clinic.now,
            said_in=new_id(),
            requested_at=clinic.now - timedelta(days=dice.randrange(200)),
        ).model_dump()
        for _ in range(OPEN)
    ]


def _obligations(
    clinic: Clinic, referrals: list[dict[str, Any]], dice: random.Random
) -> Iterator[dict[str, Any]]:
    for number in range(OPEN + CLOSED):
        referral = referrals[number % len(referrals)]
        late = clinic.now + timedelta(hours=dice.randrange(-200, 800))
        yield Obligation(
            patient_id=referral["patient_id"],
            what=KINDS[number % len(KINDS)],
            next_step=next(iter(STEPS)),
            next_at=late,
            debtor=referral["performer"],
            creditor="pain_physician",
            subject=new_id(),
            referral_id=referral["id"],
            since=late - timedelta(days=3),
            start=late - timedelta(days=3),
            due_at=late,
            late_at=late,
            shown_from=late - timedelta(days=2),
            urgent=dice.random() < 0.05,
            told=dice.random() < 0.05,
            state="open" if number < OPEN else "met",
        ).model_dump()


if __name__ == "__main__":
    main()
