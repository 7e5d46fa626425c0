"""`relais verify`: whether the books of all services agree, while they work."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Engine
from sqlmodel import Session

from services.cli.opening import Centre, Data, centre, stop
from shared.access import audit
from shared.backbone.verify import Report, examine, standing_still
from shared.running import RunningService

Anchors = Annotated[
    Path | None,
    typer.Option(help="File that keeps the ends of the audits elsewhere: compared, then renewed."),
]


@dataclass
class Said:
    """What is told of a check, as JSON or in sentences."""

    problems: list[str]
    under_way: list[str]
    notices: list[str]
    compared: dict[str, int]
    ends: dict[str, str] = field(default_factory=dict)


def verify(
    settled: Annotated[
        bool, typer.Option("--settled", help="Nothing may be under way any more.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Say it as JSON.")] = False,
    anchors: Anchors = None,
    data: Data = None,
) -> None:
    """Compare what was announced with what was applied, and check every audit; changes nothing.

    It ends with 0 when all is well, 1 when there is a problem, 2 when it cannot look.
    """
    with centre(data) as house:
        said = _examine(house, settled, _read(anchors))
    _tell(said, as_json)
    if anchors and not said.problems:
        anchors.write_text(json.dumps(said.ends, indent=1) + "\n", encoding="utf-8")
    raise typer.Exit(1 if said.problems else 0)


def _examine(house: Centre, settled: bool, before: dict[str, str]) -> Said:
    report = examine(house.readers, settled=settled, outside=house.outside, tell=_progress)
    said = _said(report)
    for service, engine in house.readers.items():
        _progress(f"{service}: its audit")
        found, end = _audit(engine, before.get(service, ""))
        said.problems += [f"{service}: {sentence}" for sentence in found]
        said.ends[service] = end
        said.problems += [f"{service}: {sentence}" for sentence in _asked(house, service)]
    return said


def _asked(house: Centre, service: str) -> list[str]:
    """What the service itself says of what must always be true in it."""
    checks = house.services[service].checks
    if checks is None:
        return []
    running = RunningService(house.services[service], house.house)
    try:
        with running.look() as work:
            return checks(work)
    finally:
        running.close()


def _said(report: Report) -> Said:
    return Said(
        report.problems,
        list(report.told("under way")),
        list(report.told("notice")),
        dict(report.compared),
    )


def _audit(engine: Engine, before: str) -> tuple[list[str], str]:
    """What is wrong with the audit of a service, and its end."""
    with standing_still(engine) as connection, Session(connection) as session:
        return audit.check(session, before), audit.anchor(session)


def _read(anchors: Path | None) -> dict[str, str]:
    """The ends of the audits as they were; none when the file is new."""
    if anchors is None or not anchors.exists():
        return {}
    try:
        ends = json.loads(anchors.read_text(encoding="utf-8"))
        return {str(service): str(end) for service, end in ends.items()}
    except (OSError, ValueError, AttributeError):
        stop(f"{anchors} is no file of ends that relais verify has written.")


def _progress(sentence: str) -> None:
    """Only for a person who waits: not into a pipe or a log."""
    if typer.get_text_stream("stderr").isatty():
        typer.echo(sentence, err=True)


def _tell(said: Said, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(asdict(said), indent=1))
        return
    for sentence in _sentences(said):
        typer.echo(sentence)


def _sentences(said: Said) -> Iterator[str]:
    yield from (f"PROBLEM  {sentence}" for sentence in said.problems)
    yield from (f"notice   {sentence}" for sentence in said.notices)
    yield from (f"under way  {sentence}" for sentence in said.under_way)
    counted = ", ".join(f"{count:,} {what}" for what, count in said.compared.items())
    verdict = "There are problems" if said.problems else "The books agree"
    yield f"{verdict}: {counted or 'nothing was announced yet'}."
