"""A patient's record is changed twice at the same moment: the second one sees the first."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from sqlmodel import col, select

from services.pain_physician import forms
from services.pain_physician.actions.standing import announce_change, set_standing
from shared import patients
from shared.backbone.tables import EventRow
from shared.errors import RuleBroken
from shared.events import Identity
from shared.identifiers import new_id
from shared.running import RunningService
from tests.discipline.test_two_at_once import comes_up
from tests.side_by_side import service_alone
from tests.surroundings import POSTGRES

pytestmark = pytest.mark.postgres


@pytest.fixture
def server() -> Iterator[psycopg.Connection]:
    """A connection that sees who waits for whom."""
    with closing(psycopg.connect(POSTGRES, autocommit=True)) as connection:
        yield connection


@pytest.fixture
def physician(server: psycopg.Connection, tmp_path: Path) -> Iterator[RunningService]:
    with service_alone("pain_physician", server, tmp_path) as running:
        yield running


@pytest.fixture
def patient_id(physician: RunningService) -> UUID:
    with physician.work() as work:
        return patients.store(work, new_id(), Identity(family="Martin")).id


def died(physician: RunningService, patient_id: UUID) -> None:
    """The page has loaded the record before it asks for the change."""
    with physician.work() as work:
        shown = patients.read(work, patient_id)
        entry = forms.Stand(
            status="deceased",
            on=work.today,
            reason="Her son called.",
            version=shown.version,
            sure=True,
        )
        set_standing(work, patient_id, entry)


def test_who_saw_an_older_record_is_refused(
    physician: RunningService, patient_id: UUID, server: psycopg.Connection
) -> None:
    said = list[str]()

    def second() -> None:
        try:
            died(physician, patient_id)
        except RuleBroken as refused:
            said.append(str(refused))

    with comes_up(server, second), physician.work() as work:
        patients.store(work, patient_id, Identity(family="Martin", given="Jeanne"))
        work.session.flush()
    assert said == ["Somebody changed this record after you opened the page. Please look again."]


def test_a_corrected_name_brings_nobody_back_who_died_meanwhile(
    physician: RunningService, patient_id: UUID, server: psycopg.Connection
) -> None:
    def correct() -> None:
        with physician.work() as work:
            named = Identity(family="Martin", given="Jeanne")
            announce_change(work, patients.store(work, patient_id, named))

    with comes_up(server, correct):
        died(physician, patient_id)
    with physician.look() as work:
        told = work.all(select(EventRow.body).order_by(col(EventRow.id)))
    assert ['"status":"deceased"' in body for body in told] == [True, True]
