"""What every service does, and the story of a referral in every discipline there is.

A folder in services/ is found by itself: nothing here names one but the pain physician, who
refers, and the coordinator, who sees. The last test adds a discipline by copying a folder.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from fastapi.testclient import TestClient

import services
from shared.service import NamePlate
from tests.clinic import Clinic
from tests.referring import (
    QUESTION,
    Referred,
    refer,
    refer_from_outside,
    register,
    stored,
)

ROOT = Path(__file__).parent.parent
PLATES = services.directory().plates
every_service = pytest.mark.parametrize("plate", PLATES, ids=lambda plate: plate.name)
every_discipline = pytest.mark.parametrize(
    "plate", [plate for plate in PLATES if plate.takes_referrals], ids=lambda plate: plate.name
)
every_referred_discipline = pytest.mark.parametrize(
    "plate",
    [plate for plate in PLATES if plate.takes_referrals and not plate.from_outside],
    ids=lambda plate: plate.name,
)
SMALLEST, NEW = "psychophysical_therapist", "music_therapist"


@every_service
def test_a_folder_is_a_service(plate: NamePlate) -> None:
    folder = Path(services.__path__[0], plate.name)
    assert (folder / "__init__.py").is_file()
    service = services.load(plate)
    assert service.plate.title
    assert service.plate.title_fr
    assert service.routers, "it can be reached"


@every_discipline
def test_a_discipline_says_who_works_in_it(plate: NamePlate) -> None:
    assert plate.roles
    assert any(page.path == f"/{plate.name}/worklist" for page in plate.pages)


class Unit:
    """A discipline and one of its members, who talks to it as a page or as a program does."""

    def __init__(self, clinic: Clinic, plate: NamePlate) -> None:
        self.clinic, self.plate = clinic, plate
        self.email = f"colleague@{plate.name.replace('_', '-')}.example"
        self.member = clinic.join(
            "Inès Colleague", self.email, roles=[plate.roles[0]], units=[plate.name]
        )
        clinic.settle()

    @property
    def browser(self) -> TestClient:
        return self.clinic.http(self.member)

    def referred(self) -> Referred:
        """A referral that has come to this discipline."""
        if self.plate.from_outside:
            return refer_from_outside(self.clinic)
        return refer(self.clinic, self.plate.name)

    def at(self, **ahead: float) -> tuple[str, str, str]:
        """A moment to come: as programs write it, and as day and time at the centre."""
        moment = self.clinic.now + timedelta(**ahead)
        local = moment.astimezone(ZoneInfo(self.clinic.settings.zone))
        return moment.isoformat(), local.date().isoformat(), local.strftime("%H:%M")


class ByJson:
    """Every step as a program takes it."""

    def __init__(self, unit: Unit, sent: Referred) -> None:
        self.unit, self.sent = unit, sent

    def send(self, path: str, **body: Any) -> dict[str, Any]:
        answer = self.unit.browser.post(f"/{self.sent.performer}/api/{path}", json=body)
        assert answer.status_code in (200, 201), answer.text
        self.unit.clinic.settle()
        found: dict[str, Any] = answer.json()
        return found

    def referral(self, verb: str, **body: Any) -> None:
        path = {"follow-up": "follow-ups"}.get(verb, verb)
        self.send(f"referrals/{self.sent.id}/{path}", **body)

    def session(self, key: str, verb: str, **body: Any) -> None:
        self.send(f"sessions/{key}/{verb}", **body)

    def book(self, **ahead: float) -> str:
        starts_at, _, _ = self.unit.at(**ahead)
        path = f"referrals/{self.sent.id}/sessions"
        return str(self.send(path, starts_at=starts_at, minutes=30)["id"])

    def move(self, key: str, **ahead: float) -> None:
        self.session(key, "move", starts_at=self.unit.at(**ahead)[0])

    def plan(self) -> str:
        _, day, _ = self.unit.at(days=3)
        path = f"referrals/{self.sent.id}/follow-ups"
        return str(self.send(path, point="week-1", due_on=day)["id"])

    def record(self, key: str, **body: Any) -> None:
        self.send(f"follow-ups/{key}/record", **body)


class ByPage(ByJson):
    """Every step as a person takes it in a browser."""

    def send(self, path: str, **body: Any) -> dict[str, Any]:
        answer = self.unit.browser.post(f"/{self.sent.performer}/{path}", data=body)
        assert answer.status_code == 303, answer.text
        self.unit.clinic.settle()
        return {}

    def referral(self, verb: str, **body: Any) -> None:
        self.send(f"referrals/{self.sent.id}/{verb}", **body)

    def book(self, **ahead: float) -> str:
        before = self._ids("sessions")
        _, day, time = self.unit.at(**ahead)
        self.referral("book", day=day, time=time, minutes="30")
        return (self._ids("sessions") - before).pop()

    def move(self, key: str, **ahead: float) -> None:
        _, day, time = self.unit.at(**ahead)
        self.session(key, "move", day=day, time=time)

    def plan(self) -> str:
        self.referral("follow-up", point="week-1")
        return self._ids("follow-ups").pop()

    def _ids(self, kind: str) -> set[str]:
        page = self.unit.browser.get(self.sent.url).text
        return set(re.findall(rf"/{self.sent.performer}/{kind}/([0-9a-f-]{{36}})", page))


both_doors = pytest.mark.parametrize("door", [ByJson, ByPage], ids=["json", "page"])


@both_doors
@every_discipline
def test_the_story_of_a_referral(
    clinic: Clinic, plate: NamePlate, door: Callable[[Unit, Referred], ByJson]
) -> None:
    unit = Unit(clinic, plate)
    sent = unit.referred()
    steps = door(unit, sent)
    assert stored(clinic, sent).status == "received"
    assert str(sent.id) in unit.browser.get(f"/{plate.name}/worklist").text

    steps.referral("ask", question="Since when?")
    answer_question(clinic, steps)
    assert stored(clinic, sent).status == "received"
    steps.referral("accept")

    given, missed, dropped = steps.book(hours=2), steps.book(hours=4), steps.book(days=1)
    steps.move(dropped, days=2)
    steps.session(dropped, "cancel", reason_code="patient-request")
    steps.session(given, "arrive")
    steps.session(given, "complete", nrs_before=7, nrs_after=4)
    steps.session(missed, "miss", reason_code="transport")
    follow_up = steps.plan()
    steps.referral("complete", outcome_code="goals-met")
    steps.referral("report", report="Better than before.")
    steps.record(follow_up, nrs=3, pgic=2)

    assert told(clinic, sent) == [
        "referral.received",
        "referral.held",
        *(["referral.resumed"] if plate.from_outside else []),
        "referral.accepted",
        *["session.booked"] * 3,
        "session.moved",
        "session.cancelled",
        "session.arrived",
        "session.completed",
        *["measurement.recorded"] * 2,
        "session.missed",
        "follow_up.planned",
        "referral.completed",
        "report.sent",
        "follow_up.done",
        *["measurement.recorded"] * 2,
    ]
    assert clinic.verify() == []


def answer_question(clinic: Clinic, steps: ByJson) -> None:
    """The referrer answers: in the team by herself, from outside through the unit."""
    if steps.unit.plate.from_outside:
        steps.referral("resume", answer="Since May.")
        return
    page = f"/pain_physician/sent/{steps.sent.id}/answer"
    answer = clinic.http(clinic.physician).post(page, data={"answer": "Since May."})
    assert answer.status_code == 303
    clinic.settle()


def told(clinic: Clinic, sent: Referred) -> list[str]:
    """What the discipline announced about the patient, in order, its own gates left out."""
    with clinic.team[sent.performer].reader.connect() as connection:
        rows = connection.exec_driver_sql(
            "select kind from event where stream = ? order by id", (sent.patient_id.hex,)
        ).all()
    return [kind for (kind,) in rows if not kind.startswith(("patient.", "gate."))]


@both_doors
@every_discipline
def test_a_decline_and_a_withdrawal(
    clinic: Clinic, plate: NamePlate, door: Callable[[Unit, Referred], ByJson]
) -> None:
    unit = Unit(clinic, plate)
    sent = unit.referred()
    elsewhere = next(p.name for p in PLATES if p.takes_referrals and _can_take(p, plate))
    door(unit, sent).referral(
        "decline",
        reason_code="other-service-better",
        next_step="refer-onward",
        onward_to=elsewhere,
    )
    referral = stored(clinic, sent)
    assert (referral.status, referral.onward_to) == ("rejected", elsewhere)


def _can_take(other: NamePlate, plate: NamePlate) -> bool:
    return other.name != plate.name and not other.from_outside


@every_referred_discipline
def test_it_is_offered_to_whoever_refers(clinic: Clinic, plate: NamePlate) -> None:
    patient_id = register(clinic)
    page = clinic.http(clinic.physician).get(f"/pain_physician/patients/{patient_id}/refer")
    assert plate.title in page.text
    french = clinic.join(
        "Dr Simon Rivière", roles=["physician"], units=["pain_physician"], language="fr"
    )
    clinic.settle()
    page = clinic.http(french).get(f"/pain_physician/patients/{patient_id}/refer")
    assert plate.title_fr in page.text


@every_discipline
def test_the_board_shows_what_it_owes(clinic: Clinic, plate: NamePlate) -> None:
    unit = Unit(clinic, plate)
    sent = unit.referred()
    board = clinic.http(clinic.coordinator).get("/coordinator/board").text
    assert f"/{plate.name}/referrals/{sent.id}" in board
    assert plate.title in board


@every_discipline
def test_its_members_are_told_by_mail_and_find_the_page(clinic: Clinic, plate: NamePlate) -> None:
    unit = Unit(clinic, plate)
    sent = unit.referred()
    for _ in range(20):
        clinic.wait(hours=12)
        mails = [mail for mail in clinic.mailer.sent if mail.to == unit.email]
        if mails:
            break
    assert mails, "nobody of the unit was told within ten days"
    assert "Lefèvre" not in mails[0].text
    assert QUESTION not in mails[0].text
    link = re.findall(r"/reminders/open/[0-9a-f-]{36}", mails[0].text)[0]
    page = unit.browser.get(link)
    for _ in range(3):
        if page.status_code == 303:
            page = unit.browser.get(page.headers["location"])
    assert str(sent.id) in page.text


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_copied_folder_is_a_new_discipline(tmp_path: Path) -> None:
    """Copy the smallest folder, say its title: it takes part in everything above."""
    for part in ("services", "shared", "templates", "tests"):
        leave_out = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / part, tmp_path / part, ignore=leave_out)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(tmp_path / "services" / SMALLEST, tmp_path / "services" / NEW)
    plate = tmp_path / "services" / NEW / "__init__.py"
    titled = re.sub(r'title="[^"]*"', 'title="Music therapist"', plate.read_text("utf-8"))
    titled = re.sub(r'title_fr="[^"]*"', 'title_fr="Musicothérapeute"', titled)
    plate.write_text(titled, "utf-8")
    stories = {name for name in globals() if name.startswith("test_")}
    assert passed_for_the_new_one(tmp_path) == stories - {
        "test_a_copied_folder_is_a_new_discipline"
    }


def passed_for_the_new_one(house: Path) -> set[str]:
    """The tests of this file that the new discipline passes, in a process of their own."""
    command = [sys.executable, "-m", "pytest", "-rA", "-q", "-p", "no:cacheprovider", "-k", NEW]
    done = subprocess.run(
        [*command, "tests/test_every_service.py"],
        cwd=house,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return set(re.findall(r"(?m)^PASSED \S+::(\w+)\[", done.stdout))
