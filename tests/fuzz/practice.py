"""A clinic in the middle of its work: somebody waits in every state that there is."""

from datetime import timedelta
from functools import partial

from tests.clinic import Clinic
from tests.journey import Journey

UNIT = "/rtms_unit/api/referrals"


def in_the_middle(clinic: Clinic) -> None:
    """One patient has been on every way; others wait, in four states."""
    Journey(clinic).take()
    for number, state in enumerate((*(_received, _asked, _in_care) * 2, _from_outside)):
        patient = Journey(clinic, partial("{0.__name__} {1} {2}".format, state, number))
        patient.register()
        state(patient)


def _received(patient: Journey) -> None:
    for plate in patient.clinic.team.directory.taking_referrals(besides="pain_physician"):
        patient.refer(plate.name)


def _asked(patient: Journey) -> None:
    address = f"{UNIT}/{patient.refer('rtms_unit')}"
    patient.send(patient.clinic.operator, f"{address}/ask", {"question": "Since when?"})


def _in_care(patient: Journey) -> None:
    """Sessions and follow-ups are to come, and somebody is worried."""
    operator, address = patient.clinic.operator, f"{UNIT}/{patient.refer('rtms_unit')}"
    patient.send(operator, f"{address}/accept", {})
    today = patient.clinic.now
    for hours in range(1, 9):
        starts_at = (today + timedelta(hours=hours)).isoformat()
        patient.send(operator, f"{address}/sessions", {"starts_at": starts_at, "minutes": 30})
    for point in ("week-1", "month-1", "month-3"):
        plan = {"point": point, "due_on": f"{today.date()}"}
        patient.send(operator, f"{address}/follow-ups", plan)
    patient.send(operator, f"{address}/concerns", {"note": "She has not slept for a week."})


def _from_outside(patient: Journey) -> None:
    for which in ("three", "four"):
        patient.message(which)
