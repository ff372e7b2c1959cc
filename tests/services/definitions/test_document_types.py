"""A requirement may say which paper it is; where it does not, nothing about a definition is otherwise."""

from typing import Any

import pytest

from services.definitions import DefinitionError, load_content
from services.definitions.document_types import DOCUMENT_TYPES
from services.definitions.values import content_hash
from tests.services.applications.factory import CONTENT


def with_types(*types: Any) -> dict[str, Any]:
    """Return the small service with types for its first requirements."""
    added = [{"document_type": each} for each in types] + [{}] * len(CONTENT["requirements"])
    return CONTENT | {"requirements": [one | more for one, more in zip(CONTENT["requirements"], added, strict=False)]}


def faults(content: dict[str, Any]) -> list[str]:
    with pytest.raises(DefinitionError) as refused:
        load_content(content)
    return [f"{each.pointer}: {each.message}" for each in refused.value.faults]


def test_a_type_is_read_and_its_absence_leaves_the_hash_as_it_was() -> None:
    plain, typed = load_content(CONTENT), load_content(with_types("kartu_keluarga"))

    assert [each.document_type for each in plain.requirements] == [None, None]
    assert [each.document_type for each in typed.requirements] == ["kartu_keluarga", None]
    assert plain.sha256 == content_hash(CONTENT) != typed.sha256
    assert plain.sha256 == "cf87269bfef9c00f3e4526cd571b794fc38df83caa880544915f262ba2e25571"


def test_a_type_that_there_is_not_is_told_with_those_that_there_are() -> None:
    (told,) = faults(with_types("kartu_keluargaa"))

    assert told == "/requirements/0/document_type: there is no type of document 'kartu_keluargaa'"


@pytest.mark.parametrize("name", ["", "Kartu Keluarga", 5, None, "k" * 41])
def test_a_type_is_a_plain_key(name: Any) -> None:
    assert faults(with_types(name))[0].startswith("/requirements/0/document_type: ")


def test_two_documents_of_a_service_are_not_the_same_paper() -> None:
    assert faults(with_types("ktp", "ktp")) == ["/requirements/1/document_type: 'ktp' is the type of 'foto', too"]


def test_every_type_has_a_name_in_both_languages() -> None:
    assert all(set(each) == {"id", "en"} and all(each.values()) for each in DOCUMENT_TYPES.values())


def test_what_is_asked_now_counts_what_may_be_left_out_and_not_what_the_answers_rule_out() -> None:
    definition = load_content(
        CONTENT | {"requirements": [CONTENT["requirements"][0] | {"optional": True}, *CONTENT["requirements"][1:]]}
    )

    assert [each.id for each in definition.asked_documents({"data": {"kawin": False}})] == ["foto"]
    assert [each.id for each in definition.asked_documents({"data": {"kawin": True}})] == ["foto", "surat"]
