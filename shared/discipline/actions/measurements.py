"""Scores: recorded by whoever measured, corrected with what stood there kept, heard from others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from shared import measuring
from shared.discipline.actions.outcomes import raise_concern
from shared.discipline.actions.records import brought_here, to_change, write
from shared.discipline.practice import practice_of
from shared.discipline.rules import referral as referral_rules
from shared.discipline.tables import Measurement, Referral
from shared.discipline.wording import language_of
from shared.errors import Invalid, NotFound, RuleBroken
from shared.events import MeasurementRecorded
from shared.i18n import N_, translator
from shared.identifiers import new_id
from shared.measuring.items import PHQ_9_ITEM_9
from shared.work import Work

ITEM_9_RAISED = N_(
    "PHQ-9, question 9 (thoughts of death or of self-harm): answered with %(answer)s of 3. "
    "Total %(total)s of 27."
)


@dataclass(frozen=True)
class Measured:
    """A score, how it came about, and where. `at` is now unless it says otherwise."""

    code: str
    value: float
    context: str = ""
    answers: Sequence[int] | None = None
    at: datetime | None = None
    course_id: UUID | None = None
    corrects: Measurement | None = None
    id: UUID | None = None


def record_scores(
    work: Work, referral_id: UUID, values: Mapping[str, float | None], entry: UUID | None = None
) -> list[Measurement]:
    """Keep the scores that were given. The same `entry` sent twice is kept once."""
    referral = _to_measure(work, referral_id)
    given = {code: value for code, value in values.items() if value is not None}
    if not given:
        raise Invalid(N_("Enter at least one score."), field=_first(values))
    seen = [
        Measured(code, value, "assessment", id=_named(entry, code)) for code, value in given.items()
    ]
    return _record(work, referral, seen)


def record_form(
    work: Work,
    referral_id: UUID,
    code: str,
    answers: Sequence[int | None],
    entry: UUID | None = None,
) -> Measurement:
    """Keep the answers to an open form and their total; refused unless it is complete."""
    referral = _to_measure(work, referral_id)
    total, given = measuring.total(code, answers), [each for each in answers if each is not None]
    seen = Measured(code, total, "assessment", answers=given, id=_named(entry, code))
    return _record(work, referral, [seen])[0]


def correct_score(
    work: Work,
    measurement_id: UUID,
    value: float | None = None,
    answers: Sequence[int | None] = (),
) -> Measurement:
    """Put another score in the place of one that was recorded wrongly here; that one is kept."""
    wrong = work.get(Measurement, measurement_id)
    referral = _to_measure(work, wrong.referral_id)
    work.session.refresh(wrong)  # somebody may have corrected it until the referral was free
    if wrong.corrected_at is not None:
        raise RuleBroken(N_("This score has been corrected already: look at the newer one."))
    given = [each for each in answers if each is not None] or None
    score = measuring.total(wrong.code, answers) if wrong.answers else value
    if score is None:
        raise Invalid(N_("Enter the right score."), field="value")
    if (score, given) == (wrong.value, wrong.answers):
        raise Invalid(N_("This is what stands there already."), field="value")
    right = Measured(wrong.code, score, wrong.context, given, wrong.measured_at, corrects=wrong)
    row = measure(work, referral, right)
    write(work, referral, "measurement-corrected", subject=row.id)
    return row


def measure(work: Work, referral: Referral, seen: Measured) -> Measurement:
    """Keep a score and tell the others; part of what another action does."""
    measuring.check(seen.code, seen.value, "value" if seen.corrects else "")
    row = _row(work, referral, seen)
    work.add(row)
    work.announce(_said(row))
    if seen.corrects is not None:
        seen.corrects.corrected_at = work.now
    _heed_item_9(work, row)
    practice_of(work).measured(work, row)
    return row


def keep(work: Work, event: MeasurementRecorded) -> None:
    """Another service measured. It is kept before the patient is known here: without a name.

    A score that no instrument of this release can have decides nothing here; the log has it.
    """
    known = work.find(Measurement, event.measurement_id) is not None
    if known or not measuring.possible(event.code, event.value):
        return
    values = event.model_dump(exclude={"measurement_id", "unit"})
    by = f"service:{work.cause.source}" if work.cause else work.actor
    row = Measurement(id=event.measurement_id, **values, recorded_at=work.now, recorded_by=by)
    work.add(row)
    if event.corrects and (wrong := work.find(Measurement, event.corrects)):
        wrong.corrected_at, row.concern_id = work.now, wrong.concern_id
    practice_of(work).measured(work, row)


def _to_measure(work: Work, referral_id: UUID | None) -> Referral:
    referral = to_change(work, Referral, referral_id) if referral_id else None
    if referral is None:
        raise NotFound
    last = brought_here(work, referral)
    referral_rules.refuse_unless_possible("measure", referral.status, last)
    return referral


def _record(work: Work, referral: Referral, entry: Sequence[Measured]) -> list[Measurement]:
    """Keep an entry, with one line in the history; what was kept already is left as it is."""
    known = [work.find(Measurement, seen.id) if seen.id else None for seen in entry]
    rows = [row or measure(work, referral, seen) for row, seen in zip(known, entry, strict=True)]
    if None in known:
        write(work, referral, "measured", subject=rows[0].id)
    return rows


def _first(values: Mapping[str, float | None]) -> str:
    """The field to which it is said that nothing was entered."""
    return next(iter(values), "values").replace("-", "_")


def _named(entry: UUID | None, code: str) -> UUID | None:
    """The id of one score of an entry: sent twice, it is the same one."""
    return uuid5(entry, code) if entry else None


def _row(work: Work, referral: Referral, seen: Measured) -> Measurement:
    return Measurement(
        id=seen.id or new_id(),
        patient_id=referral.patient_id,
        referral_id=referral.id,
        course_id=seen.course_id,
        code=seen.code,
        value=seen.value,
        answers=list(seen.answers) if seen.answers is not None else None,
        context=seen.context,
        measured_at=seen.at or work.now,
        recorded_at=work.now,
        recorded_by=work.actor,
        corrects=seen.corrects.id if seen.corrects else None,
        concern_id=seen.corrects.concern_id if seen.corrects else None,
    )


def _said(row: Measurement) -> MeasurementRecorded:
    named = row.model_dump(include=set(MeasurementRecorded.model_fields))
    return MeasurementRecorded(**named, measurement_id=row.id)


def _heed_item_9(work: Work, row: Measurement) -> None:
    """Whoever thinks of death or of self-harm is looked at today; one form raises one concern."""
    answer = row.answers[PHQ_9_ITEM_9] if row.code == "phq-9" and row.answers else 0
    if not answer or row.concern_id or row.referral_id is None:
        return
    words = translator(language_of(work)).gettext(ITEM_9_RAISED)
    note = words % {"answer": answer, "total": int(row.value)}
    row.concern_id = raise_concern(work, row.referral_id, note, reason_code="phq9-item-9")
