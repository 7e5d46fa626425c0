"""The ways to say no: each is a sentence that helps, and none carries patient data."""

from typing import Any


class Refused(Exception):
    """A refusal with a sentence in English (the key of its translation) and its parameters.

    `status` is the HTTP answer; `field` names the form field that the sentence belongs to.
    """

    status = 400

    def __init__(self, sentence: str, *, field: str = "", **parameters: Any) -> None:
        self.sentence, self.field, self.parameters = sentence, field, parameters
        super().__init__(sentence % parameters if parameters else sentence)


class RuleBroken(Refused):
    """The request is well formed, but a rule of the service forbids it."""

    status = 409


class Invalid(Refused):
    """A value that was entered breaks the rule that the sentence names."""

    status = 422


class NotFound(Refused):
    """There is no such thing, or this person may not know of it."""

    status = 404

    def __init__(self, sentence: str = "There is nothing at this address.") -> None:
        super().__init__(sentence)


class NotAllowed(Refused):
    """This person's role or unit does not allow it."""

    status = 403

    def __init__(self, sentence: str = "Your role does not allow this.") -> None:
        super().__init__(sentence)


class NotSignedIn(Refused):
    """Nobody is signed in, or no longer."""

    status = 401

    def __init__(self, sentence: str = "Please sign in first.") -> None:
        super().__init__(sentence)
