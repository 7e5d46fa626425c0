"""The events of the house, described for whoever builds on them: page, schemas, AsyncAPI."""

import json
from typing import Any

import yaml

from services.interop.describing.asyncapi import asyncapi
from services.interop.describing.catalogue import Described, catalogue
from services.interop.describing.examples import shown
from services.interop.describing.reading import Snippet, fields_of, fields_of_envelope, snippets
from services.interop.describing.schemas import message_schema

__all__ = [
    "Described",
    "Snippet",
    "as_json",
    "as_yaml",
    "asyncapi",
    "catalogue",
    "fields_of",
    "fields_of_envelope",
    "message_schema",
    "shown",
    "snippets",
]


def as_json(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def as_yaml(document: dict[str, Any]) -> str:
    """The same document as YAML, without the short hands that few programs read."""
    plain = json.loads(json.dumps(document))
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)  # the quick one, where it was built
    return str(yaml.dump(plain, Dumper=dumper, sort_keys=False, allow_unicode=True, width=100))
