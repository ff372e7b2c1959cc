"""The schema of a service definition is complete enough to write by, and the reference says what it says."""

from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema_rs
import pytest

from api_docs.definition_reference import PAGE, written
from services.definitions import load_yaml, service_definition_schema
from services.definitions.document_types import DOCUMENT_TYPES
from services.definitions.facts import SOURCES
from services.definitions.flow import template_names, workflow_content
from services.definitions.formats import KNOWN_FORMATS
from services.definitions.kinds import KINDS
from services.definitions.logic import OPERATORS
from services.definitions.schemas import WORDS
from superapp.discovery import FOLDER

SCHEMA = service_definition_schema()
DEFS = SCHEMA["$defs"]
VALIDATOR = jsonschema_rs.Draft202012Validator(SCHEMA)


def keys(node: Any, place: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield every key that a definition may have, with what the schema says of it."""
    if not isinstance(node, Mapping):
        return
    for name, each in node.get("properties", {}).items():
        if isinstance(each, Mapping):
            yield f"{place}/{name}", each
            yield from keys(each, f"{place}/{name}")
    for word in ("items", "additionalProperties", "then"):
        yield from keys(node.get(word), f"{place}/{word}")
    for name, each in node.get("$defs", {}).items():
        yield f"${name}", each
        yield from keys(each, f"${name}")


def test_every_key_says_what_it_is() -> None:
    found = dict(keys(SCHEMA, ""))

    assert len(found) > 150
    assert [place for place, each in found.items() if not (each.get("title") and each.get("description"))] == []


def test_every_part_that_is_not_a_plain_choice_has_an_example() -> None:
    plain = {"boolean"}
    parts = {f"/{name}": each for name, each in SCHEMA["properties"].items()}

    lacking = [
        place
        for place, each in parts.items()
        if not (each.get("examples") or each.get("properties") or each.get("type") in plain or place == "/$schema")
    ]
    assert lacking == []


def test_its_words_are_those_of_the_language() -> None:
    question = DEFS["question"]

    assert set(question["properties"]) == WORDS
    assert set(question["properties"]["format"]["enum"]) == KNOWN_FORMATS
    assert set(DEFS["rule"]["properties"]) == OPERATORS
    assert set(SCHEMA["properties"]["workflow"]["examples"]) == set(template_names())
    prefill = SCHEMA["properties"]["form"]["properties"]["prefill"]["additionalProperties"]
    assert SOURCES.keys() <= set(prefill["examples"])
    document = SCHEMA["properties"]["requirements"]["items"]["properties"]["document_type"]
    assert list(DOCUMENT_TYPES) == document["examples"]
    assert {each["label"] for each in question["defaultSnippets"]} == KINDS.keys()


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*/definitions/*.yaml")), ids=lambda path: path.stem)
def test_every_definition_that_ships_fits_it(path: Any) -> None:
    assert list(VALIDATOR.iter_errors(load_yaml(path).content)) == []


@pytest.mark.parametrize("name", template_names())
def test_every_workflow_that_ships_fits_it(name: str) -> None:
    validator = jsonschema_rs.Draft202012Validator({"$ref": "#/$defs/workflow", "$defs": DEFS})

    assert list(validator.iter_errors(dict(workflow_content(name)))) == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_field_fits_it_and_a_misspelt_word_does_not(kind: str) -> None:
    validator = jsonschema_rs.Draft202012Validator({"$ref": "#/$defs/question", "$defs": DEFS})
    field = KINDS[kind] | {"x-label": {"id": "Isian", "en": "Field"}, "x-milik-kami": 1}

    assert validator.is_valid(field)
    assert not validator.is_valid(field | {"minLenght": 3})
    assert not validator.is_valid(field | {"format": "nikk"})


@pytest.mark.parametrize("example", [*DEFS["question"]["examples"], *DEFS["rule"]["examples"]], ids=str)
def test_its_own_examples_fit(example: dict[str, Any]) -> None:
    part = "rule" if len(example) == 1 else "question"

    assert jsonschema_rs.Draft202012Validator({"$ref": f"#/$defs/{part}", "$defs": DEFS}).is_valid(example)


def test_the_examples_of_every_key_fit_that_key() -> None:
    for place, node in keys(SCHEMA, ""):
        if place.startswith(("$question", "$rule")):
            continue
        validator = jsonschema_rs.Draft202012Validator({**node, "$defs": DEFS})
        for example in node.get("examples", []):
            assert validator.is_valid(example), (place, example)


def test_the_reference_is_current() -> None:
    assert PAGE.read_text("utf-8") == written(), "run `make docs`"
