"""Which treatment is first, second or third line: guideline tables, each with its year and source.

A table is never changed: a newer guideline is another table, and a reader chooses by which one
to look. Relais shows what was tried; it never says what should be.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from services.pain_physician.rules.drugs import CLASSES
from shared.errors import Invalid
from shared.i18n import N_

FIRST, SECOND, THIRD, AGAINST = "first", "second", "third", "against"
LINES: Mapping[str, str] = {
    FIRST: N_("First line"),
    SECOND: N_("Second line"),
    THIRD: N_("Third line"),
    AGAINST: N_("Recommended against"),
}

# What is no medicine, but has a line of its own.
NO_MEDICINES: Mapping[str, str] = {
    "rtms": N_("rTMS of the motor cortex"),
    "tens": N_("Electrical nerve stimulation through the skin (TENS)"),
    "psychotherapy": N_("Psychotherapy (CBT, mindfulness)"),
    "spinal-cord-stimulation": N_("Spinal cord stimulation"),
    "combination": N_("Combination of two first-line medicines"),
}
_SINGLE: Mapping[str, str] = {
    "gabapentin": N_("Gabapentin"),
    "pregabalin": N_("Pregabalin"),
    "tramadol": N_("Tramadol"),
    "levetiracetam": N_("Levetiracetam"),
    "mexiletine": N_("Mexiletine"),
    "valproate": N_("Valproate"),
}
TREATMENTS: Mapping[str, str] = {**CLASSES, **NO_MEDICINES, **_SINGLE}
"""Whatever a table may name: a class, a single medicine, or a treatment that is no medicine."""

PERIPHERAL = N_("peripheral pain only")
ADD_ON = N_("as an addition")
STRONG, WEAK = N_("strong recommendation"), N_("weak recommendation")


@dataclass(frozen=True)
class Place:
    """Where a table puts a treatment; `remarks` are its conditions and its strength."""

    treatment: str
    line: str
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Guideline:
    """A table of lines. `confirmed`: it was read in its source; else the centre confirms it."""

    code: str
    name: str
    year: int
    source: str
    confirmed: bool
    places: tuple[Place, ...] = field(default=())

    def of_line(self, line: str) -> list[Place]:
        """What the table names in a line."""
        return [place for place in self.places if place.line == line]

    def place_of(self, drug: str, drug_class: str) -> Place | None:
        """Where a medicine stands: by its own name first, then by its class."""
        by_name = {place.treatment: place for place in self.places}
        return by_name.get(drug) or by_name.get(drug_class)


def _all(line: str, treatments: Iterable[str], *remarks: str) -> tuple[Place, ...]:
    return tuple(Place(treatment, line, remarks) for treatment in treatments)


NEUPSIG_2015 = Guideline(
    "neupsig-2015",
    "NeuPSIG",
    2015,
    "Finnerup et al., Lancet Neurology 2015, table 3",
    True,
    (
        *_all(FIRST, ("snri", "tca", "pregabalin", "gabapentin"), STRONG),
        *_all(SECOND, ("tramadol",), WEAK),
        *_all(SECOND, ("capsaicin-patch", "lidocaine-patch"), WEAK, PERIPHERAL),
        *_all(THIRD, ("strong-opioid",), WEAK),
        *_all(THIRD, ("botulinum-toxin",), WEAK, PERIPHERAL),
        *_all(AGAINST, ("levetiracetam", "mexiletine"), STRONG),
        *_all(AGAINST, ("cannabinoid", "valproate"), WEAK),
    ),
)
NEUPSIG_2025 = Guideline(
    "neupsig-2025",
    "NeuPSIG",
    2025,
    "Soliman et al., Lancet Neurology 2025, from its abstract and a summary",
    False,
    (
        *_all(FIRST, ("tca", "gabapentinoid", "snri")),
        *_all(SECOND, ("capsaicin-patch", "capsaicin-cream", "lidocaine-patch")),
        *_all(THIRD, ("botulinum-toxin", "rtms", "strong-opioid", "weak-opioid"), WEAK),
    ),
)
FRENCH_2020 = Guideline(
    "french-2020",
    "SFETD / SFN",
    2020,
    "Moisset et al., Revue Neurologique 2020;176:325, as remembered",
    False,
    (
        *_all(FIRST, ("snri", "gabapentin", "tca")),
        *_all(FIRST, ("lidocaine-patch", "tens"), PERIPHERAL),
        *_all(SECOND, ("pregabalin", "tramadol", "combination")),
        *_all(SECOND, ("capsaicin-patch", "botulinum-toxin"), PERIPHERAL),
        *_all(SECOND, ("psychotherapy",), ADD_ON),
        *_all(THIRD, ("rtms", "spinal-cord-stimulation", "strong-opioid")),
    ),
)
PUBLISHED = (NEUPSIG_2025, FRENCH_2020, NEUPSIG_2015)
"""The newest first; it is the one that is shown until the reader chooses another."""


def of_centre(code: str, name: str, year: int, source: str, lines: Mapping[str, str]) -> Guideline:
    """A table that the centre added."""
    places = tuple(Place(treatment, line) for treatment, line in lines.items())
    return Guideline(code, name, year, source, confirmed=True, places=places)


def check_lines(lines: Mapping[str, str], field_of: Mapping[str, str]) -> None:
    """Refuse an empty table, and treatments or lines that do not exist."""
    if not lines:
        raise Invalid(N_("Give at least one treatment a line."))
    for treatment, line in lines.items():
        if treatment not in TREATMENTS or line not in LINES:
            raise Invalid(N_("Choose one of the list."), field=field_of.get(treatment, "lines"))


def chosen(code: str, tables: Iterable[Guideline]) -> Guideline:
    """The table of this code; another or no code means the first one."""
    known = list(tables)
    return next((table for table in known if table.code == code), known[0])
