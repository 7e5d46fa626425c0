"""JSON for the board, a patient's story, the ledger, and what is decided about parked events."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from services.coordinator import answers, forms
from services.coordinator.actions import deliveries, parked, reading, story
from services.coordinator.actions.figures import Scope
from services.coordinator.rules.board import Filters, read_filters
from shared.access.viewer import COORDINATOR, PHYSICIAN
from shared.web.doors import LookDep, WorkDep

router = APIRouter()
Text = Annotated[str, Query(max_length=60)]


def _filters(  # noqa: PLR0917 - one for each name in the address
    work: LookDep,
    who: Text = "",
    show: Text = "",
    unit: Text = "",
    kind: Text = "",
    patient: Text = "",
    more: Text = "",
) -> Filters:
    """The same filters as those of the page, by the same names."""
    asked = {"who": who, "show": show, "unit": unit, "kind": kind, "patient": patient, "more": more}
    services = {plate.name for plate in work.directory.plates}
    return read_filters(asked, services, Scope.of(work.viewer).everything)


@router.get("/api/board")
def read_board(
    work: LookDep, filters: Annotated[Filters, Depends(_filters)]
) -> answers.BoardAnswer:
    """What is owed now, in groups; without a coordinator's role what concerns the own units."""
    board = reading.read_board(work, filters, Scope.of(work.viewer))
    names = dict(board.names)
    return answers.BoardAnswer(
        groups={
            group: [answers.owed(row, names) for row in rows]
            for group, rows in board.groups.items()
        },
        totals=dict(board.totals),
        numbers={name: n for name, n in board.figures.items() if isinstance(n, int)},
        down=[
            answers.Down(
                service=light.service,
                since=light.beat_at,
                kept=board.outages.kept.get(light.service, 0),
            )
            for light in board.outages.down
        ],
        broker_away_since=board.outages.broker_since,
    )


@router.get("/api/patients/{patient_id}/story")
def read_story(patient_id: UUID, work: WorkDep, after: UUID | None = None) -> answers.StoryAnswer:
    """What happened with a patient, newest first, and which services know each event."""
    work.require(COORDINATOR, PHYSICIAN)
    work.audit("read-record", patient_id)
    told = story.read_story(work, patient_id, after)
    return answers.StoryAnswer(
        lines=[answers.StoryLine(**answers.event(e), words=e.words) for e in told.lines],
        after=told.after,
    )


@router.get("/api/ledger")
def read_ledger(  # noqa: PLR0917 - one for each name in the address
    work: LookDep,
    service: Text = "",
    state: Text = "",
    kind: Text = "",
    patient: Text = "",
    after: Text = "",
) -> answers.LedgerAnswer:
    """The newest events, and what became of each at every subscriber."""
    work.require(COORDINATOR)
    query = {"service": service, "state": state, "kind": kind, "patient": patient, "after": after}
    ledger = deliveries.read_ledger(work, deliveries.read_asked(work, query))
    return answers.LedgerAnswer(
        lines=[answers.EventAnswer(**answers.event(line)) for line in ledger.lines],
        after=ledger.after,
        lights=[answers.LightAnswer(**vars(light)) for light in ledger.lights],
        counts=dict(ledger.counts),
    )


@router.get("/api/parked")
def read_parked(work: LookDep) -> list[answers.ParkedAnswer]:
    """What services could not apply, the oldest first: a person has to decide."""
    return [answers.ParkedAnswer(**vars(row)) for row in parked.read_parked(work)]


@router.post("/api/parked/{event_id}/{subscriber}/retry", status_code=202)
def retry_parked(event_id: UUID, subscriber: str, work: WorkDep) -> answers.DecisionAnswer:
    """Have it tried again now; what became of it is seen in the ledger."""
    parked.retry(work, event_id, subscriber)
    return answers.DecisionAnswer(event_id=event_id, subscriber=subscriber, asked="retry")


@router.post("/api/parked/{event_id}/{subscriber}/skip", status_code=202)
def skip_parked(
    event_id: UUID, subscriber: str, entry: forms.Skip, work: WorkDep
) -> answers.DecisionAnswer:
    """Pass over it for good, with a reason; nobody can take this back."""
    parked.skip(work, event_id, subscriber, entry.reason)
    return answers.DecisionAnswer(event_id=event_id, subscriber=subscriber, asked="skip")
