"""What the pain physician does: register, assess, refer, answer, take note, acknowledge."""

from services.pain_physician.actions.adverse_events import (
    acknowledge_adverse_event,
    take_up_adverse_event,
)
from services.pain_physician.actions.assessments import assess, assessments, latest
from services.pain_physician.actions.centre_lines import add_lines, guidelines
from services.pain_physician.actions.concerns import acknowledge, take_up
from services.pain_physician.actions.gates import release, uphold
from services.pain_physician.actions.letters import send_letter
from services.pain_physician.actions.medication import (
    change_dose,
    correct_medicine,
    mark_in_error,
    record_medicine,
    stop_medicine,
    undo_medicine,
)
from services.pain_physician.actions.patients import (
    alike,
    correct,
    follow_correction,
    register,
    take_on,
)
from services.pain_physician.actions.referrals import answer, cancel, close, refer, refer_all
from services.pain_physician.actions.standing import hear_of_death, set_standing
from services.pain_physician.actions.way import set_way

__all__ = [
    "acknowledge",
    "acknowledge_adverse_event",
    "add_lines",
    "alike",
    "answer",
    "assess",
    "assessments",
    "cancel",
    "change_dose",
    "close",
    "correct",
    "correct_medicine",
    "follow_correction",
    "guidelines",
    "hear_of_death",
    "latest",
    "mark_in_error",
    "record_medicine",
    "refer",
    "refer_all",
    "register",
    "release",
    "send_letter",
    "set_standing",
    "set_way",
    "stop_medicine",
    "take_on",
    "take_up",
    "take_up_adverse_event",
    "undo_medicine",
    "uphold",
]
