"""What one discipline adds to the work that all disciplines do alike: its own rules and panels.

A service that needs it has a file `practice.py` with `practice = <a subclass>()`. The actions of
all disciplines ask it, so that a rule of the service holds whichever way the work came in.
"""

from typing import Any, NamedTuple
from uuid import UUID

from shared.discipline.tables import CareSession, Measurement, Referral
from shared.work import Work


class Panel(NamedTuple):
    """A part of a page: its template, and what the template finds under the name `panel`."""

    template: str
    values: dict[str, Any]


class Practice:
    """What a discipline does not say is as it is for all: nothing is refused, nothing follows.

    `before` is asked, with nothing changed yet, when a person or a program wants to accept,
    decline, ask, resume, withdraw, tell, book or complete-referral (about a referral), and to
    move, arrive, complete, interrupt, miss or cancel (about a session). What is only heard from
    others is never refused. `after` follows accept, withdraw, complete-referral, book and every
    verb about a session, also when it follows from an event.
    """

    instruments: tuple[str, ...] = ()
    """The codes of the scores that are entered here; `forms` are those of open forms."""
    forms: tuple[str, ...] = ()

    def before(
        self, work: Work, verb: str, referral: Referral, session: CareSession | None = None
    ) -> None:
        """Raise `RuleBroken` if this must not be done. Nothing was changed yet."""

    def after(
        self, work: Work, verb: str, referral: Referral, session: CareSession | None = None
    ) -> None:
        """What follows from it, in the same transaction."""

    def measured(self, work: Work, measurement: Measurement) -> None:
        """What follows from a score that was recorded here, or that was heard of."""

    def concerned(self, work: Work, referral: Referral, concern_id: UUID, reason_code: str) -> None:
        """What follows from a concern that was raised here; no service hears its own events."""

    def panels(
        self,
        work: Work,  # noqa: ARG002 - for others
        referral: Referral,  # noqa: ARG002
    ) -> list[Panel]:
        """What the page of a referral shows besides."""
        return []

    def session_panels(
        self,
        work: Work,  # noqa: ARG002 - for others
        session: CareSession,  # noqa: ARG002
    ) -> list[Panel]:
        """What the page of a session shows besides."""
        return []


def practice_of(work: Work) -> Practice:
    """That of the service that works; the one that adds nothing, if it has none."""
    return work.practice if isinstance(work.practice, Practice) else Practice()
