"""What is filled in or sent to accounts: one model for a page and for its JSON twin."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator
from pydantic_core.core_schema import ValidationInfo

from shared.i18n import N_

Name = Annotated[str, Field(min_length=1, max_length=120)]
Email = Annotated[str, Field(min_length=3, max_length=254)]
# Longer than the rule allows, so that the rule can say so.
Secret = Annotated[SecretStr, Field(min_length=1, max_length=1000)]
Language = Literal["en", "fr"]
Theme = Literal["light", "auto", "dark"]


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


class TokenForm(Entry):
    name: Name
    scopes: list[str] = Field(default=[], max_length=20)
