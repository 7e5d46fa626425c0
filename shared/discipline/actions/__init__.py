"""What the members of a discipline do, and what the news from others does to its referrals."""

from shared.discipline.actions.answers import accept, ask, decline, resume, tell_referrer, withdraw
from shared.discipline.actions.follow_ups import (
    cancel_follow_up,
    plan_follow_up,
    record_follow_up,
)
from shared.discipline.actions.leaving import end_what_is_planned
from shared.discipline.actions.leaving import hear as hear_of_patient
from shared.discipline.actions.leaving import hold as hold_referrals
from shared.discipline.actions.measurements import (
    Measured,
    correct_score,
    keep,
    measure,
    record_form,
    record_scores,
)
from shared.discipline.actions.news import (
    acknowledged,
    correct,
    fail,
    needs,
    noted,
    receive,
    take_answer,
    take_back,
)
from shared.discipline.actions.outcomes import complete, raise_concern, send_report
from shared.discipline.actions.recording import (
    arrive,
    complete_session,
    interrupt,
    miss,
)
from shared.discipline.actions.sessions import book, cancel_session, move
from shared.discipline.actions.therapy import keep_note, plan_therapy, share_note, write_note

__all__ = [
    "Measured",
    "accept",
    "acknowledged",
    "arrive",
    "ask",
    "book",
    "cancel_follow_up",
    "cancel_session",
    "complete",
    "complete_session",
    "correct",
    "correct_score",
    "decline",
    "end_what_is_planned",
    "fail",
    "hear_of_patient",
    "hold_referrals",
    "interrupt",
    "keep",
    "keep_note",
    "measure",
    "miss",
    "move",
    "needs",
    "noted",
    "plan_follow_up",
    "plan_therapy",
    "raise_concern",
    "receive",
    "record_follow_up",
    "record_form",
    "record_scores",
    "resume",
    "send_report",
    "share_note",
    "take_answer",
    "take_back",
    "tell_referrer",
    "withdraw",
    "write_note",
]
