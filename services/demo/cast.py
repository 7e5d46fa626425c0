"""Which story each invented patient has: together they show every state that exists."""

from collections.abc import Callable

from services.demo.courses import CourseOf
from services.demo.plans import Course, Plan, Sent
from services.demo.stage import Stage, Story
from services.demo.stories import Patient

RTMS, PSYCHOLOGY, THERAPY = "rtms_unit", "psychologist", "psychophysical_therapist"

Script = Callable[[Patient], Story]

DAILY = (1,) * 9
WEEKLY = (5,) * 5


def waiting(start: int, *units: str, urgency: str = "routine") -> Script:
    """Referred, and nobody has answered yet."""
    return lambda patient: patient.begin(start, *units, urgency=urgency)


def registered(start: int) -> Script:
    """Registered, the first assessment is still to come."""

    def story(patient: Patient) -> Story:
        yield patient.stage.at(start, 9, 30)
        patient.register()

    return story


def cared_for(start: int, **plans: Plan | Course) -> Script:
    """Referred to these units; each goes its own way at the same time."""

    def story(patient: Patient) -> Story:
        yield from patient.begin(start, *plans)
        for sent in patient.sent:
            patient.stage.tell(_care(patient, sent, plans[sent.unit]))

    return story


def _care(patient: Patient, sent: Sent, plan: Plan | Course) -> Story:
    if isinstance(plan, Course):
        return CourseOf(patient, sent, plan).play()
    return patient.care(sent, plan)


def asked(start: int, unit: str, answer_after: int) -> Script:
    """The unit asks a question first."""

    def story(patient: Patient) -> Story:
        yield from patient.begin(start, unit)
        sent = patient.sent[0]
        yield patient.stage.later(1, 11, patient.place % 60)
        question = "Which implant does the patient have, and since when?"
        patient.unit(sent, "ask", sent.referral_id, question)
        yield patient.stage.later(answer_after, 15)
        answer = patient.forms.Answer(answer="A hip prosthesis, 2014. Nothing in the head or neck.")
        patient.lead("answer", sent.referral_id, answer)
        yield patient.stage.later(1, 9)
        patient.stage.tell(patient.care(sent, Plan()))

    return story


def declined(start: int, unit: str, onward: str = "") -> Script:
    """The unit declines; with `onward` the physician follows its advice."""

    def story(patient: Patient) -> Story:
        yield from patient.begin(start, unit)
        sent = patient.sent[0]
        yield patient.stage.later(2, 11, patient.place % 60)
        step = "refer-onward" if onward else "back-to-referrer"
        note = "Fear of movement comes first." if onward else "An older pacemaker is in place."
        reason = "other-service-better" if onward else "contraindication-known"
        patient.unit(sent, "decline", sent.referral_id, reason, step, onward, note)
        if onward:
            yield patient.stage.later(1, 10)
            again = patient.refer(onward, replaces=sent.referral_id)
            yield patient.stage.later(1, 9)
            patient.stage.tell(patient.care(again, Plan(gaps=WEEKLY)))

    return story


def accepted(start: int, unit: str, answer_after: int = 2) -> Script:
    """Accepted, and not booked yet."""
    return cared_for(start, **{unit: Plan(answer_after=answer_after, book_after=60)})


def withdrawn(start: int, unit: str) -> Script:
    """The physician takes the referral back."""

    def story(patient: Patient) -> Story:
        yield from patient.begin(start, unit)
        yield patient.stage.later(2, 16)
        cancel = patient.forms.Cancel(reason_code="patient-declined", note="Prefers to wait.")
        patient.lead("cancel", patient.sent[0].referral_id, cancel)

    return story


SCRIPTS: tuple[Script, ...] = (
    cared_for(-26, psychologist=Plan(gaps=(2,) * 12, dark_after=10, acknowledged=False)),
    waiting(-15, THERAPY),
    cared_for(-11, rtms_unit=Course(missed=frozenset({4}), made_up=False, answer_after=1)),
    asked(-7, RTMS, answer_after=30),
    cared_for(-45, psychologist=Plan(gaps=WEEKLY, report=False, follow_up=False)),
    cared_for(-15, rtms_unit=Course(unrecorded=frozenset({7}), relief=0.1)),
    cared_for(-60, rtms_unit=Course("hodaj-2015", relief=0.5)),
    waiting(-5, RTMS, PSYCHOLOGY),
    cared_for(-27, rtms_unit=Course(answer_after=3, relief=0.4)),
    cared_for(-75, rtms_unit=Course("transnep", relief=0.5, lost=True)),
    cared_for(-6, rtms_unit=Course(planned=False)),
    waiting(-2, PSYCHOLOGY),
    registered(-1),
    cared_for(-10, rtms_unit=Course(stopped=3, answer_after=1)),
    cared_for(-67, rtms_unit=Course(relief=0.55), psychologist=Plan(gaps=WEEKLY)),
    waiting(-1, RTMS, urgency="urgent"),
    cared_for(-30, psychophysical_therapist=Plan(gaps=WEEKLY)),
    declined(-8, RTMS),
    cared_for(-24, rtms_unit=Course(missed=frozenset({5}), relief=0.15)),
    declined(-35, RTMS, onward=THERAPY),
    cared_for(-24, rtms_unit=Course(relief=0.2, unsafe=6, noted=False)),
    accepted(-9, PSYCHOLOGY, answer_after=4),
    cared_for(-25, psychologist=Plan(gaps=WEEKLY, moved=3)),
    cared_for(-57, rtms_unit=Course("saint-etienne", go_on=None)),
    withdrawn(-18, THERAPY),
    asked(-22, PSYCHOLOGY, answer_after=1),
    cared_for(-64, psychophysical_therapist=Plan(gaps=WEEKLY, relief=0.3)),
    waiting(-19, RTMS),
    cared_for(
        -17,
        rtms_unit=Course(changed=5, answer_after=4, relief=0.2),
        psychophysical_therapist=Plan(gaps=WEEKLY),
    ),
    waiting(-4, THERAPY),
    cared_for(-55, psychologist=Plan(gaps=WEEKLY, concern_after=2)),
    cared_for(-75, rtms_unit=Course("saint-etienne", go_on=False, relief=0.05)),
    cared_for(-10, rtms_unit=Course(answer_after=1, changed=4, released=False)),
    accepted(-4, THERAPY, answer_after=1),
    cared_for(-5, rtms_unit=Course(screened=False, answer_after=1)),
    cared_for(-36, psychophysical_therapist=Plan(gaps=WEEKLY)),
    cared_for(-50, rtms_unit=Course(stopped=2, reopened=False)),
    asked(-3, THERAPY, answer_after=20),
    cared_for(-15, psychologist=Plan(gaps=(3,) * 8)),
    cared_for(-7, rtms_unit=Course(findings="metal", released=False, answer_after=1)),
)


EARLIEST = -77
"""The clock starts so many working days before today, ahead of every story."""


def begin_all(stage: Stage, patients: list[Patient]) -> None:
    """Let every story begin when its time comes."""
    for patient, script in zip(patients, SCRIPTS, strict=True):
        stage.tell(script(patient))
