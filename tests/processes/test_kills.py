"""The whole house is killed at any moment: what it has confirmed is there, and only once."""

from collections import Counter
from random import Random
from threading import Event
from uuid import UUID

import httpx2
import pytest

import services
from shared.backbone.verify import verify
from shared.database import read_engine
from tests.processes.clerk import UNIT, Clerk, Notebook
from tests.processes.house import House, until

KILLS = 24
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]


def test_killed_at_any_moment_it_keeps_what_it_confirmed(
    house: House, physician: UUID, operator: UUID
) -> None:
    fate, notes = Random(20261123), Notebook()  # noqa: S311 - the same fate every time
    for number in range(KILLS):
        if number % 4 == 3:
            killed_while_it_starts(house, fate)
        else:
            killed_at_work(house, fate, Clerk(house, physician, operator, notes), notes)
    assert notes.surprises == []
    assert len(notes.referred) > KILLS, "there was something to lose"
    house.start()
    until(lambda: problems(house) == [])
    with house.visitor(physician) as lead, house.visitor(operator) as unit:
        patients = everybody(lead, notes)
        sent = {patient: referrals_of(lead, patient) for patient in patients.values()}
        assert all(referral in sent[patient] for patient, referral in notes.referred.items())
        assert all(len(referrals) <= 1 for referrals in sent.values()), "referred twice"
        for patient, referrals in sent.items():
            states = [state_at_unit(unit, referral) for referral in referrals]
            assert notes.accepted.isdisjoint(referrals) or states == ["accepted"]
            told_once(lead, patient, states)
    assert house.ask_to_end()[0] == 0
    assert problems(house) == []


def killed_at_work(house: House, fate: Random, clerk: Clerk, notes: Notebook) -> None:
    """Somewhere inside one of the next requests, or in what they set off."""
    house.start()
    enough = notes.confirmed + fate.randrange(2, 12)
    clerk.start()
    until(lambda: notes.confirmed >= enough or bool(notes.surprises))
    Event().wait(fate.uniform(0, 0.06))
    house.kill()
    clerk.join()


def killed_while_it_starts(house: House, fate: Random) -> None:
    """While it takes its place, looks at its databases, or sends again what was under way."""
    (house.folder / "relais.lock").unlink(missing_ok=True)
    house.launch()
    until((house.folder / "relais.lock").exists)
    Event().wait(fate.uniform(0, 2))
    house.kill()


def problems(house: House) -> list[str]:
    """What the books of the services disagree about."""
    names = [plate.name for plate in services.directory().plates]
    engines = {name: read_engine(house.settings.database(name)) for name in names}
    try:
        return verify(engines, settled=True)
    finally:
        for engine in engines.values():
            engine.dispose()


def everybody(lead: httpx2.Client, notes: Notebook) -> dict[str, str]:
    """Every patient whom the house knows, by name: those it confirmed, none of them twice."""
    known: dict[str, str] = {}
    for family in notes.tried:
        found = lead.post("/pain_physician/api/patients/search", json={"text": family}).json()
        assert len(found) <= 1, f"{family} was registered twice"
        known.update((family, patient["id"]) for patient in found)
    assert {family: known.get(family) for family in notes.registered} == notes.registered
    return known


def referrals_of(lead: httpx2.Client, patient: str) -> list[str]:
    record = lead.get(f"/pain_physician/api/patients/{patient}").json()
    return [sent["referral"]["id"] for sent in record["sent"]]


def state_at_unit(unit: httpx2.Client, referral: str) -> str:
    return str(unit.get(f"/{UNIT}/api/referrals/{referral}").json()["referral"]["status"])


def told_once(lead: httpx2.Client, patient: str, states: list[str]) -> None:
    """The coordinator heard each fact that there is, and none of them twice."""
    story = lead.get(f"/coordinator/api/patients/{patient}/story").json()["lines"]
    # Obligations climb, and mails leave, as the hour of the day will have it.
    by_the_clock = ("obligation.", "reminder.")
    heard = Counter(line["kind"] for line in story if not line["kind"].startswith(by_the_clock))
    facts = {"patient.registered": 1}
    for state in states:
        facts |= {"referral.requested": 1, "referral.received": 1, f"referral.{state}": 1}
        if state == "accepted":
            facts["gate.closed"] = 1  # a screening comes before a course of stimulation
    assert heard == facts
