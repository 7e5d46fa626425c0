"""Reads docker-compose.yml as an engine does: anchors merged, and every variable filled in."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
COMPOSE = ROOT / "docker-compose.yml"
_VARIABLE = re.compile(r"\$(?:\$|\{(\w+)(?:(:-|:\?)([^}]*))?\})")


class Unanswered(Exception):
    """A variable without which nothing may start: what the file says about it."""


def resolved(text: str, answers: Mapping[str, str]) -> dict[str, Any]:
    """The whole file, with the answers of `.env` in it."""
    filled: dict[str, Any] = _filled(yaml.safe_load(text), answers)
    return filled


def _filled(value: Any, answers: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(inner, answers) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, answers) for inner in value]
    if isinstance(value, str):
        return _VARIABLE.sub(lambda found: _answer(found, answers), value)
    return value


def _answer(found: re.Match[str], answers: Mapping[str, str]) -> str:
    name, otherwise, words = found[1], found[2], found[3]
    if name is None:  # two dollars are one
        return "$"
    answer = answers.get(name, "")
    if otherwise and not answer:
        if otherwise == ":?":
            raise Unanswered(words)
        return str(words)
    return answer
