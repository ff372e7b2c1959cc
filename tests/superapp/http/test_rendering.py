"""JSON out: standard text forms. JSON in: what no text column can hold is refused where it stands."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import ParseError
from rest_framework.serializers import Serializer
from rest_framework.utils.serializer_helpers import ReturnDict, ReturnList

from superapp.http.problems import Problem
from superapp.http.rendering import JsonOnceParser, JsonParser, JsonRenderer


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, b""),
        (date(2026, 11, 24), b'"2026-11-24"'),
        (datetime(2026, 11, 24, 10, 0, tzinfo=UTC), b'"2026-11-24T10:00:00+00:00"'),
        (UUID(int=1), b'"00000000-0000-0000-0000-000000000001"'),
        (Decimal("1.50"), b'"1.50"'),
        (gettext_lazy("x"), b'"x"'),
        ({"a": {1}, "b": (2,)}, b'{"a":[1],"b":[2]}'),
        (ReturnDict({"a": ReturnList([1], serializer=Serializer())}, serializer=Serializer()), b'{"a":[1]}'),
    ],
)
def test_values_have_their_standard_text(value: Any, text: bytes) -> None:
    assert JsonRenderer().render(value) == text


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (rb'"\u0000"', ""),
        (rb'{"a": [1, {"b/c~d": "x\u0000"}]}', "/a/1/b~1c~0d"),
        (rb'{"a": {"\u0000": 1}}', "/a"),
    ],
)
def test_a_nul_is_refused_where_it_stands(body: bytes, pointer: str) -> None:
    with pytest.raises(Problem) as refused:
        JsonParser().parse(io.BytesIO(body))

    assert (refused.value.status, refused.value.errors[0].pointer) == (400, pointer)


def test_a_nul_that_is_only_spelt_out_is_a_text_like_any_other() -> None:
    assert JsonParser().parse(io.BytesIO(rb'{"a": "\\u0000"}')) == {"a": "\\u0000"}


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        (b'{"a": 1, "a": 2}', ["/a"]),
        (b'{"a": [1, {"b/c": {}, "b/c": 1}], "d": {"e": 1, "e": 1}}', ["/d/e", "/a/1/b~1c"]),
        (b'{"\\u0061": 1, "a": 2}', ["/a"]),
        (b'{"a": {"b": 1, "b": 2}, "a": 3}', ["/a"]),
    ],
)
def test_a_key_that_comes_twice_is_refused_where_it_stands(body: bytes, pointers: list[str]) -> None:
    with pytest.raises(Problem) as refused:
        JsonOnceParser().parse(io.BytesIO(body))

    assert [each.pointer for each in refused.value.errors] == pointers


def test_the_same_key_in_two_objects_is_no_twin() -> None:
    body = b'{"a": {"b": 1}, "c": [{"b": 1}, {"b": 1}]}'

    assert JsonOnceParser().parse(io.BytesIO(body)) == {"a": {"b": 1}, "c": [{"b": 1}, {"b": 1}]}


def test_what_nests_without_end_is_refused() -> None:
    with pytest.raises((Problem, ParseError)):
        JsonOnceParser().parse(io.BytesIO(b"[" * 100_000 + b"]" * 100_000))
    with pytest.raises((Problem, ParseError)):
        JsonOnceParser().parse(io.BytesIO(b"[" * 1000 + b"]" * 1000))
