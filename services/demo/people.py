"""The people of the demo centre, all of them invented: members of the team and patients."""

from dataclasses import dataclass
from datetime import date

from shared.access.viewer import (
    ADMINISTRATOR,
    COORDINATOR,
    PHYSICIAN,
    PSYCHOLOGIST,
    RTMS_OPERATOR,
    THERAPIST,
)

PASSWORD = "a calm demo centre"  # noqa: S105 - the demo listens on this machine only


@dataclass(frozen=True)
class Colleague:
    """A member of the demo team. `unit` is the service he or she works in."""

    key: str
    name: str
    role: str
    unit: str
    language: str = "en"

    @property
    def email(self) -> str:
        return f"{self.key}@demo.example"


TEAM = (
    Colleague("claire", "Claire Morvan", COORDINATOR, "coordinator"),
    Colleague("elise", "Dr Élise Caradec", PHYSICIAN, "pain_physician"),
    Colleague("simon", "Dr Simon Rivière", PHYSICIAN, "pain_physician", "fr"),
    Colleague("tomas", "Tomas Hartl", RTMS_OPERATOR, "rtms_unit"),
    Colleague("aicha", "Aïcha Belkacem", RTMS_OPERATOR, "rtms_unit", "fr"),
    Colleague("yves", "Dr Yves Kermadec", PHYSICIAN, "rtms_unit"),
    Colleague("nora", "Nora Benali", PSYCHOLOGIST, "psychologist"),
    Colleague("jules", "Jules Perrin", PSYCHOLOGIST, "psychologist", "fr"),
    Colleague("ilse", "Ilse Verbeke", THERAPIST, "psychophysical_therapist"),
    Colleague("marc", "Marc Delorme", THERAPIST, "psychophysical_therapist", "fr"),
    Colleague("paul", "Paul Adam", ADMINISTRATOR, ""),
)


@dataclass(frozen=True)
class Picture:
    """A believable clinical picture, in the codes of the assessment."""

    cause: str
    side: str
    areas: tuple[str, ...]
    background: tuple[str, ...]
    paroxysms: tuple[str, ...] = ()
    per_day: int | None = None


@dataclass(frozen=True)
class Person:
    """An invented patient."""

    family: str
    given: str
    birth_date: date
    sex: str
    picture: Picture


STROKE = Picture("stroke", "left", ("half-body",), ("burning", "cold"))
CORD = Picture("spinal-cord-injury", "both", ("below-lesion",), ("burning", "tightness"))
FACE = Picture("trigeminal", "right", ("face",), ("tingling",), ("electric-shocks",), 30)
SHINGLES = Picture("post-herpetic", "left", ("chest",), ("burning",), ("stabbing",), 12)
CHEMO = Picture("polyneuropathy-chemotherapy", "both", ("hand", "foot"), ("tingling", "numbness"))
DIABETES = Picture("polyneuropathy-diabetes", "both", ("foot",), ("burning", "numbness"))
SURGERY = Picture("nerve-lesion-surgery", "right", ("pelvis",), ("burning",), ("stabbing",), 8)
TRAUMA = Picture("nerve-lesion-trauma", "left", ("arm", "hand"), ("burning", "tingling"))
SCLEROSIS = Picture("multiple-sclerosis", "right", ("leg",), ("tightness", "tingling"))
ROOT = Picture("radiculopathy", "left", ("back", "leg"), ("burning",), ("electric-shocks",), 10)
PHANTOM = Picture("phantom", "right", ("foot",), ("tightness",), ("electric-shocks",), 20)
BRAINSTEM = Picture("brainstem-lesion", "left", ("face", "half-body"), ("burning", "cold"))


def _p(family: str, given: str, born: tuple[int, int, int], sex: str, picture: Picture) -> Person:
    return Person(family, given, date(*born), sex, picture)


PATIENTS = (
    _p("Da Costa", "Amália", (1966, 11, 30), "female", SHINGLES),
    _p("Okonkwo", "Daniel", (1983, 1, 21), "male", TRAUMA),
    _p("Berthelot", "Jean-Yves", (1949, 6, 17), "male", STROKE),
    _p("Nguyen", "Thi Lan", (1971, 2, 8), "female", SURGERY),
    _p("Kowalska", "Ewa", (1979, 7, 19), "female", SCLEROSIS),
    _p("Haddad", "Samira", (1975, 10, 26), "female", CHEMO),
    _p("Vasseur-Legrand", "Marie-Hélène", (1958, 9, 3), "female", FACE),
    _p("Ferrand", "Luc", (1990, 5, 14), "male", CORD),
    _p("Petitjean", "Paul", (1954, 4, 5), "male", STROKE),
    _p("Lindqvist", "Arne", (1945, 12, 2), "male", SHINGLES),
    _p("Morel-Abadie", "Colette", (1969, 3, 23), "female", ROOT),
    _p("Traoré", "Ibrahim", (1962, 8, 11), "male", DIABETES),
    _p("Santini", "Giulia", (1987, 2, 27), "female", SURGERY),
    _p("Wierzbicki", "Tadeusz", (1951, 10, 9), "male", BRAINSTEM),
    _p("Lefèvre", "Hélène", (1972, 6, 1), "female", FACE),
    _p("O'Brien", "Maeve", (1981, 12, 12), "female", SCLEROSIS),
    _p("Yilmaz", "Deniz", (1968, 4, 18), "male", ROOT),
    _p("Bouchard", "Étienne", (1956, 1, 9), "male", PHANTOM),
    _p("Rakotomalala", "Voahangy", (1977, 9, 29), "female", CHEMO),
    _p("Schneider", "Uwe", (1948, 7, 7), "male", DIABETES),
    _p("Garnier", "Odette", (1942, 5, 25), "female", SHINGLES),
    _p("Martins", "Joaquim", (1964, 3, 3), "male", CORD),
    _p("Benoît", "Aurélie", (1992, 8, 30), "female", TRAUMA),
    _p("El Amrani", "Youssef", (1970, 11, 5), "male", STROKE),
    _p("Dubreuil", "Solange", (1950, 2, 14), "female", SURGERY),
    _p("Popescu", "Irina", (1985, 6, 22), "female", SCLEROSIS),
    _p("Chevallier", "Bruno", (1959, 12, 19), "male", FACE),
    _p("Hassani", "Leïla", (1974, 1, 31), "female", BRAINSTEM),
    _p("Lambert", "Gérard", (1947, 10, 13), "male", PHANTOM),
    _p("Novák", "Petra", (1980, 4, 27), "female", ROOT),
    _p("Sissoko", "Mariam", (1988, 7, 16), "female", TRAUMA),
    _p("Guérin", "Yvonne", (1941, 9, 8), "female", SHINGLES),
    _p("Almeida", "Rui", (1967, 5, 20), "male", CORD),
    _p("Fontaine", "Chantal", (1955, 8, 2), "female", CHEMO),
    _p("Weber", "Sabine", (1963, 11, 24), "female", DIABETES),
    _p("Lopez", "Andrés", (1978, 3, 10), "male", SURGERY),
    _p("Mercier", "Denise", (1953, 6, 28), "female", STROKE),
    _p("Ivanov", "Sergueï", (1961, 2, 6), "male", TRAUMA),
    _p("Roussel", "Camille", (1994, 10, 1), "female", FACE),
    _p("Diallo", "Fatoumata", (1973, 12, 4), "female", CHEMO),
)
