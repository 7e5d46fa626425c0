"""The practice of disciplines that give therapy, and of those that enter scores besides."""

from typing import Any

from babel.lists import format_list

from shared.discipline import reading, therapy
from shared.discipline.codes import THERAPY_METHODS
from shared.discipline.practice import Panel, Practice
from shared.discipline.scores import scores_of
from shared.discipline.tables import CareSession, Referral, TherapyPlan
from shared.discipline.wording import language_of, who_is
from shared.i18n import translator
from shared.measuring import INSTRUMENTS
from shared.measuring.items import FORMS
from shared.work import Work


class Therapy(Practice):
    """A therapy: a plan for each referral, a note on each session, and the scores entered here."""

    def __init__(self, instruments: tuple[str, ...] = (), forms: tuple[str, ...] = ()) -> None:
        self.instruments, self.forms = instruments, forms

    def panels(self, work: Work, referral: Referral) -> list[Panel]:
        plan = Panel("discipline/therapy/panel.html", _plan(work, referral))
        if not (self.instruments or self.forms):
            return [plan]
        return [plan, Panel("discipline/scores/panel.html", self._scores(work, referral))]

    def session_panels(self, work: Work, session: CareSession) -> list[Panel]:
        return [Panel("discipline/therapy/note_panel.html", _note(work, session))]

    def _scores(self, work: Work, referral: Referral) -> dict[str, Any]:
        codes = (*self.instruments, *self.forms)
        last = {row.code: row for row in scores_of(work, referral.patient_id, codes)}
        shown = [{"instrument": INSTRUMENTS[row.code], "row": row} for row in last.values()]
        return {"last": shown, "forms": {code: FORMS[code].name for code in self.forms}}


def _plan(work: Work, referral: Referral) -> dict[str, Any]:
    sessions = reading.sessions_of(work, referral.id)

    def methods_of(plan: TherapyPlan) -> str:
        language = language_of(work)
        words = [translator(language).gettext(THERAPY_METHODS[code]) for code in plan.methods]
        return format_list(words, locale=language)

    return {
        "plans": therapy.plans_of(work, referral.id),
        "given": sum(session.status == "completed" for session in sessions),
        "methods_of": methods_of,
    }


def _note(work: Work, session: CareSession) -> dict[str, Any]:
    notes = therapy.notes_of(work, session.id)
    referral = work.get(Referral, session.referral_id)
    author = who_is(work, notes[0].note.by, referral) if notes else ""
    return {"notes": notes, "author": author}
