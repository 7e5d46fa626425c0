"""JSON for programs: the protocols, and adding one."""

from collections.abc import Sequence

from fastapi import APIRouter

from services.rtms_unit.actions import protocols as actions
from services.rtms_unit.forms import courses as forms
from services.rtms_unit.reading import protocols
from services.rtms_unit.rules.protocols import Protocol
from shared.discipline.reading import require_reader
from shared.web.doors import LookDep, WorkDep

router = APIRouter()


@router.get("/protocols")
def list_protocols(work: LookDep) -> Sequence[Protocol]:
    """The newest version of every protocol."""
    require_reader(work)
    return protocols.everything(work)


@router.get("/protocols/{code}/{version}")
def show_protocol(code: str, version: int, work: LookDep) -> Protocol:
    require_reader(work)
    return protocols.find(work, code, version)


@router.post("/protocols", status_code=201)
def add_protocol(entry: forms.ProtocolEntry, work: WorkDep) -> Protocol:
    """A protocol of the centre, or the next version of one."""
    protocol = entry.protocol(actions.next_version(work, entry.code))
    actions.add(work, protocol)
    return protocol
