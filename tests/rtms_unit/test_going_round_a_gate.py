"""Every way round a gate that somebody could think of: each gate stays shut at each of them."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from services.rtms_unit.actions import courses, deciding, sheet
from services.rtms_unit.rules import gates as rules
from services.rtms_unit.rules.dose import Dose
from services.rtms_unit.tables import Gate
from shared.discipline import actions
from shared.errors import RuleBroken
from shared.events import GateReleased, GateUpheld
from tests.clinic import Clinic
from tests.referring import announced, refer
from tests.rtms_unit.planner import go_to, wish
from tests.rtms_unit.treatment import NO_TO_ALL, TUESDAY, Treatment

Response = Any
STRONG = Dose(intensity_percent=110, frequency_hz=10, trains=20, pulses=2000)


@dataclass
class Shut:
    """A gate that is shut, and the deed that it holds up, by page and by program."""

    treatment: Treatment
    gate: str
    page: Callable[[], Response]
    api: Callable[[], Response]
    elsewhere: Callable[[], str]
    """The same deed for another session or referral of the patient: the words of the refusal."""

    @property
    def row(self) -> Gate:
        return self.treatment.gates(self.gate)[-1]


def post(t: Treatment, address: str, **data: Any) -> Response:
    """The operator sends a page."""
    return t.clinic.http(t.clinic.operator).post(f"/rtms_unit/{address}", data=data)


def send(t: Treatment, address: str, **entry: Any) -> Response:
    """The operator's program sends an entry."""
    return t.clinic.http(t.clinic.operator).post(f"/rtms_unit/api/{address}", json=entry)


def begun(clinic: Clinic) -> Treatment:
    return Treatment(clinic).begin()


def screening(clinic: Clinic) -> Shut:
    """G1: somebody answered with yes, and no physician has decided."""
    t = Treatment(clinic)
    t.screen(pacemaker="since 2019")
    plan = {"protocol": "hodaj-2015", "pain_side": "left"}
    plan |= {"first_on": "2026-12-28", "at": "09:00"}

    def elsewhere() -> str:
        return t.refused(courses.plan, t.sent.id, wish("induction-10", first_on=TUESDAY))

    return Shut(
        t,
        rules.SCREENING,
        lambda: post(t, f"referrals/{t.sent.id}/plan", **plan, seen="x"),
        lambda: send(t, f"referrals/{t.sent.id}/courses", **plan),
        elsewhere,
    )


def starting(t: Treatment, gate: str) -> Shut:
    """A gate before the first session."""
    first = t.number(1)

    def elsewhere() -> str:
        """Tomorrow, with the next session, at which nothing is said to have changed."""
        go_to(t.clinic, TUESDAY.replace(day=25), 8)
        if gate != rules.THRESHOLD:
            t.measure(t.number(2))
        t.check(t.number(2))
        return str(send(t, f"sessions/{t.number(2)}/arrive").json()["detail"])

    return Shut(
        t,
        gate,
        lambda: post(t, f"sessions/{first}/arrive"),
        lambda: send(t, f"sessions/{first}/arrive"),
        elsewhere,
    )


def safe_today(clinic: Clinic) -> Shut:
    """G2: the patient has slept badly."""
    t = begun(clinic)
    t.measure(t.number(1))
    t.check(t.number(1), "sleep", note="Two hours.")
    return starting(t, rules.SAFE_TODAY)


def threshold(clinic: Clinic) -> Shut:
    """G3: nobody has measured the threshold."""
    t = begun(clinic)
    t.check(t.number(1))
    return starting(t, rules.THRESHOLD)


def stop(clinic: Clinic) -> Shut:
    """G5: the patient has a new implant."""
    t = begun(clinic)
    t.measure(t.number(1))
    t.check(t.number(1), "implant")
    return starting(t, rules.STOP)


def dose(clinic: Clinic) -> Shut:
    """G4: a physician is asked for more than the protocol allows."""
    t = begun(clinic)
    first = t.number(1)
    t.prepare(first)
    t.start(first)
    t.do(sheet.ask_for_dose, first, STRONG)
    given = {
        **{"operator_id": str(clinic.operator), "machine_id": str(t.machine)},
        **{"coil_id": str(t.coil), "side": "right", "next_step": "as-planned"},
        **{"intensity_percent": 110, "frequency_hz": 10, "trains": 20, "no_effects": True},
        **{"pulses_planned": 2000, "pulses_delivered": 2000, "nrs_before": 7, "nrs_after": 5},
    }

    def elsewhere() -> str:
        """As if it had been interrupted, or with yet another dose that nobody allowed."""
        more = Dose(intensity_percent=115, frequency_hz=10, trains=20, pulses=2000)
        t.refused(sheet.save_sheet, first, t.entry(dose=more))
        entry = t.entry(dose=STRONG, interrupted_for="patient-request")
        return t.refused(sheet.save_sheet, first, entry)

    return Shut(
        t,
        rules.DOSE,
        lambda: post(t, f"sessions/{first}/sheet", **{**given, "no_effects": "true"}),
        lambda: send(t, f"sessions/{first}/sheet", **given),
        elsewhere,
    )


def refuse(shut: Shut) -> None:
    """The deed is refused at both doors, and nothing has happened."""
    told = announced(shut.treatment.clinic, "rtms_unit")
    page = shut.page()
    assert page.status_code in (409, 422), page.text
    answer = shut.api()
    assert answer.status_code == 409, answer.text
    shut.treatment.clinic.settle()
    assert announced(shut.treatment.clinic, "rtms_unit") == told
    assert shut.row.state == "closed"


def by_an_event(shut: Shut) -> None:
    """A service that was not asked says that it decided; the one that was, without a reason."""
    for service, reason, kind in (
        ("psychologist", "Go on.", GateReleased),
        ("coordinator", "Go on.", GateUpheld),
        ("pain_physician", "  ", GateReleased),
    ):
        shut.treatment.decided_elsewhere(shut.row, reason, service, kind)
        assert shut.row.state == "closed", service


def by_whoever_is_no_physician_of_the_unit(shut: Shut) -> None:
    clinic, entry = shut.treatment.clinic, {"reason": "I say so.", "version": shut.row.version}
    for member in (clinic.operator, clinic.psychologist, clinic.coordinator, clinic.physician):
        for verb in ("release", "uphold"):
            address = f"/rtms_unit/api/gates/{shut.row.id}/{verb}"
            assert clinic.http(member).post(address, json=entry).status_code == 403
            page = f"/rtms_unit/gates/{shut.row.id}/{verb}"
            assert clinic.http(member).post(page, data=entry).status_code == 403


def without_a_reason_or_from_an_old_page(shut: Shut) -> None:
    physician = shut.treatment.clinic.http(shut.treatment.supervisor)
    address = f"/rtms_unit/gates/{shut.row.id}/release"
    assert physician.post(address, data={"reason": " "}).status_code == 422
    stale = {"reason": "Fine.", "version": shut.row.version + 1, "decision-pacemaker": "Fine."}
    assert physician.post(address, data=stale).status_code == 422


def by_another_session_or_another_way(shut: Shut) -> None:
    assert shut.elsewhere()


def by_waiting(shut: Shut) -> None:
    """No clock opens a gate."""
    for _ in range(4):
        shut.treatment.clinic.wait(hours=6)
    shut.treatment.clinic.wait(days=3)


ATTEMPTS = (
    by_an_event,
    by_whoever_is_no_physician_of_the_unit,
    without_a_reason_or_from_an_old_page,
    by_another_session_or_another_way,
    by_waiting,
)
every_gate = pytest.mark.parametrize("close", [screening, safe_today, threshold, dose, stop])
decided = pytest.mark.parametrize("close", [screening, safe_today, dose, stop])
Close = Callable[[Clinic], Shut]


@every_gate
def test_nobody_gets_round_it(clinic: Clinic, close: Close) -> None:
    """By page and by program, before and after every other way that somebody could think of."""
    shut = close(clinic)
    refuse(shut)
    for attempt in ATTEMPTS:
        attempt(shut)
        assert shut.row.state == "closed", attempt.__name__
        refuse(shut)


def test_no_decision_replaces_what_must_be_measured(clinic: Clinic) -> None:
    shut = threshold(clinic)
    shut.treatment.decided_elsewhere(shut.row)
    words = shut.treatment.refused_physician(deciding.release, shut.row.id, "Fine last week.")
    assert "must be done first" in words
    refuse(shut)


@decided
def test_two_physicians_at_once(clinic: Clinic, close: Close) -> None:
    """One releases it, the other is told so; it is announced once, and then the deed is done."""
    shut = close(clinic)
    colleague = clinic.join("Dr Ana Leal", roles=["physician"], units=["rtms_unit"])
    clinic.settle()
    done = at_once(shut, shut.treatment.supervisor, colleague)
    clinic.settle()
    assert sorted("already decided" in one for one in done) == [False, True], done
    assert (shut.row.state, shut.row.reason) == ("released", "The benefit outweighs it.")
    said = announced(clinic, "rtms_unit").count("gate.released")
    assert said == len([row for row in shut.treatment.gates() if row.state == "released"])
    answer = shut.api()
    assert answer.status_code in (200, 201), answer.text
    clinic.settle()
    assert clinic.verify() == []


def at_once(shut: Shut, *physicians: UUID) -> list[str]:
    """What became of the same decision by several physicians at the same moment."""
    clinic, gate, ready = shut.treatment.clinic, shut.row.id, threading.Barrier(len(physicians))
    done: list[str] = []

    def decide(who: UUID) -> None:
        viewer = clinic.viewer("rtms_unit", who)
        ready.wait(10)
        try:
            with clinic.team["rtms_unit"].work(viewer=viewer) as work:
                reasons = {"pacemaker": "Checked with cardiology."}
                deciding.release(work, gate, "The benefit outweighs it.", reasons)
            done.append("decided")
        except RuleBroken as why:
            done.append(str(why))

    threads = [threading.Thread(target=decide, args=(who,)) for who in physicians]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return done


def test_a_screening_of_another_referral_does_not_count(clinic: Clinic) -> None:
    t = Treatment(clinic)
    t.screen()
    t.do(actions.complete, t.sent.id, "advice-given")
    other = refer(clinic, patient_id=t.sent.patient_id)
    t.do(actions.accept, other.id)
    assert "screening is not complete" in t.refused(courses.plan, other.id, wish())


def test_an_incomplete_screening_is_not_kept(clinic: Clinic) -> None:
    t = Treatment(clinic)
    answers = {code: "no" for code in NO_TO_ALL if code != "metal"}
    answer = send(t, f"referrals/{t.sent.id}/screening", answers=answers)
    assert answer.status_code == 422
    assert "screening is not complete" in t.refused(courses.plan, t.sent.id, wish())
