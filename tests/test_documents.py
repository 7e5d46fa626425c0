"""The documents say what is true: every file, command, setting and event that they name exists."""

import re
import tomllib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import services
from services.cli.main import PARTS, load
from shared.events import EVENTS
from shared.settings import Settings

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
INVENTED = "physiotherapist"
"""The service that the reader adds; it is there only in the text."""
PREFIX = "RELAIS_"
IN_WORDS = {"public_url", "smtp_url", "mail_bounces_address", "bounces_url"}
"""Settings whose default is told in words; so is that of every file."""

CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
SHELL = re.compile(r"^    (.+)$", re.M)
SETTING = re.compile(rf"\b{PREFIX}(?!TEST_)[A-Z_]+\b")
KIND = re.compile(r"[a-z_]+\.[a-z_]+")
ROW = re.compile(r"^\| *`([^`]+)` *\|(.*)\|$", re.M)


class Named(NamedTuple):
    """Something that a document names, and where."""

    text: str
    at: str


def in_documents(pattern: re.Pattern[str]) -> Iterator[Named]:
    """Everything in the documents that looks like this."""
    for file in DOCUMENTS:
        for match in pattern.finditer(file.read_text(encoding="utf-8")):
            yield Named(match[match.lastindex or 0], file.relative_to(ROOT).as_posix())


def section(file: str, title: str) -> str:
    """The text under one heading, up to the next one."""
    text = (ROOT / file).read_text(encoding="utf-8")
    found = re.search(rf"^#+ {re.escape(title)}\n(.*?)(?=^#|\Z)", text, re.M | re.S)
    assert found, f"{file} has no heading {title!r}"
    return found[1]


def rows(file: str, title: str) -> dict[str, list[str]]:
    """The table under a heading: what stands in code in its first column, and the other cells."""
    return {
        first: [cell.strip() for cell in rest.split("|")]
        for first, rest in ROW.findall(section(file, title))
    }


def top_folders() -> set[str]:
    """The folders of the project, without what a run leaves behind."""
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").replace("/", "").split()
    return {
        folder.name
        for folder in ROOT.iterdir()
        if folder.is_dir()
        and not folder.name.startswith((".", "_"))
        and folder.name not in ignored
        and any(file.is_file() for file in folder.rglob("*"))
    }


def test_the_readme_shows_every_folder_and_document() -> None:
    shown = set(LINK.findall(section("README.md", "Where to look next")))
    assert shown == top_folders() | {file.name for file in ROOT.glob("*.md")} - {"README.md"}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: file.name)
def test_links_lead_somewhere(document: Path) -> None:
    links = [
        link for link in LINK.findall(document.read_text(encoding="utf-8")) if "://" not in link
    ]
    assert [link for link in links if not leads_somewhere(document, link)] == []


def leads_somewhere(document: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = document.parent / path if path else document
    return target.exists() and (not anchor or anchor in anchors(target))


def anchors(document: Path) -> set[str]:
    """The addresses that headings get on the page."""
    titles = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_file_that_is_named_exists() -> None:
    ours = tuple(f"{folder}/" for folder in top_folders())
    named = [
        n
        for n in in_documents(CODE)
        if n.text.startswith(ours) and INVENTED not in n.text and " " not in n.text
    ]
    assert len(named) > 50
    assert [n for n in named if not (ROOT / n.text).exists()] == []


def test_every_make_command_exists() -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    named = list(in_documents(re.compile(r"(?:^    |`)make ([a-z-]+)", re.M)))
    assert {"run", "test", "check"} <= {n.text for n in named}
    assert [n for n in named if n.text not in targets] == []


def test_every_relais_command_exists() -> None:
    pattern = re.compile(r"(?:^    |`|bin/)relais ((?:[a-z]+\b ?)+[^`\n]*)", re.M)
    named = list(in_documents(pattern))
    assert {"up", "fhir"} <= {n.text.split()[0] for n in named}
    assert [n for n in named if not is_command(n.text.split())] == []


def is_command(words: list[str]) -> bool:
    """Whether the command line has these commands and options."""
    command: Any = load(words.pop(0)) if words and words[0] in PARTS else None
    while below := getattr(command, "commands", None):
        command = below.get(words.pop(0)) if words else None
    known = {option for parameter in command.params for option in parameter.opts} if command else ()
    return command is not None and {word for word in words if word.startswith("--")} <= set(known)


def test_every_module_that_is_run_exists() -> None:
    named = list(in_documents(re.compile(r"python -m ([a-z_]+\.[a-z_.]+)")))
    assert named
    assert [n for n in named if find_spec(n.text) is None] == []


def test_the_settings_are_those_that_there_are() -> None:
    listed = rows("README.md", "Settings")
    assert set(listed) == {PREFIX + name.upper() for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        if name not in IN_WORDS and not name.endswith("_file"):
            shown = str(field.default).lower() if field.annotation is bool else str(field.default)
            assert listed[PREFIX + name.upper()][0] == f"`{shown}`"


def test_every_setting_that_is_named_exists() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    assert [n for n in in_documents(SETTING) if n.text not in known] == []


def test_every_place_of_the_surroundings_that_is_named_exists() -> None:
    known = (ROOT / "tests" / "surroundings.py").read_text(encoding="utf-8")
    named = list(in_documents(re.compile(rf"{PREFIX}TEST_[A-Z_]*[A-Z]")))
    assert named
    assert [n for n in named if f'"{n.text}"' not in known] == []


def test_the_changelog_lists_the_vocabulary() -> None:
    assert set(rows("CHANGELOG.md", "Events")) == {kind for kind, _ in EVENTS}


def test_the_architecture_knows_who_hears_what() -> None:
    listed = rows("ARCHITECTURE.md", "The vocabulary")
    assert {kind: heard_by(cells[1]) for kind, cells in listed.items()} == hearers()


def test_the_architecture_knows_who_announces_what() -> None:
    listed = rows("ARCHITECTURE.md", "The vocabulary")
    plates = services.directory().plates
    for kind, cells in listed.items():
        named = set(re.findall(r"[a-z_]+", cells[0]))
        if named & {"discipline", "disciplines"}:
            named |= {plate.name for plate in plates if plate.takes_referrals}
        announcing = {p.name for p in plates if kind in {event.kind for event in p.announces}}
        assert named & {plate.name for plate in plates} == announcing, kind


def heard_by(cell: str) -> set[str]:
    return set(CODE.findall(cell)) or {cell} - {""}


def hearers() -> dict[str, set[str]]:
    """For each kind the services that hear it, or the field that names one; no coordinator."""
    house = [s for s in services.load_all() if s.plate.name != "coordinator"]
    heard: dict[str, set[str]] = {kind: set() for kind, _ in EVENTS}
    for service in house:
        for subscription in service.handlers.subscriptions():
            heard[subscription.kind].add(subscription.where or service.plate.name)
    everybody = {service.plate.name for service in house}
    return {kind: {"every service"} if who == everybody else who for kind, who in heard.items()}


def test_every_event_that_is_named_exists() -> None:
    kinds = {kind for kind, _ in EVENTS}
    subjects = {kind.partition(".")[0] for kind in kinds}
    named = [
        n
        for n in in_documents(CODE)
        if KIND.fullmatch(n.text) and n.text.partition(".")[0] in subjects
    ]
    assert [n for n in named if n.text not in kinds] == []


def test_every_service_and_contract_is_explained() -> None:
    folders = {f"services/{plate.name}" for plate in services.directory().plates}
    assert folders == set(rows("ARCHITECTURE.md", "The picture in five minutes"))
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    explained = set(CODE.findall(section("ARCHITECTURE.md", "The rules, and why")))
    assert {contract["id"] for contract in contracts} <= explained


def test_decisions_are_numbered_and_short() -> None:
    for number, file in enumerate(DECISIONS, 1):
        text = file.read_text(encoding="utf-8")
        assert file.name.startswith(f"{number:04}-")
        assert text.startswith(f"# {number}. ")
        assert text.count("\n") <= 35, file.name


@pytest.mark.parametrize("line", ["away", "fhir", "fhir post", "up --no-such-option", ""])
def test_a_command_that_is_not_there_is_found(line: str) -> None:
    assert not is_command(line.split())


@pytest.mark.parametrize("link", ["NOTHING.md", "README.md#nothing", "#no-such-heading"])
def test_a_link_into_nothing_is_found(link: str) -> None:
    assert not leads_somewhere(ROOT / "SECURITY.md", link)
