"""Which gates are shut for a deed, and the sentence that says so. Only a person releases one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from shared.discipline.rules.referral import Deed
from shared.errors import Invalid, RuleBroken
from shared.i18n import N_

SCREENING, SAFE_TODAY, THRESHOLD = "screening", "safe-today", "motor-threshold"
DOSE, STOP, DECISION = "dose-envelope", "stop", "decision-point"
CLOSED, RELEASED, UPHELD = "closed", "released", "upheld"
DECIDE, COMPLETE = "decide", "complete"
ASKED_AGAIN = "asked-again"
"""Why a gate is open at which nobody decided: newer answers took the place of those."""
OF_COURSE = (THRESHOLD, DECISION)
"""Gates that have no meaning once their course is over; a dose has none once its session is."""

HOLDS_UP: Mapping[str, str] = {
    SCREENING: N_("No course can be planned, and no session of one started."),
    SAFE_TODAY: N_("No session of a course can be started."),
    THRESHOLD: N_("No session of a course can be started."),
    DOSE: N_("The session cannot be saved with this dose."),
    STOP: N_("No session of the course can be started or saved."),
    DECISION: N_("No further session of the course can be started."),
}
STATES: Mapping[str, str] = {
    CLOSED: N_("Closed"),
    RELEASED: N_("Released"),
    UPHELD: N_("Upheld: it will not be done"),
}
SUPERSEDED = N_("Superseded by newer answers")
PLAN, START, SAVE = "plan", "arrive", "complete"
"""The deeds that a gate can hold up: planning a course, starting a session of it, saving it."""
_NEEDED: Mapping[str, tuple[str, ...]] = {
    PLAN: (STOP, SCREENING),
    START: (STOP, SCREENING, DECISION, SAFE_TODAY, THRESHOLD),
    SAVE: (STOP, SCREENING, DECISION, SAFE_TODAY),
}
OPEN = ""

_SHUT: Mapping[tuple[str, str], str] = {
    (SCREENING, "missing"): N_("The safety screening is not complete: ask every question first."),
    (SCREENING, CLOSED): N_("A physician has not decided yet on the answers of the screening."),
    (SCREENING, UPHELD): N_("A physician decided after the screening: no stimulation."),
    (SCREENING, "old"): N_("The safety screening is too old: ask its questions again."),
    (SAFE_TODAY, "missing"): N_("Ask the questions of the day first: is it still safe today?"),
    (SAFE_TODAY, CLOSED): N_("Something has changed: a physician must release this first."),
    (SAFE_TODAY, UPHELD): N_("A physician decided: no session today."),
    (THRESHOLD, "missing"): N_("No motor threshold is recorded: measure it first."),
    (THRESHOLD, "old"): N_("The motor threshold is too old for this phase: measure it again."),
    (STOP, CLOSED): N_("The course is stopped. Only a physician re-opens it."),
    (STOP, UPHELD): N_("A physician decided: no further stimulation for this referral."),
    (DECISION, CLOSED): N_("The protocol asks a physician to decide whether the course goes on."),
    (DECISION, UPHELD): N_("A physician decided that the course does not go on."),
    (DOSE, CLOSED): N_("A physician has not decided yet on this dose."),
}


@dataclass(frozen=True)
class Standing:
    """How each gate stands for one deed: open (an empty word), or why it is shut."""

    states: Mapping[str, str] = field(default_factory=dict)

    def shut(self, verb: str) -> list[tuple[str, str]]:
        """The gates that hold this up, and in which way, the gravest first."""
        return [
            (gate, self.states[gate]) for gate in _NEEDED.get(verb, ()) if self.states.get(gate)
        ]

    def sentences(self, verb: str) -> list[str]:
        """Why this cannot be done, a sentence for each gate that is shut."""
        return [_SHUT[shut] for shut in self.shut(verb)]


def refuse(standing: Standing, verb: str) -> None:
    """Refuse what a gate holds up."""
    for sentence in standing.sentences(verb):
        raise RuleBroken(sentence)


def screening_state(state: str | None, signed_on: date | None, last_day: date, day: date) -> str:
    """How the last gate of a screening stands on a day; `last_day` is its last valid one."""
    if state is None or signed_on is None:
        return "missing"
    if state != RELEASED:
        return state
    return "old" if day > last_day else OPEN


def threshold_state(
    measured_at: datetime | None,
    *,
    not_before: datetime | None,
    days: int,
    now: datetime,
    zone: ZoneInfo,
) -> str:
    """Whether a threshold is in date: `days` old at most, and not measured before `not_before`."""
    if measured_at is None:
        return "missing"
    if not_before is not None and measured_at < not_before:
        return "old"
    oldest = now.astimezone(zone).date() - timedelta(days=days)
    return OPEN if measured_at.astimezone(zone).date() >= oldest else "old"


def worst(states: Iterable[str]) -> str:
    """Of several gates of one kind: one that is closed counts before one that was upheld."""
    found = set(states)
    return CLOSED if CLOSED in found else UPHELD if UPHELD in found else OPEN


def state_shown(state: str, reason_code: str) -> str:
    """The word for how a gate stands; what newer answers took the place of was released by none."""
    return SUPERSEDED if (state, reason_code) == (RELEASED, ASKED_AGAIN) else STATES[state]


def is_doubted(state: str, ask: str) -> bool:
    """Whether a physician is asked here, or said no: only a physician goes on from there."""
    return state == UPHELD or (state, ask) == (CLOSED, DECIDE)


def check_reason(reason: str) -> None:
    """Nobody decides at a gate without a reason."""
    if not reason.strip():
        raise Invalid(N_("Give your reason: it stands in the record."), field="reason")


def refuse_decided(state: str, last: Deed) -> None:
    """The first decision counts."""
    if state != CLOSED:
        raise RuleBroken(
            N_("%(who)s has already decided at this gate, on %(when)s."),
            who=last.who,
            when=last.when,
        )


def refuse_undecidable(ask: str) -> None:
    """Where something is to be completed, a decision cannot replace it."""
    if ask == COMPLETE:
        raise RuleBroken(N_("Nobody can decide this away: what is asked here must be done first."))


def refuse_stale(seen: int | None, version: int) -> None:
    """Refuse a decision that was made without what has come since."""
    if seen is not None and seen != version:
        raise RuleBroken(
            N_(
                "Something was added here after you opened the page. Nothing was decided: "
                "please look again."
            )
        )
