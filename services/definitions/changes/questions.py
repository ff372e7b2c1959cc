"""The fields of two forms as they are compared: by their id."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.definitions.fields import ITEM, fields_of_form
from services.definitions.schemas import resolved
from services.definitions.service import Definition

EACH = ITEM
Place = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One field, group or list of a form.

    `place` are the names that lead to its answer, `*` for each item of a list; `pointer` leads to its schema in the
    definition, `parent` is the id of what holds it. `required` holds where its group is answered.
    """

    id: str
    place: Place
    pointer: str
    parent: str
    required: bool
    schema: Mapping[str, Any]
    label: Mapping[str, str]

    @property
    def is_group(self) -> bool:
        """Return whether it only holds other fields."""
        return isinstance(self.schema.get("properties"), Mapping) and "format" not in self.schema

    @property
    def is_computed(self) -> bool:
        """Return whether nobody types it: its value is worked out anew in every form."""
        return "x-computed" in self.schema


Pair = tuple[Question | None, Question | None]


def questions_of(definition: Definition | Mapping[str, Any]) -> dict[str, Question]:
    """Return each field of a definition, or of a form's schema, by its id: groups before what they hold."""
    schema = definition.content["form"]["schema"] if isinstance(definition, Definition) else definition
    found: dict[str, Question] = {}
    around: dict[Place, tuple[str, Sequence[str]]] = {(): ("", schema.get("required", []))}
    for field in fields_of_form(schema):
        node = _meant(schema, field.written)
        parent, owed = around.get(field.steps[:-1], ("", ()))
        around[field.steps] = field.id, node.get("required", [])
        if isinstance(node.get("items"), Mapping):
            node["items"] = _meant(schema, node["items"])
            around[*field.steps, EACH] = field.id, node["items"].get("required", [])
        found.setdefault(
            field.id,
            Question(
                id=field.id,
                place=field.steps,
                pointer=field.place,
                parent=parent,
                required=field.steps[-1] in owed,
                schema=node,
                label=field.label or dict.fromkeys(("id", "en"), field.steps[-1]),
            ),
        )
    return found


def _meant(root: Mapping[str, Any], written: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema with what its `$ref` names written out."""
    beside = {word: value for word, value in written.items() if word != "$ref"}
    return {**resolved(root, written), **beside}


def pairs_of(old: Mapping[str, Question], new: Mapping[str, Question]) -> list[Pair]:
    """Pair each field with what it was, None for one that is new or gone."""
    gone: list[Pair] = [(field, None) for id, field in old.items() if id not in new]
    return [(old.get(id), field) for id, field in new.items()] + gone
