"""The way of a patient through a course of stimulation, through the JSON API: each step of it."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from services.rtms_unit.forms.courses import entered
from services.rtms_unit.rules.day_check import QUESTIONS as OF_THE_DAY
from services.rtms_unit.rules.protocols import SHIPPED
from services.rtms_unit.rules.screening import QUESTIONS

if TYPE_CHECKING:
    from tests.journey import Journey

UNIT, LEAD = "/rtms_unit/api", "/pain_physician/api"
IN_USE = {"maker": "Magstim", "in_use_from": "2020-01-01"}
DOSE = {"intensity_percent": 80, "frequency_hz": 10, "trains": 20, "pulses_planned": 2000}


class CourseJourney:
    """A screening with a yes, a plan that changes, a session that hurts, and a stop."""

    def __init__(self, journey: "Journey") -> None:
        self.journey, self.words = journey, journey.words
        self.clinic = journey.clinic
        self.device: dict[str, str] = {}
        self.referral = self.course = self.second = ""

    def take(self) -> None:
        """As far as a seizure after the first session; a physician lets the course go on."""
        self._equip()
        first, self.second, third, *_ = self.begin()
        self._change(third)
        self._give(first)
        self._hurt(first)

    def begin(self) -> list[str]:
        """As far as the plan; the sessions of it."""
        self._screen()
        return self._plan()

    def stop(self) -> None:
        """Days later: a session was missed, the course is stopped, and nobody has decided yet."""
        self._unit(f"/sessions/{self.second}/miss", {"reason_code": "illness"})
        entry = {"reason_code": "pregnancy", "note": self.words("stop-note")}
        self._unit(f"/referrals/{self.referral}/stop", entry)

    def _equip(self) -> None:
        for kind, more in (("machine", {}), ("coil", {"form": "figure-8"})):
            entry = {"name": f"The {kind}", "serial_number": f"{kind}-1", **IN_USE, **more}
            self.device[f"{kind}_id"] = self._unit(f"/{kind}s", entry)["id"]
        protocol = entered(SHIPPED[1]).model_dump(mode="json")
        self._unit("/protocols", protocol | {"code": "ours", "title": "Ours"})

    def _screen(self) -> None:
        self.referral = self.journey.refer("rtms_unit", "course")
        self._unit(f"/referrals/{self.referral}/accept", {})
        first, *others = (question.code for question in QUESTIONS)
        entry = {
            "answers": {first: "yes", **dict.fromkeys(others, "no")},
            "details": {first: self.words("screening-detail")},
        }
        self._unit(f"/referrals/{self.referral}/screening", entry)
        self._release("screening-reason")

    def _plan(self) -> list[str]:
        day = f"{self.clinic.now.date()}"
        entry = {"protocol": "hodaj-2015", "pain_side": "left", "first_on": day, "at": "16:00"}
        away = f"{self.clinic.now.date() + timedelta(10)}"
        self._unit(f"/referrals/{self.referral}/away", {"first": away})
        planned = self._unit(f"/referrals/{self.referral}/courses", entry)
        self.course = planned["course"]["id"]
        return [one["session"]["id"] for one in planned["sessions"]]

    def _change(self, session: str) -> None:
        day = self.clinic.now.date() + timedelta(3)
        moved = f"/courses/{self.course}/sessions/{session}/move"
        self._unit(moved, {"day": f"{day}", "at": "10:00"})
        closed = {"first": f"{day + timedelta(5)}", "reason": "A new floor"}
        self._unit("/unit/closures", closed)

    def _give(self, session: str) -> None:
        about = f"/sessions/{session}"
        answers = dict.fromkeys(OF_THE_DAY, "same") | {"medicine": "changed"}
        self._unit(f"{about}/day-check", {"answers": answers, "note": self.words("day-note")})
        self._release("day-reason")
        measured = {"output_percent": 60, "method": "visible-twitch", "side": "right"}
        self._unit(f"{about}/threshold", {**measured, **self.device})
        self._unit(f"{about}/arrive", {})
        sheet = {
            **DOSE,
            **self.device,
            "operator_id": str(self.clinic.operator),
            "side": "right",
            "pulses_delivered": 2000,
            "effects": {"headache": {"severity": "mild", "relation": "probable"}},
            "next_step": "as-planned",
            "nrs_before": 7,
            "nrs_after": 5,
            "note": self.words("sheet-note"),
        }
        self._unit(f"{about}/sheet", sheet)

    def _hurt(self, session: str) -> None:
        entry = {
            "code": "seizure",
            "severity": "severe",
            "relation": "probable",
            "action": "sent-to-emergency",
            "session_id": session,
            "note": self.words("adverse-note"),
        }
        found = self._unit(f"/referrals/{self.referral}/adverse-events", entry)
        self._lead(
            f"/adverse-events/{found['id']}/acknowledge",
            {"what_is_done": self.words("adverse-answer")},
        )
        self._release("stop-reason")

    def _release(self, place: str) -> None:
        """The pain physician decides at what is closed, and the unit hears of it."""
        waiting = self.clinic.http(self.clinic.physician).get(f"{LEAD}/decisions").json()
        for gate in waiting["gates"]:
            each = {code: self.words(f"{place}-{code}") for code in gate["yes"]}
            entry = {"reason": self.words(place), "decisions": each}
            self._lead(f"/gates/{gate['id']}/release", entry)

    def _unit(self, address: str, entry: dict[str, Any]) -> Any:
        return self.journey.send(self.clinic.operator, UNIT + address, entry)

    def _lead(self, address: str, entry: dict[str, Any]) -> Any:
        return self.journey.send(self.clinic.physician, LEAD + address, entry)
