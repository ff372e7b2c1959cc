"""Which fields a condition looks at: one field, or, under the scope `#`, several that its schema names.

    condition:
      scope: "#"
      schema:
        anyOf:
          - {required: [kawin], properties: {kawin: {const: true}}}
          - {required: [anak], properties: {anak: {minimum: 1}}}

Named one by one, they are known before any answer is: what hides one of them is judged first, and a circle is found.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

ALL: Final = "#"
Steps = tuple[str, ...]
_JOINING: Final = frozenset({"allOf", "anyOf", "not", "properties", "required"})


def watched_in(schema: Any, around: Steps = ()) -> Iterator[Steps | None]:
    """Yield the fields that a schema of all answers names; None where it says something of all answers at once."""
    if not isinstance(schema, Mapping) or (not around and not schema.keys() <= _JOINING):
        yield None
        return
    if not schema.keys() <= _JOINING or not schema:
        yield around or None
        return
    named = schema.get("properties", {})
    for name, inner in named.items():
        yield from watched_in(inner, (*around, name))
    for name in schema.get("required", ()):
        if name not in named:
            yield (*around, name)
    for inner in (*schema.get("allOf", ()), *schema.get("anyOf", ()), *([schema["not"]] if "not" in schema else ())):
        yield from watched_in(inner, around)
