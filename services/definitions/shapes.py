"""What does not fit a format that is written as a JSON Schema: where, and what to do."""

from collections.abc import Mapping
from itertools import islice
from typing import Any

import jsonschema_rs

from services.definitions.faults import Fault
from services.definitions.values import pointer_of, value_at

_MOST_FAULTS = 100


def shape_faults(
    validator: jsonschema_rs.Draft202012Validator, schema: Mapping[str, Any], content: Any, *, named: str
) -> list[Fault]:
    """Return what of `content` does not fit `schema`, compiled as `validator`; `named` is where it is served."""
    faults = []
    for error in islice(validator.iter_errors(content), _MOST_FAULTS):
        facts = error.kind.as_dict()
        place = list(error.instance_path)
        hint = _described(schema, error.schema_path) or f"See {named}"
        if error.kind.name == "required":
            hint = f"Add `{facts['property']}:`"
        elif error.kind.name == "additionalProperties":
            hint = "Remove it, or mend its name"
            faults += [
                Fault(pointer_of([*place, name]), "this is not known here", hint) for name in facts["unexpected"]
            ]
            continue
        elif error.kind.name == "enum":
            hint = "Choose one of: " + ", ".join(str(option) for option in facts["options"])
        message = error.message if len(error.message) < 200 else f"{error.message[:200]}..."
        faults.append(Fault(pointer_of(place), message, hint))
    return faults[:_MOST_FAULTS]


def _described(schema: Mapping[str, Any], schema_path: list[str | int]) -> str:
    """Return what the format says of the place where it was not kept, empty where it says nothing."""
    steps = [str(step) for step in schema_path]
    while steps:
        steps.pop()
        node = value_at(schema, steps)
        if isinstance(node, Mapping) and isinstance(node.get("description"), str):
            return str(node["description"]).rstrip(".")
    return ""
