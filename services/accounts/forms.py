"""What is filled in or sent to accounts: one model for a page and for its JSON twin."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator
from pydantic_core.core_schema import ValidationInfo

from services.accounts.rules.units import Plan
from shared.events import Absence, Closure, MailWishes, Opening, WallTime
from shared.i18n import N_

Name = Annotated[str, Field(min_length=1, max_length=120)]
Email = Annotated[str, Field(min_length=3, max_length=254)]
# Longer than the rule allows, so that the rule can say so.
Secret = Annotated[SecretStr, Field(min_length=1, max_length=1000)]
Language = Literal["en", "fr"]
Theme = Literal["light", "auto", "dark"]
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2199, 12, 31))]
Zone = Annotated[str, Field(max_length=64)]


class Entry(BaseModel):
    """Nothing besides the fields is taken, and no value is quoted in an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class SignInForm(Entry):
    email: Email
    password: Secret


class MemberForm(Entry):
    name: Name
    email: Email
    roles: list[str] = Field(default=[], max_length=20)
    units: list[str] = Field(default=[], max_length=50)


class NewMemberForm(MemberForm):
    language: Language = "en"


class PasswordForm(Entry):
    current: Secret
    password: Secret


class JoinForm(Entry):
    password: Secret


class FirstJoinForm(JoinForm):
    name: Name
    email: Email
    language: Language = "en"


class _Again(Entry):
    """On a page the new password is typed twice, because it cannot be seen."""

    again: Secret

    @field_validator("again")
    @classmethod
    def _same(cls, again: SecretStr, info: ValidationInfo) -> SecretStr:
        if "password" in info.data and again != info.data["password"]:
            raise ValueError(N_("The two passwords are not the same."))
        return again


class PasswordPage(_Again, PasswordForm):
    pass


class JoinPage(_Again, JoinForm):
    pass


class FirstJoinPage(_Again, FirstJoinForm):
    pass


class PreferencesForm(Entry):
    language: Language | None = None
    theme: Theme | None = None


class MailWishesForm(Entry):
    """When mails come, and which; a box that is not ticked is not sent, and means no."""

    zone: Zone = ""
    digest_at: WallTime = MailWishes().digest_at
    quiet_from: WallTime = MailWishes().quiet_from
    quiet_until: WallTime = MailWishes().quiet_until
    appointments: bool = False
    daily_only: bool = False

    def mails(self) -> MailWishes:
        return MailWishes(**self.model_dump(exclude={"zone"}))


class AbsenceForm(Entry):
    """Days on which a member is away; without the last day only one."""

    begins: Day
    ends: Day | None = None
    deputy: UUID | None = None

    def absence(self) -> Absence:
        return Absence(begins=self.begins, ends=self.ends or self.begins, deputy=self.deputy)


class DisableForm(Entry):
    """`seen` is that of what follows, which the person had before the eyes."""

    seen: Annotated[str, Field(max_length=64)] = ""


class OpeningEntry(Entry):
    """Hours of a weekday; 0 is Monday."""

    weekday: Annotated[int, Field(ge=0, le=6)]
    opens: WallTime
    closes: WallTime


class HoursForm(Entry):
    """The hours of the week, the time zone, and what is done on public holidays."""

    zone: Zone = ""
    opening: list[OpeningEntry] = Field(default=[], max_length=28)
    public_holidays: bool = False

    def hours(self) -> tuple[Opening, ...]:
        return tuple(Opening(**each.model_dump()) for each in self.opening)


class ClosureForm(Entry):
    """Days on which a unit is closed; without the last day only one."""

    begins: Day
    ends: Day | None = None
    reason_code: Annotated[str, Field(max_length=64)] = "other"

    def closure(self) -> Closure:
        last = self.ends or self.begins
        return Closure(begins=self.begins, ends=last, reason_code=self.reason_code)


class EndForm(Entry):
    """From which day a unit is closed for good, and who takes over; nobody: the coordinator."""

    closed_from: Day
    successor: Annotated[str, Field(max_length=64)] = ""


class UnitForm(HoursForm):
    """Everything that is said of a unit."""

    public_holidays: bool = True
    closures: list[ClosureForm] = Field(default=[], max_length=100)
    closed_from: Day | None = None
    successor: Annotated[str, Field(max_length=64)] = ""

    def plan(self) -> Plan:
        return Plan(
            self.zone,
            self.hours(),
            self.public_holidays,
            tuple(each.closure() for each in self.closures),
            self.closed_from,
            self.successor,
        )


class SeenUnitForm(UnitForm):
    """The same, with what a preview of it said; without, it is changed at once."""

    seen: Annotated[str, Field(max_length=64)] = ""


def carried(plan: Plan) -> str:
    """A plan as a page carries it from its preview to the button that saves it."""
    return UnitForm.model_validate(vars(plan), from_attributes=True).model_dump_json()


class TokenForm(Entry):
    name: Name
    scopes: list[str] = Field(default=[], max_length=20)
