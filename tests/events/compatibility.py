"""What may change in the form of a released event: a new optional field, and nothing else."""

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]

WORDS = {"description", "title", "examples"}
"""These explain a form and do not change it."""
NAMED = {"properties", "$defs"}
"""Under these stand the names of fields and forms; a new one there harms nobody."""


def form(schema: Any) -> Any:
    """The same schema without the words that only explain it."""
    if isinstance(schema, list):
        return [form(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    bare = {word: form(value) for word, value in schema.items() if word not in WORDS}
    for word in NAMED & schema.keys():  # a field may well be called "title"
        bare[word] = {name: form(value) for name, value in schema[word].items()}
    if "required" in bare:
        bare["required"] = sorted(bare["required"])
    return bare


def breaks(released: Any, today: Any, at: str = "", *, names: bool = False) -> list[str]:
    """Where the form of today is not the released one, apart from new optional fields."""
    if isinstance(released, dict) and isinstance(today, dict):
        return list(_in_object(released, today, at, names))
    return [] if released == today else [f"{at or 'the event'} has changed"]


def _in_object(released: Schema, today: Schema, at: str, names: bool) -> Iterator[str]:
    for word in sorted(released.keys() | today.keys()):
        place = f"{at}.{word}".lstrip(".")
        if word not in today:
            yield f"{place} is gone"
        elif word in released:
            inside = not names and word in NAMED
            yield from breaks(released[word], today[word], place, names=inside)
        elif not names:
            yield f"{place} is new"
