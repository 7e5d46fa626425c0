"""A clinical picture, as a person records it."""

from pydantic import BaseModel

from services.pain_physician.forms.fields import Month
from services.pain_physician.rules.assessment import Picture
from services.pain_physician.rules.way import TO_THE_CENTRE, Wandering
from shared.discipline.forms import Code, Text, Whole


class Assess(BaseModel):
    """A clinical picture. What was not asked is left out: it is never a zero."""

    cause: Code
    side: Code
    areas: list[Code] = []
    background: list[Code] = []
    paroxysms: list[Code] = []
    paroxysms_per_day: Whole | None = None
    evoked: list[Code] = []
    triggers: list[Code] = []
    work: Whole | None = None
    family: Whole | None = None
    own_life: Whole | None = None
    sleep: Whole | None = None
    mood: Whole | None = None
    nrs_worst: Whole | None = None
    nrs_least: Whole | None = None
    nrs_average: Whole | None = None
    dn4: Whole | None = None
    onset: Month = None
    first_consultation: Month = None
    diagnosis: Month = None
    referred_to_centre: Month = None
    note: Text = ""

    def picture(self) -> Picture:
        """The values that the rules look at."""
        life = {name: getattr(self, name.replace("-", "_")) for name in _LIFE}
        way = self.model_dump(include=set(TO_THE_CENTRE))
        rest = self.model_dump(
            exclude={"note", *TO_THE_CENTRE, *(name.replace("-", "_") for name in _LIFE)}
        )
        return Picture(
            **rest,
            life={name: value for name, value in life.items() if value is not None},
            wandering=Wandering(**way),
        )


_LIFE = ("work", "family", "own-life", "sleep", "mood")


class WayDates(BaseModel):
    """The dates of the way; an empty one of the last two follows from the record again."""

    onset: Month = None
    first_consultation: Month = None
    diagnosis: Month = None
    referred_to_centre: Month = None
    first_assessment: Month = None
    first_treatment: Month = None

    def way(self) -> Wandering:
        """The dates that the rules look at."""
        return Wandering(**self.model_dump())
