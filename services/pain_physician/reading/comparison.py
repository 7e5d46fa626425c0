"""The clinical picture of several assessments side by side: what stayed, and what changed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from services.pain_physician.rules import picture
from services.pain_physician.rules.assessment import SCORES
from services.pain_physician.tables import Assessment
from shared.discipline.wording import language_of
from shared.i18n import N_, translator
from shared.work import Work

MOST = 4
"""Assessments side by side: the first one and the latest."""
_ONE = (("cause", N_("Cause"), picture.CAUSES), ("side", N_("Side"), picture.SIDES))
_SEVERAL = (
    ("areas", N_("Painful areas"), picture.AREAS),
    ("background", N_("Background pain"), picture.BACKGROUND),
    ("paroxysms", N_("Paroxysms"), picture.PAROXYSMS),
    ("evoked", N_("Evoked pain"), picture.EVOKED),
    ("triggers", N_("Triggers"), picture.TRIGGERS),
)


@dataclass(frozen=True)
class Line:
    """One thing that was asked, with its answer at each assessment; empty where it was not."""

    title: str
    values: list[str]

    @property
    def changed(self) -> bool:
        """Whether two answers differ; what was not asked is no change."""
        return len({value for value in self.values if value}) > 1


@dataclass(frozen=True)
class Comparison:
    """Some assessments, the first one first, and all that was asked in one of them."""

    assessments: Sequence[Assessment]
    lines: list[Line]


def comparison(work: Work, newest_first: Sequence[Assessment]) -> Comparison:
    """The first assessment and the latest ones side by side."""
    chosen = list(reversed(newest_first))
    chosen = chosen if len(chosen) <= MOST else [chosen[0], *chosen[1 - MOST :]]
    say = translator(language_of(work)).gettext
    lines = [Line(say(title), [read(seen) for seen in chosen]) for title, read in _asked(say)]
    return Comparison(chosen, [line for line in lines if any(line.values)])


_Reader = Callable[[Assessment], str]


def _asked(say: Callable[[str], str]) -> list[tuple[str, _Reader]]:
    """Everything that an assessment asks: its title, and how its answer reads."""
    one = [(title, _chosen(name, titles, say)) for name, title, titles in _ONE]
    several = [(title, _all_chosen(name, titles, say)) for name, title, titles in _SEVERAL]
    numbers = [(score.title, _number(score.code.replace("-", "_"))) for score in SCORES]
    life = [(title, _effect(code)) for code, title in picture.LIFE.items()]
    counted = [(N_("Paroxysms in a day"), _number("paroxysms_per_day"))]
    return [*one, *several, *counted, *numbers, *life]


def _chosen(name: str, titles: Mapping[str, str], say: Callable[[str], str]) -> _Reader:
    return lambda seen: say(titles[getattr(seen, name)])


def _all_chosen(name: str, titles: Mapping[str, str], say: Callable[[str], str]) -> _Reader:
    return lambda seen: ", ".join(say(titles[code]) for code in getattr(seen, name))


def _number(name: str) -> _Reader:
    return lambda seen: "" if getattr(seen, name) is None else str(getattr(seen, name))


def _effect(code: str) -> _Reader:
    return lambda seen: f"{seen.life[code]}/10" if code in seen.life else ""
