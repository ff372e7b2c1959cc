"""No body of the API takes a name that is none of its fields: misspelt, it would be left out without a word."""

from collections.abc import Iterator
from copy import copy
from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator
from rest_framework import serializers

from superapp.http.exact import Exact
from tests.described import committed

# Formats that are others': what they hold beside is theirs to say, or judged by their own rules.
OTHERS = {
    "BundleOut": "a signed file between environments: taken as it was signed, byte by byte, and judged by its format",
    "KeySet": "a JWK Set, whose readers leave out what they do not know (RFC 7517, section 5)",
}


def bodies() -> dict[str, serializers.BaseSerializer[Any]]:
    """Return the serializer of each operation's body, by method and path."""
    generator: Any = SchemaGenerator()  # type: ignore[no-untyped-call]
    generator._initialise_endpoints()
    found = {}
    for path, _regex, method, view in generator._get_paths_and_endpoints():
        view.schema.path, view.schema.method, view.schema.path_regex = path, method, path
        view.schema.path_prefix = ""
        body = view.schema.get_request_serializer()
        for each in body.values() if isinstance(body, dict) else [body]:
            if each is not None:
                found[f"{method.lower()} {path}"] = each() if isinstance(each, type) else each
    return found


BODIES = bodies()


def parts(body: Any, place: str = "") -> Iterator[tuple[str, serializers.Serializer[Any]]]:
    """Yield a body and each object within it, with where it stands."""
    if isinstance(body, serializers.ListSerializer | serializers.ListField):
        yield from parts(body.child, f"{place}/0")
    elif isinstance(body, serializers.Serializer) and type(body).__name__ not in OTHERS:
        yield place, body
        for name, field in body.fields.items():
            yield from parts(field, f"{place}/{name}")


def told(errors: Any) -> Iterator[serializers.ErrorDetail]:
    """Yield each error, wherever it stands."""
    if isinstance(errors, serializers.ErrorDetail):
        yield errors
    else:
        for each in errors.values() if isinstance(errors, dict) else errors:
            yield from told(each)


def test_each_body_of_the_description_is_looked_at() -> None:
    described = {
        f"{method} {path}"
        for path, methods in committed()["paths"].items()
        for method, operation in methods.items()
        if "requestBody" in operation
    }

    assert BODIES.keys() == described


@pytest.mark.parametrize("operation", BODIES)
def test_a_name_that_is_no_field_is_refused_by_name(operation: str) -> None:
    for place, part in parts(BODIES[operation]):
        assert isinstance(part, Exact), f"{place or '/'}: {type(part).__name__} takes any name"
        with pytest.raises(serializers.ValidationError) as refused:
            part.run_validation({"tidak_ada": 1})
        assert refused.value.get_codes() == {"tidak_ada": ["unknown"]}


@pytest.mark.parametrize("operation", BODIES)
def test_what_is_shown_as_an_example_is_taken(operation: str) -> None:
    method, path = operation.split()
    for content in committed()["paths"][path][method]["requestBody"]["content"].values():
        for example in content["examples"].values():
            body = copy(BODIES[operation])
            body.initial_data = example["value"]
            body.is_valid()  # a file is shown as words
            assert "unknown" not in {error.code for error in told(body.errors)}
