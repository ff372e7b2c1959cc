"""Cursors: opaque, typed, refused when they are not ours."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from superapp.http.pagination import InvalidCursor, decode_cursor, encode_cursor


@given(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])), st.integers(-(2**62), 2**62))
def test_a_cursor_comes_back_as_it_was(text: str, number: int) -> None:
    assert decode_cursor(encode_cursor([text, number]), [str, int]) == [text, number]


@given(st.text(max_size=60))
def test_a_made_up_cursor_is_refused_and_nothing_worse(text: str) -> None:
    with pytest.raises(InvalidCursor):
        decode_cursor(text, [str, str, str])


@pytest.mark.parametrize("key", [["a"], ["a", 1, 2], [1, "a"], ["a", True], {"a": 1}, ["a\x00", 1]])
def test_a_cursor_of_another_list_is_refused(key: object) -> None:
    import orjson

    text = base64.urlsafe_b64encode(orjson.dumps(key)).decode().rstrip("=")

    with pytest.raises(InvalidCursor):
        decode_cursor(text, [str, int])
