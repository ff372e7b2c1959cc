"""Whether a draft has the rough shape that changing it part by part needs; what is written as a whole may lack it."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import jsonschema_rs

from services.definitions.values import depth_of

_MOST_DEPTH: Final = 40
_TEXTS: Final = {"type": "object", "additionalProperties": {"type": "string"}}
_OBJECT: Final = {"type": "object"}
_NODE: Final = {
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "format": {"type": "string"},
        "properties": {"type": "object", "additionalProperties": {"$ref": "#/$defs/node"}},
        "required": {"type": "array", "items": {"type": "string"}},
        "items": {"$ref": "#/$defs/node"},
        "oneOf": {"type": "array", "items": {"type": "object", "properties": {"x-label": _TEXTS}}},
        "x-label": _TEXTS,
        "x-help": _TEXTS,
        "minimum": {"type": "number"},
        "maximum": {"type": "number"},
        "maxLength": {"type": "integer"},
    },
}
_ELEMENT: Final = {
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "scope": {"type": "string", "pattern": "^#(/properties/[^/]+)+$"},
        "label": _TEXTS,
        "rule": _OBJECT,
        "elements": {"type": "array", "items": {"$ref": "#/$defs/element"}},
    },
}
_DOCUMENT: Final = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string"},
        "title": _TEXTS,
        "accept": {"type": "array", "items": {"type": "string"}},
        "optional": {"type": "boolean"},
    },
}
_LIST_OF_TEXTS: Final = {"type": "array", "items": {"type": "string"}}
_SHAPE: Final = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "title": _TEXTS,
        "summary": _TEXTS,
        "category": {"type": "string"},
        "keywords": _LIST_OF_TEXTS,
        "life_events": _LIST_OF_TEXTS,
        "legal_basis": _LIST_OF_TEXTS,
        "access": {
            "type": "object",
            "properties": {"assurance": {"type": "string"}, "on_behalf_of": _LIST_OF_TEXTS},
        },
        "requirements": {"type": "array", "items": _DOCUMENT},
        "form": {
            "type": "object",
            "properties": {
                "schema": {"$ref": "#/$defs/node"},
                "ui": {"$ref": "#/$defs/element"},
                "checks": {
                    "type": "array",
                    "items": {"type": "object", "properties": {"message": _TEXTS, "field": {"type": "string"}}},
                },
            },
        },
        "fee": _OBJECT,
        "workflow": {"type": ["string", "object"]},
        "deadline": _OBJECT,
        "outcome": {
            "type": "object",
            "properties": {"title": _TEXTS, "shows": _LIST_OF_TEXTS, "verify_shows": _LIST_OF_TEXTS},
        },
        "retention": _OBJECT,
    },
    "$defs": {"node": _NODE, "element": _ELEMENT},
}


def can_be_edited(content: Mapping[str, Any]) -> bool:
    """Return whether the other functions of this package can read and change a draft's content."""
    return depth_of(content, _MOST_DEPTH) <= _MOST_DEPTH and _validator().is_valid(dict(content))


@cache
def _validator() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(_SHAPE)
