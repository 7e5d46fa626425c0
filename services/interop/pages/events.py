"""The events of the house for whoever builds on them: a page, JSON Schemas, AsyncAPI."""

from importlib.metadata import version
from itertools import groupby
from typing import Any

from fastapi import APIRouter, Response

from services.interop import describing
from services.interop.describing import Described
from shared.access.viewer import ADMINISTRATOR, COORDINATOR
from shared.errors import NotFound
from shared.running import RunningService
from shared.web.doors import LookDep, PlaceDep, ScreenDep
from shared.web.screen import Screen
from shared.work import Work

router = APIRouter(include_in_schema=False)

JSON, YAML, SCHEMA = "application/json", "application/yaml", "application/schema+json"


@router.get("/events")
def show_events(work: LookDep, place: PlaceDep, screen: ScreenDep) -> Response:
    """All events in groups, or the one that is asked for."""
    events = _events(work, place)
    asked = screen.query.get("event", "")
    if asked:
        return _show_event(screen, _named(events, asked))
    groups = [(name, list(ones)) for name, ones in groupby(events, lambda one: one.group)]
    return screen.render(
        "interop/events.html",
        groups=groups,
        outside=place.house.outside,
        envelope=describing.fields_of_envelope(),
    )


def _show_event(screen: Screen, one: Described) -> Response:
    return screen.render(
        "interop/event.html",
        one=one,
        fields=describing.fields_of(one.event),
        example=describing.as_json(describing.shown(one.event, one.source)),
        snippets=describing.snippets(one.event),
    )


@router.get("/asyncapi.json")
def asyncapi_as_json(work: LookDep, place: PlaceDep) -> Response:
    return Response(describing.as_json(_asyncapi(work, place)), media_type=JSON)


@router.get("/asyncapi.yaml")
def asyncapi_as_yaml(work: LookDep, place: PlaceDep) -> Response:
    return Response(describing.as_yaml(_asyncapi(work, place)), media_type=YAML)


@router.get("/schemas/{event}.json")
def show_schema(work: LookDep, place: PlaceDep, event: str) -> Response:
    """The form of one event's messages."""
    one = _named(_events(work, place), event)
    schema = describing.message_schema(one.event, one.source)
    return Response(describing.as_json(schema), media_type=SCHEMA)


def _asyncapi(work: Work, place: RunningService) -> dict[str, Any]:
    return describing.asyncapi(_events(work, place), place.settings, version("relais"))


def _events(work: Work, place: RunningService) -> list[Described]:
    work.require(COORDINATOR, ADMINISTRATOR)
    return describing.catalogue(place.house.services, place.house.outside)


def _named(events: list[Described], name: str) -> Described:
    for one in events:
        if one.name == name:
            return one
    raise NotFound
