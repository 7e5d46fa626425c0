"""Fills the gallery: invented patients, every state, both languages with their real lengths."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from shared.measuring import DRIFT, Baseline, Rate, response
from shared.measuring.instruments import HADS_A, HADS_D, NRS_AVERAGE
from shared.measuring.plot import Phase, Plot, Point, Series, cut_offs, plot, plot_of
from shared.templating import Templates
from tests.gallery.words import WORDS

NOW = datetime(2026, 11, 24, 9, 38, 7, tzinfo=UTC)
FOLDER = Path(__file__).parent
_PATIENT = {
    "href": "/patients/1",
    "family": "Vasseur-Legrand",
    "given": "Marie-Hélène",
    "birth_date": date(1958, 9, 3),
    "number": "240 118",
}
_DUE = {
    "critical": timedelta(minutes=-43),
    "overdue": timedelta(days=-2),
    "today": timedelta(hours=4),
    "soon": timedelta(days=2),
    "later": timedelta(days=40),
}


def gallery(language: str = "en", theme: str = "auto", template: str = "gallery.html") -> str:
    """The whole page, as a browser gets it."""
    words = SimpleNamespace(**WORDS[language])
    templates = Templates(beside=(FOLDER,))
    return templates.render(
        template, language=language, now=NOW, **_frame(words, theme), **_content(words)
    )


def _frame(words: SimpleNamespace, theme: str) -> dict[str, Any]:
    viewer = SimpleNamespace(name="Claire Morvan", roles=["coordinator"], theme=theme)
    nav = [
        SimpleNamespace(href="/coordinator", title=words.board, current=True),
        SimpleNamespace(href="/patients", title=words.patients, current=False),
    ]
    notice = SimpleNamespace(kind="good", text=words.saved, undo="/gallery/undo")
    return {"viewer": viewer, "nav": nav, "demo": True, "notice": notice, "here": "/gallery"}


def _content(words: SimpleNamespace) -> dict[str, Any]:
    return {
        "words": words,
        "patient": _PATIENT,
        "alerts": [{"state": "hold", "text": words.alert, "icon": "pill"}],
        "segments": [
            {"href": "?who=me", "text": words.mine, "current": False},
            {"href": "?who=all", "text": words.everybody, "current": True},
        ],
        "numbers": _numbers(words),
        "groups": {state: [_row(words, state, n) for n in (1, 2)] for state in _DUE},
        "form_errors": {"reason": words.error, "story": words.error},
        "options": [("a", words.a), ("b", words.b), ("c", words.c)],
        "story": [_story(words, "handled"), _story(words, "held"), _story(words, "failed")],
        "table_rows": [(words.field, 24), (words.total, 7)],
        "plots": [_pain(words), _mood()],
        "relief": response(Baseline(8, words.field), 4),
        "relief_source": DRIFT.source,
        "responders": Rate(treated=12, measured=9, responders=6),
    }


def _points(*values: float) -> tuple[Point, ...]:
    return tuple(Point(NOW + timedelta(weeks=n), value) for n, value in enumerate(values))


def _pain(words: SimpleNamespace) -> Plot | None:
    """Pain that is relieved and comes back, against its baseline and in two phases."""
    phases = [Phase(NOW, NOW + timedelta(weeks=2), words.a)]
    points = _points(8, 7, 5, 4, 3, 6, 7)
    return plot_of(NRS_AVERAGE, points, Baseline(8, words.field, NOW.date()), phases)


def _mood() -> Plot | None:
    """Two scores in one picture, told apart without colour."""
    series = [Series(HADS_A.title, _points(14, 11, 9)), Series(HADS_D.title, _points(12, 8, 6))]
    return plot(HADS_A.title, series, HADS_A.low, HADS_A.high, levels=cut_offs(HADS_A))


def _numbers(words: SimpleNamespace) -> list[dict[str, Any]]:
    return [
        {"href": "?1", "value": 7, "text": words.waiting, "note": words.oldest, "state": "overdue"},
        {"href": "?2", "value": 9, "text": words.sessions, "note": "", "current": True},
        {"href": "?3", "value": 1284, "text": words.sessions},
        {"href": "?4", "value": 1, "text": words.concern, "state": "critical"},
        {"href": "?5", "value": 2, "text": words.waiting, "note": words.oldest},
        {"href": "?6", "value": 0, "text": words.failed, "note": words.oldest},
    ]


def _row(words: SimpleNamespace, state: str, number: int) -> dict[str, Any]:
    return {
        "id": f"{state}-{number}",
        "due_at": NOW + _DUE[state],
        "state": state,
        "patient": _PATIENT,
        "title": words.row,
        "debtor": words.debtor,
        "creditor": words.creditor,
        "why": words.why,
        "steps_done": number,
        "steps_total": 4,
        "next_step_text": words.next,
        "next_at": NOW + timedelta(hours=2),
        "opened_at": NOW - timedelta(days=3),
        "action": {"href": "#act", "text": words.act, "urgent": state == "critical"},
    }


def _story(words: SimpleNamespace, state: str) -> dict[str, Any]:
    hop = {"service": words.unit, "state": state, "at": NOW}
    return {
        "at": NOW - timedelta(hours=20),
        "text": f"{words.debtor} {words.told}",
        "icon": "pill",
        "state": "hold",
        "detail": words.detail,
        "hops": [hop, {**hop, "at": None}],
    }
