"""Measuring pain and what comes with it: which scores are possible, and what they say."""

from shared.measuring.checking import check, check_pain, check_range, possible, total
from shared.measuring.instruments import (
    INSTRUMENTS,
    OPEN,
    SCORES_ONLY,
    CutOff,
    Instrument,
    Source,
    instrument,
)
from shared.measuring.response import (
    BANDS,
    DRIFT,
    Baseline,
    Rate,
    Response,
    drifted,
    rate,
    relapse,
    response,
)

__all__ = [
    "BANDS",
    "DRIFT",
    "INSTRUMENTS",
    "OPEN",
    "SCORES_ONLY",
    "Baseline",
    "CutOff",
    "Instrument",
    "Rate",
    "Response",
    "Source",
    "check",
    "check_pain",
    "check_range",
    "drifted",
    "instrument",
    "possible",
    "rate",
    "relapse",
    "response",
    "total",
]
