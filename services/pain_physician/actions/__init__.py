"""What the pain physician does: register, assess, refer, answer, take note, acknowledge."""

from services.pain_physician.actions.assessments import assess, assessments, latest
from services.pain_physician.actions.concerns import acknowledge, take_up
from services.pain_physician.actions.patients import (
    alike,
    correct,
    follow_correction,
    register,
    take_on,
)
from services.pain_physician.actions.referrals import answer, cancel, close, refer, refer_all

__all__ = [
    "acknowledge",
    "alike",
    "answer",
    "assess",
    "assessments",
    "cancel",
    "close",
    "correct",
    "follow_correction",
    "latest",
    "refer",
    "refer_all",
    "register",
    "take_on",
    "take_up",
]
