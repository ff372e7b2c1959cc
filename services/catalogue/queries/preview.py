"""What a resident would see of a definition with some answers: nothing is kept."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.definitions import Definition, Fee, FeeError, FormProblem, Requirement
from services.definitions.fields import ITEM, Field, fields_of_form
from services.definitions.schemas import resolved
from services.definitions.values import steps_of


@dataclass(frozen=True, slots=True)
class Preview:
    """Pointers of fields (`*` for each item of a list), what is wrong, and what it costs (None: not to be told)."""

    visible: tuple[str, ...]
    hidden: tuple[str, ...]
    required: tuple[str, ...]
    answers: dict[str, Any]
    problems: tuple[FormProblem, ...]
    fee: Fee | None
    documents: tuple[Requirement, ...]


def preview_of(definition: Definition, answers: dict[str, Any], *, today: date) -> Preview:
    """Return how the form would stand with `answers` on a day in the city, and what it would cost and ask for."""
    form = definition.form
    found = form.evaluate(answers, today=today)
    hidden = [tuple(steps_of(each)) for each in found.hidden]
    fields = fields_of_form(form.schema)
    visible = [each for each in fields if not any(each.steps[: len(steps)] == steps for steps in hidden)]
    try:
        fee = definition.fee_for(found.answers, today)
    except FeeError:
        fee = None
    return Preview(
        visible=tuple(each.path for each in visible),
        hidden=found.hidden,
        required=tuple(_required(form.schema, fields, visible)),
        answers=found.answers,
        problems=found.problems,
        fee=fee,
        documents=tuple(definition.required_documents(found.answers, today)),
    )


def _required(schema: Mapping[str, Any], fields: list[Field], visible: list[Field]) -> Iterator[str]:
    """Yield the visible fields that the group around them requires."""
    nodes = {each.steps: each.node for each in fields}
    for each in visible:
        *around, name = each.steps
        if around and around[-1] == ITEM:
            outer: Any = resolved(schema, nodes.get(tuple(around[:-1]), {}).get("items"))
        else:
            outer = nodes.get(tuple(around), {}) if around else resolved(schema, schema)
        if name in outer.get("required", ()):
            yield each.path
