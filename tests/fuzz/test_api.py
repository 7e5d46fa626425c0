"""A program sends anything to every address of the API: no answer is a failure of ours."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias, cast

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import BaseSchema, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import (
    GenerationConfig,
    ProjectConfig,
    ProjectsConfig,
    SchemathesisConfig,
)
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from structlog.testing import capture_logs
from structlog.typing import EventDict

from shared.web.description import describe
from tests.clinic import Clinic
from tests.fuzz.practice import in_the_middle
from tests.fuzz.program import AnyCase, Program
from tests.web.doors_of import addresses

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
Operation: TypeAlias = APIOperation[Any, Any, Any, Any]

EXAMPLES = 12


@pytest.fixture(scope="module")
def practice(staffed_house: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    """A clinic on a busy day."""
    folder = tmp_path_factory.mktemp("practice") / "house"
    shutil.copytree(staffed_house, folder)
    clinic = Clinic(folder)
    clinic.know_staff((folder / "members").read_text())
    in_the_middle(clinic)
    yield clinic
    clinic.close()


@pytest.fixture(scope="module")
def recorded() -> Iterator[list[EventDict]]:
    """What Relais writes into its log meanwhile."""
    with capture_logs() as logs:
        yield logs


@pytest.fixture(scope="module")
def program(practice: Clinic, recorded: list[EventDict]) -> Program:
    assert recorded == []
    return Program(practice)


@pytest.fixture(scope="module")
def api(practice: Clinic) -> BaseSchema:
    """What Relais says of its own API; what all disciplines share is tried in one of them."""
    described = describe(practice.app, practice.settings)
    schema = schemathesis.openapi.from_dict(each_once(practice, described), config=careful())
    schema.app = practice.app
    return schema


def each_once(clinic: Clinic, described: dict[str, Any]) -> dict[str, Any]:
    """Of the addresses at which the same function answers, only the last."""
    seen = set[tuple[object, str]]()
    for one in reversed(list(addresses(clinic.app))):
        if one.path in described["paths"] and (one.endpoint, one.method) in seen:
            described["paths"][one.path].pop(one.method.lower())
        seen.add((one.endpoint, one.method))
    return described


def careful() -> SchemathesisConfig:
    generation = GenerationConfig(with_security_parameters=False)
    return SchemathesisConfig(projects=ProjectsConfig(default=ProjectConfig(generation=generation)))


@pytest.mark.parametrize("mode", GenerationMode)
def test_whatever_is_sent_is_answered(
    mode: GenerationMode, api: BaseSchema, program: Program, subtests: pytest.Subtests
) -> None:
    """By a status that is described, in the form that is described, and never by a failure."""
    for operation in operations(api, mode):
        with subtests.test(operation.label):
            try_out(operation, mode, program)


def operations(api: BaseSchema, mode: GenerationMode) -> Iterator[Operation]:
    """Where nothing is taken, nothing can be wrong."""
    for found in api.get_all_operations():
        operation = cast(Operation, found.ok())  # type: ignore[union-attr]
        if mode is GenerationMode.POSITIVE or operation.body or any(operation.iter_parameters()):
            yield operation


def try_out(operation: Operation, mode: GenerationMode, program: Program) -> None:
    """The same requests every time: right ones or wrong ones, as the mode says."""

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def sent(case: AnyCase) -> None:
        case.validate_response(program.send(case), checks=CHECKS)

    sent()


def test_what_was_sent_has_done_no_harm(
    practice: Clinic, program: Program, recorded: list[EventDict]
) -> None:
    """Most operations were carried out, not only refused, and every service applied what came."""
    sent = {label for label, _ in program.answers}
    done = {label for label, status in program.answers if status < 300}
    assert len(done) > 0.7 * len(sent), sorted(sent - done)
    practice.settle()
    assert practice.verify() == []
    assert [log for log in recorded if log["log_level"] == "error"] == []
