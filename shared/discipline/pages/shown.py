"""What every page of a discipline has in its hands, and how it is filled."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends, Response

from shared.discipline import views
from shared.web.doors import LookDep, ScreenDep, WorkDep
from shared.web.screen import Screen
from shared.work import Work

Errors = Mapping[str, str]


def _in_the_language_shown(screen: ScreenDep, work: WorkDep) -> Work:
    """What is said in words is said in the language of the page, whatever the member's own is."""
    work.viewer = screen.viewer
    return work


def _look_in_the_language_shown(screen: ScreenDep, work: LookDep) -> Work:
    work.viewer = screen.viewer
    return work


PageWork = Annotated[Work, Depends(_in_the_language_shown)]
PageLook = Annotated[Work, Depends(_look_in_the_language_shown)]


def render(screen: Screen, template: str, values: views.Values, errors: Errors | None) -> Response:
    """A page; refused values come back as they were entered, each with its sentence."""
    status = 422 if errors else 200
    return screen.render(template, status, **values, errors=dict(errors or {}), given=screen.form)
