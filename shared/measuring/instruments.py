"""The instruments of the centre: what each score means, who says so, and what a licence allows."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.errors import Invalid
from shared.i18n import N_

OPEN, SCORES_ONLY = "open", "scores only"
"""Licence classes: an open form may be shown whole; of the others only the scores are kept."""


@dataclass(frozen=True)
class Source:
    """Where a clinical number stands. Not `confirmed`: remembered, the centre must confirm it."""

    text: str
    year: int
    confirmed: bool = True

    @property
    def cited(self) -> str:
        """As it stands beside a number: `Kroenke et al., Journal of ..., 2001`."""
        return f"{self.text}, {self.year}"


@dataclass(frozen=True)
class CutOff:
    """From this value on (and up to the next cut-off) the score reads as `reads_as`."""

    value: float
    reads_as: str
    source: Source


@dataclass(frozen=True, kw_only=True)
class Instrument:
    """One score: its range with both ends, digits after the point, unit (UCUM) and licence.

    `items` is how many answers the score is made of; all of them are needed, as `completeness`
    says. `higher_is_worse` is its direction.
    """

    code: str
    title: str
    source: Source
    low: int = 0
    high: int = 10
    digits: int = 0
    unit: str = "{score}"
    licence: str = OPEN
    items: int = 1
    completeness: str = N_("One answer, given by the patient.")
    cut_offs: tuple[CutOff, ...] = ()
    higher_is_worse: bool = True
    loinc: str = ""
    """Only where it was verified; otherwise the local `code` is all there is."""

    def reads(self, value: float) -> str:
        """What the value says, as an English sentence, or nothing below the first cut-off."""
        reached = [cut.reads_as for cut in self.cut_offs if value >= cut.value]
        return reached[-1] if reached else ""


_NRS = Source("Farrar et al., Pain", 2001)
_DN4 = Source("Bouhassira et al., Pain", 2005)
_NPSI = Source("Bouhassira et al., Pain", 2004, confirmed=False)
_HADS = Source("Zigmond, Snaith, Acta Psychiatrica Scandinavica", 1983)
_PHQ9 = Source("Kroenke et al., Journal of General Internal Medicine", 2001)
_PCS = Source("Sullivan et al., Psychological Assessment", 1995, confirmed=False)
_IMMPACT = Source("Dworkin et al. (IMMPACT), Journal of Pain", 2008)

NRS_NOW = Instrument(
    code="nrs-now", title=N_("Pain right now"), source=_NRS, loinc="72514-3"
)  # the LOINC of pain as the patient says it; worst, least and average have none verified
NRS_WORST = Instrument(code="nrs-worst", title=N_("Worst pain"), source=_NRS)
NRS_LEAST = Instrument(code="nrs-least", title=N_("Least pain"), source=_NRS)
NRS_AVERAGE = Instrument(code="nrs-average", title=N_("Average pain"), source=_NRS)
EFFECT_ON_LIFE = Instrument(code="effect-on-life", title=N_("Effect on life"), source=_NRS)

DN4 = Instrument(
    code="dn4",
    title=N_("DN4 total"),
    source=_DN4,
    licence=SCORES_ONLY,
    items=10,
    completeness=N_("All 10 answers of the paper form."),
    cut_offs=(CutOff(4, N_("neuropathic pain is likely (4 or more)"), _DN4),),
)


def _npsi(code: str, title: str, items: int) -> Instrument:
    return Instrument(
        code=code,
        title=title,
        source=_NPSI,
        digits=1,
        licence=SCORES_ONLY,
        items=items,
        completeness=N_("The mean of all answers of this part of the paper form."),
    )


NPSI_TOTAL = Instrument(
    code="npsi-total",
    title=N_("NPSI total"),
    source=_NPSI,
    high=100,
    licence=SCORES_ONLY,
    items=10,
    completeness=N_("The sum of all 10 intensity answers of the paper form."),
)
NPSI_PARTS = (
    _npsi("npsi-burning", N_("NPSI, burning"), 1),
    _npsi("npsi-pressing", N_("NPSI, pressing"), 2),
    _npsi("npsi-paroxysmal", N_("NPSI, paroxysmal"), 2),
    _npsi("npsi-evoked", N_("NPSI, evoked"), 3),
    _npsi("npsi-paraesthesia", N_("NPSI, paraesthesia"), 2),
)

BPI_INTERFERENCE = Instrument(
    code="bpi-interference",
    title=N_("BPI interference"),
    source=Source("Cleeland, Ryan, Annals of the Academy of Medicine Singapore", 1994, False),
    digits=1,
    licence=SCORES_ONLY,
    items=7,
    completeness=N_("The mean of all 7 answers of the paper form."),
)


def _hads(code: str, title: str) -> Instrument:
    return Instrument(
        code=code,
        title=title,
        source=_HADS,
        high=21,
        licence=SCORES_ONLY,
        items=7,
        completeness=N_("The sum of all 7 answers of this part of the paper form."),
        cut_offs=(
            CutOff(8, N_("a possible case (8 to 10)"), _HADS),
            CutOff(11, N_("a probable case (11 or more)"), _HADS),
        ),
    )


HADS_A = _hads("hads-a", N_("HADS, anxiety"))
HADS_D = _hads("hads-d", N_("HADS, depression"))

PHQ_9 = Instrument(
    code="phq-9",
    title=N_("PHQ-9 total"),
    source=_PHQ9,
    high=27,
    items=9,
    completeness=N_("All 9 questions must be answered: a part of them gives no total."),
    cut_offs=(
        CutOff(5, N_("mild depression (5 to 9)"), _PHQ9),
        CutOff(10, N_("moderate depression (10 to 14)"), _PHQ9),
        CutOff(15, N_("moderately severe depression (15 to 19)"), _PHQ9),
        CutOff(20, N_("severe depression (20 or more)"), _PHQ9),
    ),
    loinc="44261-6",
)

PCS = Instrument(
    code="pcs",
    title=N_("PCS total"),
    source=_PCS,
    high=52,
    licence=SCORES_ONLY,
    items=13,
    completeness=N_("The sum of all 13 answers of the paper form."),
    cut_offs=(CutOff(30, N_("high catastrophising (30 or more)"), _PCS),),
)

PGIC = Instrument(
    code="pgic",
    title=N_("Impression of change"),
    source=Source("Guy, ECDEU Assessment Manual", 1976, confirmed=False),
    low=1,
    high=7,
    cut_offs=(
        CutOff(1, N_("an important improvement (1 or 2)"), _IMMPACT),
        CutOff(3, N_("no important improvement (3 or more)"), _IMMPACT),
    ),
)

PAIN = (NRS_NOW, NRS_WORST, NRS_LEAST, NRS_AVERAGE)
INSTRUMENTS: Mapping[str, Instrument] = {
    each.code: each
    for each in (
        *PAIN,
        DN4,
        NPSI_TOTAL,
        *NPSI_PARTS,
        BPI_INTERFERENCE,
        HADS_A,
        HADS_D,
        PHQ_9,
        PCS,
        PGIC,
    )
}
"""Every instrument whose scores are measurements, by its local code."""


def instrument(code: str) -> Instrument:
    """The instrument with this code, or a refusal."""
    found = INSTRUMENTS.get(code)
    if found is None:
        raise Invalid(N_("This is no score that the centre knows."), field="code")
    return found
