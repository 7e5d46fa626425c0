"""How an entry about a medicine is written into its row, kept, put back, and read by the rules."""

from datetime import date
from typing import Any

from services.pain_physician import forms
from services.pain_physician.rules.drugs import DRUGS, OTHER
from services.pain_physician.rules.medication import Dose, Taken
from services.pain_physician.tables import Medication
from shared.errors import Invalid
from shared.i18n import N_

_KEPT = {"doses", "dose_unit", "started_on", "stopped_on", "stop_reason", "relief"} | {
    "adverse_effects",
    "in_error",
}
"""What an entry can change, and what is kept of it before each change."""


def taken_of(medication: Medication) -> Taken:
    """The medicine as the rules look at it."""
    return Taken(
        drug=medication.drug,
        drug_class=medication.drug_class,
        name=medication.name,
        dose_unit=medication.dose_unit,
        doses=tuple(Dose(date.fromisoformat(d["on"]), d["dose"]) for d in medication.doses),
        stopped_on=medication.stopped_on,
        stop_reason=medication.stop_reason,
        relief=medication.relief,
        adverse_effects=tuple(medication.adverse_effects),
    )


def as_recorded(entry: forms.Medicine, today: date) -> Taken:
    """Class and unit of a listed medicine are known; one that is begun is begun today."""
    listed = DRUGS.get(entry.drug, DRUGS[OTHER])
    start = entry.started_on or (None if entry.stopped_on else today)
    if start is None:
        raise Invalid(N_("Say when it was begun."), field="started_on")
    return Taken(
        drug=entry.drug,
        drug_class=listed.drug_class if listed.code != OTHER else entry.drug_class or OTHER,
        name=entry.name if listed.code == OTHER else "",
        dose_unit=entry.dose_unit or listed.unit,
        doses=(Dose(start, entry.dose),),
        **ended(entry),
    )


def matters(entry: forms.Medicine) -> bool:
    """Whether a change of it is looked at before a stimulation; for a listed one the list says."""
    listed = DRUGS[entry.drug]
    asked = listed.code == OTHER and entry.seizure_risk is not None
    return bool(entry.seizure_risk) if asked else listed.seizure_risk


def ended(entry: forms.Stop | forms.Medicine | forms.CorrectMedicine) -> dict[str, Any]:
    words = entry.model_dump(include={"stopped_on", "stop_reason", "relief"})
    return {**words, "adverse_effects": tuple(entry.adverse_effects)}


def written(taken: Taken) -> dict[str, Any]:
    """The columns of a medicine."""
    return {
        "dose_unit": taken.dose_unit,
        "doses": [{"on": d.on.isoformat(), "dose": d.dose} for d in taken.doses],
        "started_on": taken.started_on,
        "stopped_on": taken.stopped_on,
        "stop_reason": taken.stop_reason,
        "relief": taken.relief,
        "adverse_effects": list(taken.adverse_effects),
    }


def snapshot(medication: Medication) -> dict[str, Any]:
    return medication.model_dump(mode="json", include=_KEPT)


def restore(medication: Medication, before: dict[str, Any]) -> None:
    """Put back what a snapshot says; days are kept in it as text."""
    known = Medication.model_validate({**medication.model_dump(), **before})
    for name in _KEPT:
        setattr(medication, name, getattr(known, name))
