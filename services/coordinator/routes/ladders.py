"""JSON for the ladders: what counts now, its history, and another version of it."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel

from services.coordinator.actions import centre_ladders
from services.coordinator.actions import ladders_of_centre as actions
from services.coordinator.entries import BackToDefault, LadderEntry
from services.coordinator.rules.ladders import LADDERS, Ladder
from shared.web.doors import LookDep, WorkDep
from shared.work import Work

router = APIRouter(prefix="/api/ladders")


class DelayAnswer(BaseModel):
    """How long after the start: hours, or the morning or evening of a working day."""

    at: str
    count: float


class LadderAnswer(BaseModel):
    """A ladder with its source; `confirmed` says whether the centre works so."""

    name: str
    version: int
    is_default: bool
    source: str
    year: int
    confirmed: bool
    delays: dict[str, DelayAnswer]


class VersionAnswer(BaseModel):
    """Who wrote a version of a ladder when, and why."""

    version: int
    added_at: datetime
    added_by: str
    reason: str


class LadderWhole(LadderAnswer):
    """A ladder with the versions that the centre wrote, and the dates of an example."""

    versions: list[VersionAnswer]
    example: dict[str, datetime]


@router.get("")
def read_all(work: LookDep) -> list[LadderAnswer]:
    """Every ladder, as it counts for what is opened now."""
    return [_answer(name, version, ladder) for name, version, ladder in actions.everything(work)]


@router.get("/{name}")
def read_one(name: str, work: LookDep, unit: str = "") -> LadderWhole:
    """One ladder, its history, and its dates by the working days of a unit."""
    actions.may_write(work)
    plain = _now(work, name)
    rows = centre_ladders.history(work, name)
    _, ladder = actions.current(work, name)
    return LadderWhole(
        **plain.model_dump(),
        versions=[VersionAnswer(**row.model_dump(exclude={"id", "content"})) for row in rows],
        example=dict(actions.example(work, ladder, unit).moments),
    )


@router.post("/{name}")
def write(name: str, entry: LadderEntry, work: WorkDep) -> LadderAnswer:
    """Another version, for what is opened from now on."""
    actions.write(work, name, entry)
    return _now(work, name)


@router.post("/{name}/default")
def back_to_default(name: str, entry: BackToDefault, work: WorkDep) -> LadderAnswer:
    """The ladder that Relais proposes counts again."""
    actions.back_to_default(work, name, entry.reason, entry.version)
    return _now(work, name)


def _now(work: Work, name: str) -> LadderAnswer:
    return _answer(name, *actions.current(work, name))


def _answer(name: str, version: int, ladder: Ladder) -> LadderAnswer:
    delays = {moment: vars(one) for moment, one in actions.delays_of(ladder).items()}
    return LadderAnswer(
        name=name,
        version=version,
        is_default=ladder == LADDERS[name],
        source=ladder.source,
        year=ladder.year,
        confirmed=ladder.confirmed,
        delays={moment: DelayAnswer(**one) for moment, one in delays.items()},
    )
