"""What a patient takes and took, by the lines of a guideline table and in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from babel.dates import format_date
from babel.numbers import format_decimal

from services.pain_physician.actions.centre_lines import guidelines
from services.pain_physician.actions.medication import changes_of, medicines_of
from services.pain_physician.actions.medication_entry import taken_of
from services.pain_physician.rules import drugs
from services.pain_physician.rules.guidelines import LINES, Guideline, Place, chosen
from services.pain_physician.tables import Medication, MedicationChange
from shared.discipline.wording import language_of
from shared.i18n import N_, translator
from shared.work import Work

TRIED = N_("Medicines on record:")
"""Above what the record says was tried, so that words written by hand are told from it."""


@dataclass(frozen=True)
class InLine:
    """A treatment that a table names in a line, and the medicines of it that were tried."""

    place: Place
    tried: list[Medication]


@dataclass(frozen=True)
class Lines:
    """The medicines of a patient as one table sorts them; `others` it does not name."""

    guideline: Guideline
    by_line: dict[str, list[InLine]]
    others: list[Medication]


def lines_of(work: Work, patient_id: UUID, code: str) -> Lines:
    """The medicines of a patient by the table with this code, or by the first one."""
    guideline = chosen(code, guidelines(work))
    taken = medicines_of(work, patient_id)
    places = [(guideline.place_of(m.drug, m.drug_class), m) for m in taken]
    by_line = {
        line: [InLine(p, [m for at, m in places if at == p]) for p in guideline.of_line(line)]
        for line in LINES
    }
    return Lines(guideline, by_line, [m for at, m in places if at is None])


def running(medicines: Iterable[Medication]) -> list[Medication]:
    """What is taken now."""
    return [medicine for medicine in medicines if medicine.stopped_on is None]


@dataclass(frozen=True)
class Entry:
    """One medicine with everything that was written down about it."""

    medicine: Medication
    changes: Sequence[MedicationChange]

    @property
    def undoable(self) -> bool:
        return self.changes[0].what != "undone"


def entry(work: Work, medication_id: UUID) -> Entry:
    """A medicine, or `NotFound`. Whoever shows it to a person audits it."""
    return Entry(work.get(Medication, medication_id), changes_of(work, medication_id))


def was(work: Work, entry: Entry, change: MedicationChange) -> str:
    """What stood there before an entry, in words; nothing before the first one."""
    if change.before is None:
        return ""
    before = Medication.model_validate({**entry.medicine.model_dump(), **change.before})
    words = translator(language_of(work)).gettext(N_("before: %(what)s"))
    return words % {"what": in_words(work, before)}


def tried_in_words(work: Work, patient_id: UUID, written: str) -> str:
    """What has been tried, to begin a referral with: by hand as it was, the medicines as they are.

    `written` is the text of the last referral; its words by hand come first and are kept.
    """
    own = _by_hand(written)
    taken = [in_words(work, medicine) for medicine in reversed(medicines_of(work, patient_id))]
    heading = [translator(language_of(work)).gettext(TRIED)] if taken else []
    return "\n".join([*([own] if own else []), *heading, *taken])


def _by_hand(written: str) -> str:
    """A text without what the record had added to it, in whichever language that was."""
    headings = {translator(language).gettext(TRIED) for language in ("en", "fr")}
    lines = written.splitlines()
    end = next((n for n, line in enumerate(lines) if line.strip() in headings), len(lines))
    return "\n".join(lines[:end]).strip()


def in_words(work: Work, medicine: Medication) -> str:
    """One medicine in a line: what, how much, how long, what it did, why it was stopped."""
    say, taken = translator(language_of(work)).gettext, taken_of(medicine)
    when = _month(work, taken.started_on)
    end = _month(work, taken.stopped_on) if taken.stopped_on else say(N_("goes on"))
    did = []
    if taken.relief:
        did.append(say(drugs.RELIEF[taken.relief]))
    if taken.stop_reason:
        reason = say(drugs.STOP_REASONS[taken.stop_reason])
        did.append(say(N_("stopped: %(why)s")) % {"why": reason})
    if taken.adverse_effects:
        did.append(", ".join(say(drugs.ADVERSE_EFFECTS[code]) for code in taken.adverse_effects))
    parts = [title_of_medicine(work, medicine), dose_in_words(work, medicine), f"{when} – {end}"]
    return "; ".join([", ".join(part for part in parts if part), *did])


def title_of_medicine(work: Work, medicine: Medication) -> str:
    """The name of a medicine in the reader's language."""
    say = translator(language_of(work)).gettext
    return medicine.name or say(drugs.DRUGS[medicine.drug].title)


def dose_in_words(work: Work, medicine: Medication, first: int = 0) -> str:
    """Its daily doses one after the other: `30 → 60 mg a day`; empty when nobody remembers."""
    language = language_of(work)
    doses = [dose["dose"] for dose in medicine.doses[first:] if dose["dose"] is not None]
    if not doses:
        return ""
    shown = " → ".join(format_decimal(dose, locale=language) for dose in doses)
    return f"{shown} {translator(language).gettext(drugs.UNITS[medicine.dose_unit])}"


def _month(work: Work, day: date) -> str:
    return format_date(day, "MMM y", locale=language_of(work))
