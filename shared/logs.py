"""The log: one JSON object for each line, with the id under which things belong together.

No line holds what is known of a patient, whoever writes it: libraries are quoted without the
values that they would fill in, and a failure by its kind alone.
"""

import logging
from collections.abc import MutableMapping
from typing import Any, Literal, TextIO

import structlog

from shared import tracing

Level = Literal["debug", "info", "warning", "error"]

logger = structlog.get_logger()
_least = logging.WARNING


def write_to(stream: TextIO, level: Level) -> None:
    """From here on every line of this level or a graver one goes to the stream."""
    global _least  # noqa: PLW0603 - a process has one log
    _least = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            _in_its_trace,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_least),
        logger_factory=structlog.PrintLoggerFactory(stream),
    )
    logging.root.handlers = [LinesOfLibraries()]
    logging.root.setLevel(logging.WARNING)


def note(event: str, **values: object) -> None:
    """What happens in the course of a day: a change was asked for, a mail was handed over."""
    if _least <= logging.INFO:
        logger.info(event, **values)


def detail(event: str, **values: object) -> None:
    """Every step of every event and request; costs nothing unless somebody wants to see it."""
    if is_detailed():
        logger.debug(event, **values)


def is_detailed() -> bool:
    """Whether somebody wants to see every step: else nothing needs to be put into words."""
    return _least <= logging.DEBUG


def _in_its_trace(_: object, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    trace = tracing.current()
    if trace is not None:
        line.setdefault("correlation_id", str(trace.correlation))
        line.setdefault("trace_id", trace.trace_id)
        line.setdefault("span_id", trace.span_id)
    return line


class LinesOfLibraries(logging.Handler):
    """Takes over what libraries say: the sentence as it was programmed, never filled in."""

    def emit(self, record: logging.LogRecord) -> None:
        kind = record.exc_info[0] if record.exc_info else None
        logger.log(
            record.levelno,
            "library.said",
            library=record.name,
            sentence=str(record.msg).partition("\n")[0],
            error=kind.__name__ if kind else "",
        )
