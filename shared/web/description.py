"""The description of the JSON API, for members who write programs: OpenAPI, made from the doors."""

from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from shared.access.sign_in import cookie_name
from shared.settings import Settings
from shared.web.doors import Door, door_of

_PLACE = "#/components/schemas/{model}"


class Refusal(BaseModel):
    """Why not, as a sentence in the reader's language."""

    detail: str
    field: str
    """The field that the sentence is about; empty when it is about none."""


class Misplaced(BaseModel):
    """What is wrong with one value; the value itself is never repeated."""

    place: str
    sentence: str


class NotValid(BaseModel):
    """Every value that cannot be used."""

    detail: list[Misplaced]


_ANSWERS: Mapping[str, str] = {
    "400": "The request cannot be read.",
    "401": "Nobody is signed in.",
    "403": "It is not allowed, or came from another site.",
    "404": "It does not exist.",
    "409": "It can no longer be done, and why.",
    "413": "The request is too large.",
    "422": "Something is missing or cannot be used.",
    "429": "Too many attempts; wait.",
    "503": "Too busy; try again.",
}
"""The answers that any address may give besides its own."""


def describe(app: FastAPI, settings: Settings) -> dict[str, Any]:
    """OpenAPI of every address for programs: what its door asks, and how it may refuse."""
    described = app.openapi()
    described["components"]["securitySchemes"] = {
        "sign_in": {"type": "apiKey", "in": "cookie", "name": cookie_name(settings)},
        "service_token": {"type": "http", "scheme": "bearer"},
    }
    described["components"]["schemas"] |= _refusals()
    for operation, route in _operations(app, described["paths"]):
        operation["security"] = _asked(door_of(route.endpoint))
        own = {str(status) for status in route.responses}
        # Added here: said at each of some hundred routes it would slow down every start.
        operation["responses"] |= {s: _answer(s) for s in _ANSWERS if s not in own}
    return described


def _operations(app: FastAPI, paths: dict[str, Any]) -> Iterator[tuple[dict[str, Any], APIRoute]]:
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if isinstance(route, APIRoute) and str(context.path) in paths:
            for method in context.methods or ():
                yield paths[str(context.path)][method.lower()], route


def _asked(door: Door) -> list[dict[str, list[str]]]:
    if door.open:
        return []
    return [{"service_token": []} if door.scope else {"sign_in": []}]


def _answer(status: str) -> dict[str, Any]:
    models = ("NotValid", "Refusal") if status == "422" else ("Refusal",)
    shapes = [{"$ref": _PLACE.format(model=model)} for model in models]
    content = {"application/json": {"schema": {"anyOf": shapes}}}
    return {"description": _ANSWERS[status], "content": content}


def _refusals() -> dict[str, Any]:
    """The shapes of refusals, by their names."""
    kinds: list[tuple[type[BaseModel], Any]] = [(Refusal, "validation"), (NotValid, "validation")]
    _, shapes = models_json_schema(kinds, ref_template=_PLACE)
    found: dict[str, Any] = shapes["$defs"]
    return found
