"""The whole story through the JSON API: every step that there is, as programs would take it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlmodel import select

from services.coordinator.tables import Obligation
from tests.clinic import Clinic
from tests.course_journey import CourseJourney
from tests.interop.messages import Bundle, bundle, resource, written
from tests.interop.sender import Sender

Words = Callable[[str], str]
"""What is written at a place, such as `question`."""

PHYSICIAN = "/pain_physician/api"
PICTURE = {"cause": "stroke", "side": "left", "areas": ["arm"], "background": ["burning"]}
SCORES = {"nrs_worst": 9, "nrs_least": 3, "nrs_average": 6, "dn4": 7, "sleep": 8}
BORN = "1931-02-17"


def plain(place: str) -> str:
    return f"Some words about {place}."


class Journey:
    """One patient on every way through the team that there is."""

    def __init__(self, clinic: Clinic, words: Words = plain) -> None:
        self.clinic, self.words = clinic, words
        self.sender = Sender(clinic)
        self.patient = ""

    def take(self) -> None:
        """All of it; some of it stays open, as it does."""
        self.register()
        course = CourseJourney(self)
        course.take()
        self.care()
        self.refuse()
        self.withdraw()
        self.therapy()
        self.outside()
        self.wait_and_settle()
        course.stop()

    def register(self) -> None:
        """A person, a correction, a first assessment."""
        entry = self._person()
        self.patient = self.send(self.clinic.physician, f"{PHYSICIAN}/patients", entry)["id"]
        corrected = {**entry, "address": self.words("corrected-address"), "version": 1}
        browser = self.clinic.http(self.clinic.physician)
        answer = browser.put(f"{PHYSICIAN}/patients/{self.patient}", json=corrected)
        assert answer.status_code == 200, answer.text
        picture = {**PICTURE, **SCORES, "note": self.words("assessment-note")}
        address = f"{PHYSICIAN}/patients/{self.patient}/assessments"
        self.send(self.clinic.physician, address, picture)
        self._medicine()

    def care(self) -> None:
        """The rTMS unit asks, accepts, gives sessions, worries, reports and follows up."""
        referral = self.refer("rtms_unit")
        unit = f"/rtms_unit/api/referrals/{referral}"
        operator = self.clinic.operator
        self.send(operator, f"{unit}/ask", {"question": self.words("question-back")})
        self._answer(referral, "answer", {"answer": self.words("answer")})
        self.send(operator, f"{unit}/accept", {"note": self.words("acceptance")})
        self._sessions(unit)
        self._concern(unit)
        self.send(operator, f"{unit}/complete", {"outcome_code": "partly-met"})
        self.send(operator, f"{unit}/report", {"report": self.words("report")})
        self._answer(referral, "close", {"next_step": "see-patient"})
        self._follow_ups(unit)

    def refuse(self) -> None:
        """The psychologist declines, and the physician takes note."""
        referral = self.refer("psychologist")
        entry = {"reason_code": "capacity", "next_step": "refer-again-when"}
        entry["note"] = self.words("decline-note")
        address = f"/psychologist/api/referrals/{referral}/decline"
        self.send(self.clinic.psychologist, address, entry)
        self._answer(referral, "close", {"next_step": "continue-plan"})

    def withdraw(self) -> None:
        """The physician takes a referral back."""
        referral = self.refer("psychologist")
        entry = {"reason_code": "withdrawn", "note": self.words("cancellation")}
        self._answer(referral, "cancel", entry)

    def therapy(self) -> None:
        """The psychologist measures and plans; both therapists share the note on a session."""
        referral = self.refer("psychologist")
        unit, member = f"/psychologist/api/referrals/{referral}", self.clinic.psychologist
        self.send(member, f"{unit}/accept", {})
        self.send(member, f"{unit}/scores", {"values": {"hads-a": 12, "pcs": 31}})
        form = self.send(member, f"{unit}/forms/phq-9", {"answers": [1, 2, 1, 2, 1, 1, 1, 0, 1]})
        right = {"answers": [1, 2, 1, 2, 1, 1, 1, 1, 1]}
        self.send(member, f"/psychologist/api/scores/{form['id']}/correct", right)
        plan = {"goals": self.words("goals"), "methods": ["cbt"], "sessions": 6}
        review = {"rhythm": "weekly", "review_on": f"{self.clinic.now.date() + timedelta(90)}"}
        self.send(member, f"{unit}/therapy-plans", plan | review)
        self._share("psychologist", member, referral)
        referral, member = self.refer("psychophysical_therapist"), self.clinic.therapist
        self.send(member, f"/psychophysical_therapist/api/referrals/{referral}/accept", {})
        self._share("psychophysical_therapist", member, referral)

    def outside(self) -> None:
        """Two hospitals refer: one is told no, the other takes its referral back."""
        first, second = self.message("one"), self.message("two")
        self._here(first, "ask", {"question": self.words("outside-question")})
        self._here(first, "resume", {"answer": self.words("outside-answer")})
        entry = {"reason_code": "other-service-better", "next_step": "back-to-referrer"}
        self._here(first, "decline", {**entry, "note": self.words("outside-decline")})
        self._here(first, "tell", {})
        entry = {"reason_code": "withdrawn", "note": self.words("outside-withdrawal")}
        self._here(second, "withdraw", entry)

    def wait_and_settle(self) -> None:
        """Nobody answers: the ladder climbs, mails go, and the coordinator helps."""
        self.refer("psychophysical_therapist", "silence")
        self.clinic.wait(days=8)
        with self.clinic.look("coordinator") as work:
            owed = work.all(select(Obligation.id).where(Obligation.state == "open"))
        address, coordinator = f"/coordinator/api/obligations/{owed[0]}", self.clinic.coordinator
        self.send(coordinator, f"{address}/remind", {})
        self.send(coordinator, f"{address}/settle", {"reason": self.words("settled-how")})
        self.send(coordinator, f"{address}/undo", {})
        self.clinic.wait(hours=1)

    def appoint(self) -> None:
        """A session that is still to come, and whoever gives it hears of it."""
        referral, member = self.refer("psychologist", "appointment"), self.clinic.psychologist
        unit = f"/psychologist/api/referrals/{referral}"
        self.send(member, f"{unit}/accept", {})
        starts_at = (self.clinic.now + timedelta(days=3)).isoformat()
        entry = {"starts_at": starts_at, "minutes": 45, "practitioner_id": str(member)}
        self.send(member, f"{unit}/sessions", entry)
        self.clinic.wait(minutes=2)

    def _share(self, service: str, member: UUID, referral: str) -> None:
        starts_at = (self.clinic.now + timedelta(hours=5)).isoformat()
        entry = {"starts_at": starts_at, "minutes": 45}
        booked = self.send(member, f"/{service}/api/referrals/{referral}/sessions", entry)
        session = f"/{service}/api/sessions/{booked['id']}"
        self.send(member, f"{session}/complete", {"nrs_before": 6})
        note = {"method": "hypnosis", "text": self.words("sealed-note")}
        self.send(member, f"{session}/notes", note)
        self.send(member, f"{session}/notes/share", {})

    def _medicine(self) -> None:
        """A medicine that is on no list, its dose, and a letter to the patient's own doctor."""
        about = f"{PHYSICIAN}/patients/{self.patient}"
        entry = {"drug": "other", "name": self.words("medicine"), "dose": 50}
        medicine = self.send(self.clinic.physician, f"{about}/medicines", entry)["id"]
        end = {"stopped_on": f"{self.clinic.now.date()}", "stop_reason": "no-effect"}
        address = f"{PHYSICIAN}/medicines/{medicine}/stop"
        self.send(self.clinic.physician, address, end)
        letter = {place: self.words(place) for place in ("addressee", "contact", "text")}
        self.send(self.clinic.physician, f"{about}/letters", letter)

    def refer(self, performer: str, what: str = "question") -> str:
        """One question to one service; two at the same time must differ."""
        entry = {"question": self.words(f"{what}-{performer}"), "reason": self.words("reason")}
        entry |= {"performer": performer, "tried": self.words("tried"), "urgency": "urgent"}
        address = f"{PHYSICIAN}/patients/{self.patient}/referrals"
        return str(self.send(self.clinic.physician, address, entry)["id"])

    def message(self, which: str) -> str:
        """A referral from another organisation; the id that it got here."""
        answer = self.sender.post(written(self._bundle(which)))
        assert answer.status_code == 200, answer.text
        waiting = self.clinic.http(self.clinic.physician).get(f"{PHYSICIAN}/referrals")
        return str(waiting.json()[-1]["id"])

    def send(self, member: UUID, address: str, entry: dict[str, Any]) -> Any:
        """One step by one member; everybody hears of it."""
        answer = self.clinic.http(member).post(address, json=entry)
        assert answer.status_code in (200, 201), (address, answer.text)
        self.clinic.settle()
        return answer.json()

    def _person(self) -> dict[str, Any]:
        places = ("family", "given", "phone", "address", "doctor_name", "doctor_contact")
        entry = {place: self.words(place) for place in places}
        numbers = {place: self.words(place) for place in ("national_id", "hospital_number")}
        email = f"{self.words('email')}@mail.example".replace(" ", "")
        return {**entry, **numbers, "email": email, "birth_date": BORN, "sex": "female"}

    def _answer(self, referral: str, verb: str, entry: dict[str, Any]) -> None:
        """The physician, about a referral that was sent."""
        self.send(self.clinic.physician, f"{PHYSICIAN}/sent/{referral}/{verb}", entry)

    def _here(self, referral: str, verb: str, entry: dict[str, Any]) -> None:
        """The physician, about a referral from outside."""
        self.send(self.clinic.physician, f"{PHYSICIAN}/referrals/{referral}/{verb}", entry)

    def _sessions(self, unit: str) -> None:
        given, moved, stopped, off = (self._book(unit, hour) for hour in range(1, 5))
        entry = {"nrs_before": 7, "nrs_after": 4, "note": self.words("session-note")}
        self._session(given, "arrive", {})
        self._session(given, "complete", entry)
        later = self.clinic.now + timedelta(hours=6)
        self._session(moved, "move", {"starts_at": later.isoformat()})
        note = self.words("miss-note")
        self._session(moved, "miss", {"reason_code": "illness", "note": note})
        note = self.words("interruption-note")
        self._session(stopped, "interrupt", {"reason_code": "unwell", "note": note})
        self._session(off, "cancel", {"reason_code": "unit-closed"})

    def _book(self, unit: str, hours: int) -> str:
        starts_at = self.clinic.now + timedelta(hours=hours)
        entry = {"starts_at": starts_at.isoformat(), "minutes": 30}
        return str(self.send(self.clinic.operator, f"{unit}/sessions", entry)["id"])

    def _session(self, session: str, verb: str, entry: dict[str, Any]) -> None:
        self.send(self.clinic.operator, f"/rtms_unit/api/sessions/{session}/{verb}", entry)

    def _concern(self, unit: str) -> None:
        entry = {"note": self.words("concern")}
        concern = self.send(self.clinic.operator, f"{unit}/concerns", entry)["id"]
        done = {"what_is_done": self.words("what-is-done")}
        address = f"{PHYSICIAN}/concerns/{concern}/acknowledge"
        self.send(self.clinic.physician, address, done)

    def _follow_ups(self, unit: str) -> None:
        for point, verb, entry in (
            ("week-1", "record", {"nrs": 5, "pgic": 3, "note": self.words("follow-up-note")}),
            ("month-1", "cancel", {"reason_code": "could-not-reach"}),
        ):
            plan = {"point": point, "due_on": f"{self.clinic.now.date()}"}
            made = self.send(self.clinic.operator, f"{unit}/follow-ups", plan)["id"]
            self.send(self.clinic.operator, f"/rtms_unit/api/follow-ups/{made}/{verb}", entry)

    def _bundle(self, which: str) -> Bundle:
        """A FHIR message with our own words at every place that is read."""
        message = bundle()
        message["id"] = f"message-{which}"
        asked, patient = resource(message, "ServiceRequest"), resource(message, "Patient")
        asked["identifier"][0]["value"] = f"R-{which}"
        asked["code"] = {"text": self.words(f"fhir-question-{which}")}
        asked["reasonCode"] = [{"text": self.words(f"fhir-reason-{which}")}]
        asked["note"] = [{"text": self.words(f"fhir-note-{which}")}]
        family, given = self.words(f"fhir-family-{which}"), self.words(f"fhir-given-{which}")
        patient["name"] = [{"use": "official", "family": family, "given": [given]}]
        patient["identifier"] = [{"system": "urn:x", "value": self.words(f"fhir-number-{which}")}]
        patient["telecom"] = [{"system": "phone", "value": self.words(f"fhir-phone-{which}")}]
        patient["address"] = [{"line": [self.words(f"fhir-address-{which}")]}]
        return message
