"""A centre with many processes: what one of them does all the others know, and it happens once."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import UUID

import httpx2
import pytest
from sqlmodel import select

from services.accounts import actions as accounts
from shared.access.viewer import PHYSICIAN, RTMS_OPERATOR
from shared.backbone.tables import EventRow
from shared.backbone.verify import verify
from shared.running import RunningService
from tests.processes.centre import API, WORKER, Centre, Process, all_asked_to_end, opened
from tests.processes.clerk import UNIT, Clerk, Notebook
from tests.processes.house import until

pytestmark = [pytest.mark.slow, pytest.mark.postgres, pytest.mark.broker, pytest.mark.timeout(600)]
LEAD = "pain_physician"
SERVICES = ("accounts", LEAD, UNIT)
PASSWORD = "a long sentence of her own"


@dataclass
class Staffed:
    """The centre at work, and who is in its team."""

    centre: Centre
    physician: UUID
    operator: UUID


@pytest.fixture(scope="module")
def staffed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staffed]:
    with opened(SERVICES, tmp_path_factory.mktemp("centre")) as centre:
        for service, apis, workers in (("accounts", 1, 1), (LEAD, 2, 1), (UNIT, 1, 2)):
            centre.launch(service, API, apis)
            centre.launch(service, WORKER, workers)
        centre.until_ready()
        yield staff(centre)


def staff(centre: Centre) -> Staffed:
    with centre.team("accounts") as team, team["accounts"].work() as work:
        add = accounts.add_member
        lead = add(work, "Dr Ada Roux", "ada@clinic.example", [PHYSICIAN], [LEAD], "en")
        unit = add(work, "Tomas Hartl", "tomas@clinic.example", [RTMS_OPERATOR], [UNIT], "en")
        work.session.flush()
        accounts.set_password(work, lead.id, PASSWORD)
        known = Staffed(centre, lead.id, unit.id)
    with centre.visitor(known.physician) as lead_page, centre.visitor(known.operator) as unit_page:
        until(lambda: is_known(lead_page, f"/{LEAD}/live") and is_known(unit_page, f"/{UNIT}/live"))
    return known


def is_known(visitor: httpx2.Client, stream: str) -> bool:
    with visitor.stream("GET", stream) as answer:
        return answer.status_code == 200


def test_what_one_process_does_all_the_others_show(staffed: Staffed) -> None:
    """Registered at one, heard and rung at another, answered there, and read at a third."""
    centre = staffed.centre
    first, second = (centre.visitor(staffed.physician, which) for which in (0, 1))
    unit = centre.visitor(staffed.operator)
    referral = refer(first, "Abeille")
    until(lambda: referral in waiting(unit))
    with second.stream("GET", f"/{LEAD}/live") as page:
        lines = page.iter_lines()
        assert next(lines) == "event: ready"
        assert unit.post(f"/{UNIT}/api/referrals/{referral}/accept", json={}).is_success
        assert "event: changed" in lines
    until(lambda: state_of(second, "Abeille") == "accepted")
    assert state_of(first, "Abeille") == "accepted"


def refer(physician: httpx2.Client, family: str) -> str:
    identity = {"family": family, "given": "Ada", "birth_date": "1970-01-01"}
    patient = physician.post(f"/{LEAD}/api/patients", json=identity).json()["id"]
    question = {"performer": UNIT, "question": "Could stimulation help?"}
    sent = physician.post(f"/{LEAD}/api/patients/{patient}/referrals", json=question)
    return str(sent.json()["id"])


def waiting(operator: httpx2.Client) -> list[str]:
    return [referral["id"] for referral in operator.get(f"/{UNIT}/api/referrals").json()]


def state_of(physician: httpx2.Client, family: str) -> str:
    found = physician.post(f"/{LEAD}/api/patients/search", json={"text": family}).json()
    record = physician.get(f"/{LEAD}/api/patients/{found[0]['id']}").json()
    return str(record["sent"][0]["referral"]["status"])


def test_who_signs_out_is_out_in_every_process(staffed: Staffed) -> None:
    centre = staffed.centre
    browser = centre.browser(0)
    credentials = {"email": "ada@clinic.example", "password": PASSWORD}
    assert browser.post("/accounts/api/sign-in", json=credentials).status_code == 200
    elsewhere = centre.browser(1, cookies=browser.cookies)
    with elsewhere.stream("GET", f"/{LEAD}/live") as page:
        lines = page.iter_lines()
        assert next(lines) == "event: ready"
        assert browser.post("/accounts/api/sign-out").status_code == 204
        assert [line for line in lines if line == "event: ready"] == [], "the page is let go"
    for which in (0, 1):
        stale = centre.browser(which, cookies=elsewhere.cookies)
        assert stale.get(f"/{LEAD}/api/patients/{staffed.operator}").status_code == 401


def test_workers_die_and_freeze_while_people_work(staffed: Staffed) -> None:
    centre, notes = staffed.centre, Notebook()
    with centre.team(UNIT) as team:
        before = received(team[UNIT])
    clerk = Clerk(centre, staffed.physician, staffed.operator, notes)
    clerk.start()
    (only,), (first, second) = centre.of(LEAD, WORKER), centre.of(UNIT, WORKER)
    for killed, frozen in ((only, first), (second, first), (first, only)):
        killed.kill()
        frozen.freeze()
        until(partial(more_is_done, notes, notes.confirmed))
        frozen.resume()
        centre.relaunch(killed)
    clerk.leave()
    assert notes.surprises == []
    assert len(notes.referred) > 6, "there was something to lose"
    with centre.team(*SERVICES) as team:
        until(
            lambda: (
                received(team[UNIT]) - before == Counter(dict.fromkeys(notes.referred.values(), 1))
            )
        )
        books = {running.name: running.reader for running in team}
        until(lambda: verify(books, settled=False) == [])


def more_is_done(notes: Notebook, before: int) -> bool:
    return notes.confirmed >= before + 6 or bool(notes.surprises)


def received(unit: RunningService) -> Counter[str]:
    """How often the unit has taken each referral of this story in."""
    taken: Counter[str] = Counter()
    with unit.look() as look:
        for row in look.all(select(EventRow).where(EventRow.kind == "referral.received")):
            taken[json.loads(row.body)["data"]["referral_id"]] += 1
    return taken


def test_a_page_is_ready_as_long_as_somebody_works_behind_it(staffed: Staffed) -> None:
    api, *_ = staffed.centre.of(UNIT, API)
    workers = staffed.centre.of(UNIT, WORKER)
    assert all_asked_to_end(workers) == [0, 0]
    # Those that were killed before have left a sign, which counts until it is old.
    until(lambda: httpx2.get(f"{api.url}/ready").status_code == 503)
    assert httpx2.get(f"{api.url}/ready").json()["without"] == {UNIT: "worker"}
    assert httpx2.get(f"{api.url}/live").status_code == 200
    staffed.centre.relaunch(workers[0])
    until(api.is_ready)


def test_whether_a_process_lives_is_told_to_what_watches_over_it(staffed: Staffed) -> None:
    worker, *_ = staffed.centre.of("accounts", WORKER)
    api, *_ = staffed.centre.of("accounts", API)
    until(lambda: told(staffed.centre, worker) == 0)
    assert told(staffed.centre, api) == 0
    api.freeze()
    assert told(staffed.centre, api) == 1, "it has the port, and does not answer"
    api.resume()


def told(centre: Centre, process: Process) -> int:
    command = [sys.executable, "-m", "shared.health", process.service, process.role]
    env = centre.environment() | {"RELAIS_PORT": str(process.port)}
    root = str(Path(__file__).parent.parent.parent)
    return subprocess.run(command, cwd=root, env=env, check=False, timeout=60).returncode


def test_every_process_ends_when_asked_although_browsers_listen(staffed: Staffed) -> None:
    """That none takes longer than it may is seen to by a timer; see what hangs elsewhere."""
    centre = staffed.centre
    visitor = centre.visitor(staffed.physician)
    with visitor.stream("GET", f"/{LEAD}/live") as page:
        assert next(page.iter_lines()) == "event: ready"
        running = [process for process in centre.processes if process.popen.poll() is None]
        assert all_asked_to_end(running) == [0] * len(running), centre.logs()
    assert len(running) >= 7
