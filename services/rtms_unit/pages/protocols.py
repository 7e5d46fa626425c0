"""Pages of protocols: the list, one version with every source, and writing a new one."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Response

from services.rtms_unit.actions import protocols as actions
from services.rtms_unit.forms import courses as forms
from services.rtms_unit.reading import protocols as reading
from services.rtms_unit.reading import shown as values
from services.rtms_unit.rules.protocols import DOSE, SHIPPED
from shared.discipline.pages import PageLook, PageWork
from shared.discipline.pages.shown import Errors, render
from shared.discipline.reading import require_colleague, require_reader
from shared.discipline.wording import language_of
from shared.i18n import N_, translator
from shared.web.doors import ScreenDep
from shared.web.screen import Screen
from shared.work import Work

router = APIRouter()
ROWS = 6
"""Phases that the form has room for."""


@router.get("/protocols")
def show_protocols(screen: ScreenDep, work: PageLook) -> Response:
    require_reader(work)
    shown = {**values.words(work), "protocols": reading.everything(work)}
    return screen.render("rtms_unit/protocols.html", **shown)


@router.get("/protocols/new")
def ask_for_protocol(screen: ScreenDep, work: PageLook, code: str = "") -> Response:
    """An empty form, or the newest version of a protocol to write the next one from."""
    found = _fields(work, forms.entered(reading.newest(work, code))) if code else {}
    return _form(screen, work, found)


@router.post("/protocols/new")
def add_protocol(screen: ScreenDep, work: PageWork) -> Response:
    entry, errors = screen.check(forms.ProtocolEntry, _nested(screen))
    if entry is not None:
        protocol = entry.protocol(actions.next_version(work, entry.code))
        _, errors = screen.attempt(work, lambda: actions.add(work, protocol))
        if not errors:
            return screen.go(_at(protocol.code, protocol.version), N_("The version is added."))
    return _form(screen, work, dict(screen.form), errors)


def _nested(screen: Screen) -> dict[str, Any]:
    """What was entered, with the rows of the dose and of the phases as lists of their own."""
    found: dict[str, Any] = {"dose": {}, "phases": {}}
    for name, text in screen.form.items():
        group, _, rest = name.partition(".")
        row, _, field = rest.partition(".")
        if not str(text).strip():
            continue
        if field and group in ("dose", "phases"):
            found[group].setdefault(row, {})[field] = text
        else:
            found[name] = text
    found["dose"] = {n: row for n, row in found["dose"].items() if row.keys() - {"confirmed"}}
    rows = sorted(found["phases"].items())
    found["phases"] = [row for _, row in rows if "title" in row or "sessions" in row]
    return found


@router.get("/protocols/{code}/{version}")
def show_protocol(code: str, version: int, screen: ScreenDep, work: PageLook) -> Response:
    require_reader(work)
    shown = {
        **values.words(work),
        "protocol": reading.find(work, code, version),
        "versions": reading.versions(work, code),
        "shipped": any((p.code, p.version) == (code, version) for p in SHIPPED),
    }
    return screen.render("rtms_unit/protocol.html", **shown)


def _form(
    screen: Screen, work: Work, found: Mapping[str, Any], errors: Errors | None = None
) -> Response:
    require_colleague(work)
    shown = {**values.words(work), "found": found, "dose_fields": DOSE, "phase_rows": range(ROWS)}
    return render(screen, "rtms_unit/protocol_form.html", shown, errors)


def _fields(work: Work, entry: forms.ProtocolEntry) -> dict[str, Any]:
    """The fields of the form with what is there, in the reader's language."""
    words = translator(language_of(work))

    def flat(prefix: str, row: Mapping[str, Any]) -> dict[str, Any]:
        return {f"{prefix}{name}": _text(words.gettext, value) for name, value in row.items()}

    whole = entry.model_dump()
    dose, phases = whole.pop("dose"), whole.pop("phases")
    found = flat("", whole)
    for name, row in dose.items():
        found |= flat(f"dose.{name}.", row)
    for number, row in enumerate(phases):
        found |= flat(f"phases.{number}.", row)
    return found


def _text(translate: Any, value: Any) -> Any:
    if isinstance(value, str):
        return translate(value) if value else ""
    if isinstance(value, bool):
        return "yes" if value else ""
    return f"{value:g}" if isinstance(value, float) else value


def _at(code: str, version: int) -> str:
    return f"/rtms_unit/protocols/{code}/{version}"
