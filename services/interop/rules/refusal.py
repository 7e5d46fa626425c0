"""How a message from outside is refused: what is wrong and where, never what stands there."""

from dataclasses import dataclass

TAKEN = 200
BAD_REQUEST = 400
NOT_FOUND = 404
CONFLICT = 409
WRONG_FORMAT = 415
NOT_TAKEN = 422


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, for an `OperationOutcome.issue`.

    `code` is FHIR's IssueType, `expression` the place in FHIRPath, `sentence` a constant text
    (so that it can be translated and never repeats what the sender wrote), `position` a line and
    column where the text could not even be read, `header` the HTTP header that is wrong.
    """

    status: int
    code: str
    expression: str
    sentence: str
    position: str = ""
    header: str = ""

    @property
    def diagnostics(self) -> str:
        return f"{self.sentence} ({self.position})" if self.position else self.sentence


class MessageRefused(Exception):
    """The message is not taken. The first fault decides the answer; all of them are named."""

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults
        super().__init__(faults[0].sentence)

    @property
    def status(self) -> int:
        return self.faults[0].status

    @property
    def code(self) -> str:
        return self.faults[0].code

    @property
    def expression(self) -> str:
        return self.faults[0].expression

    @property
    def sentence(self) -> str:
        return self.faults[0].sentence


def malformed(
    expression: str, sentence: str, code: str = "structure", position: str = ""
) -> MessageRefused:
    """The text is not a FHIR message at all: 400."""
    return MessageRefused(Fault(BAD_REQUEST, code, expression, sentence, position))


def not_taken(expression: str, sentence: str, code: str = "not-supported") -> MessageRefused:
    """The message is understood, and Relais does not act on it: 422."""
    return MessageRefused(Fault(NOT_TAKEN, code, expression, sentence))
