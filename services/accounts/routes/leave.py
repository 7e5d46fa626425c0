"""Leave for programs: who is away when, and who stands in."""

from datetime import date
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from services.accounts import actions, forms
from shared.web.doors import LookDep, WorkDep

router = APIRouter()


class Days(BaseModel):
    """Some days in a row, both ends included."""

    first: date
    last: date


class ShownAbsence(BaseModel):
    """An absence, who stands in, and the days to come on which nobody does."""

    member_id: UUID
    begins: date
    ends: date
    deputy: UUID | None
    deputies: list[str]
    nobody: list[Days]

    @classmethod
    def of(cls, away: actions.Away) -> "ShownAbsence":
        return cls(
            member_id=away.member.id,
            **away.absence.model_dump(),
            deputies=list(away.deputies),
            nobody=[Days(first=first, last=last) for first, last in away.nobody],
        )


class Removed(BaseModel):
    """What puts the absence back, at `/absences/{removed_id}/restore`."""

    removed_id: UUID


@router.get("/absences")
def list_absences(work: LookDep) -> list[ShownAbsence]:
    """Whoever is away today or later."""
    return [ShownAbsence.of(away) for away in actions.who_is_away(work)]


@router.get("/members/{member_id}/absences")
def list_own(work: LookDep, member_id: UUID) -> list[ShownAbsence]:
    """The absences of a member that have not ended."""
    return [ShownAbsence.of(away) for away in actions.absences_ahead(work, member_id)]


@router.post("/members/{member_id}/absences", status_code=201)
def enter(work: WorkDep, member_id: UUID, entry: forms.AbsenceForm) -> ShownAbsence:
    """The member is away on these days."""
    return ShownAbsence.of(actions.enter_absence(work, member_id, entry.absence()))


@router.put("/members/{member_id}/absences/{begins}")
def correct(work: WorkDep, member_id: UUID, begins: date, entry: forms.AbsenceForm) -> ShownAbsence:
    """Other days or another deputy, instead of the absence that begins on this day."""
    absence = entry.absence()
    return ShownAbsence.of(actions.enter_absence(work, member_id, absence, instead_of=begins))


@router.post("/members/{member_id}/absences/{begins}/remove")
def remove(work: WorkDep, member_id: UUID, begins: date) -> Removed:
    """The member is there after all."""
    return Removed(removed_id=actions.remove_absence(work, member_id, begins).id)


@router.post("/absences/{removed_id}/restore", status_code=204)
def restore(work: WorkDep, removed_id: UUID) -> None:
    """Put a removed absence back."""
    actions.restore_absence(work, removed_id)
