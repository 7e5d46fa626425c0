"""Pages of the ladders: all of them with their sources, and one that can be changed."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Response

from services.coordinator.actions import centre_ladders
from services.coordinator.actions import ladders_of_centre as actions
from services.coordinator.actions.history import member_in
from services.coordinator.actions.reading import names_of
from services.coordinator.entries import BackToDefault, LadderEntry, LadderSketch
from services.coordinator.rules import board, ladders
from services.coordinator.rules.ladders import LADDERS, Ladder
from shared.errors import Refused
from shared.i18n import N_
from shared.web import sentences
from shared.web.doors import LookDep, ScreenDep, WorkDep
from shared.web.screen import Screen
from shared.work import Work

router = APIRouter()
Errors = Mapping[str, str]
MOMENTS: Mapping[str, str] = {
    actions.DUE: N_("Due"),
    actions.LATE: N_("Late"),
    **ladders.STEPS,
    actions.REPEAT: N_("Told again after"),
}


@router.get("/ladders")
def show_ladders(screen: ScreenDep, work: LookDep) -> Response:
    rows = [(name, _title(name), ladder) for name, _, ladder in actions.everything(work)]
    return screen.render("coordinator/ladders.html", **_words(), rows=rows)


@router.get("/ladders/{name}")
def show_ladder(name: str, screen: ScreenDep, work: LookDep) -> Response:
    actions.may_write(work)
    return _page(screen, work, name)


@router.post("/ladders/{name}")
def change(name: str, screen: ScreenDep, work: WorkDep) -> Response:
    """Save it, or only look at the dates that it would give."""
    actions.may_write(work)
    actions.current(work, name)
    if screen.form.get("look"):
        sketch, errors = screen.check(LadderSketch, _nested(screen, LadderSketch))
        ladder, errors = _tried(screen, name, sketch) if sketch else (None, errors)
        return _page(screen, work, name, errors, ladder)
    entry, errors = screen.check(LadderEntry, _nested(screen, LadderEntry))
    if entry is not None:
        _, errors = screen.attempt(work, lambda: actions.write(work, name, entry))
    if errors:
        return _page(screen, work, name, errors)
    return screen.go(_address(name), N_("What is opened from now on climbs this ladder."))


@router.post("/ladders/{name}/default")
def back_to_default(name: str, screen: ScreenDep, work: WorkDep) -> Response:
    actions.may_write(work)
    entry, errors = screen.read(BackToDefault)
    if entry is not None:
        _, errors = screen.attempt(
            work, lambda: actions.back_to_default(work, name, entry.reason, entry.version)
        )
    if errors:
        return _page(screen, work, name, errors)
    return screen.go(_address(name), N_("What is opened from now on climbs this ladder."))


def _tried(screen: Screen, name: str, entry: LadderSketch) -> tuple[Ladder | None, dict[str, str]]:
    """The ladder as it was filled in, not kept; or why it cannot be."""
    try:
        return actions.drawn(name, entry), {}
    except Refused as refusal:
        return None, {refusal.field: sentences.say(refusal, screen.language)}


def _nested(screen: Screen, form: type[LadderSketch]) -> dict[str, Any]:
    """What was filled in, with the two parts of each delay together."""
    found: dict[str, Any] = {"delays": {}}
    for name, text in screen.form.items():
        moment, _, part = name.partition(".")
        if part and moment in MOMENTS:
            found["delays"].setdefault(moment, {})[part] = text
        elif name in form.model_fields and str(text).strip():
            found[name] = text
    return found


def _page(
    screen: Screen,
    work: Work,
    name: str,
    errors: Errors | None = None,
    tried: Ladder | None = None,
) -> Response:
    version, ladder = actions.current(work, name)
    unit = _unit(screen, work)
    return screen.render(
        "coordinator/ladder.html",
        status=(409 if "" in errors else 422) if errors else 200,
        **_words(),
        **_history(work, name),
        ladder_name=name,
        title=_title(name),
        version=version,
        ladder=ladder,
        delays=actions.delays_of(ladder),
        is_default=ladder == LADDERS[name],
        example=actions.example(work, tried or ladder, unit),
        unit=unit,
        units=screen.directory.taking_referrals(),
        given=screen.form,
        errors=errors or {},
    )


def _unit(screen: Screen, work: Work) -> str:
    """The unit whose working days the example counts; the centre's, where none was chosen."""
    asked = str(screen.form.get("unit", ""))
    known = {plate.name for plate in work.directory.taking_referrals()}
    return asked if asked in known else ""


def _history(work: Work, name: str) -> Mapping[str, Any]:
    """Every version that the centre wrote, with what it changed and who wrote it."""
    rows = centre_ladders.history(work, name)
    written = [*(centre_ladders.read(row) for row in rows), LADDERS[name]]
    members = {member_in(row.added_by) for row in rows}
    return {
        "versions": list(zip(rows, written[:-1], actions.differences(written), strict=True)),
        "names": names_of(work, {member for member in members if member}),
        "member_in": member_in,
        "delays_of": actions.delays_of,
    }


def _words() -> Mapping[str, Any]:
    return {
        "moments": MOMENTS,
        "kinds_of_delay": ladders.MOMENTS,
        "moments_of": actions.moments_of,
        "delays_in": actions.delays_of,
    }


def _title(name: str) -> str:
    what, urgent = ladders.kind_of(name)
    own = _URGENT_TITLES if urgent else board.TITLES
    return own.get(what, board.TITLES[what])


_URGENT_TITLES: Mapping[str, str] = {
    **board.URGENT_TITLES,
    "answer-referral": N_("Answer an urgent referral"),
}


def _address(name: str) -> str:
    return f"/coordinator/ladders/{name}"
