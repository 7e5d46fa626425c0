"""Every address that the application answers, found in the application itself."""

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from uuid import UUID

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

ANY_ID = str(UUID(int=1))


class Address(NamedTuple):
    """One route: how it is called, and the function that answers."""

    method: str
    path: str
    endpoint: Callable[..., Any]

    @property
    def called(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def url(self) -> str:
        """The address with something in every place of its path."""
        return re.sub(r"\{[^}]+\}", ANY_ID, self.path)


def addresses(app: FastAPI) -> Iterator[Address]:
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if isinstance(route, APIRoute):
            for method in sorted(context.methods or ()):
                yield Address(method, str(context.path), route.endpoint)
