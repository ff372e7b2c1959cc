"""Who has it already is not sent it again; who has an old one may not overwrite the new."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from superapp.http.conditional import json_response, require_match, unless_held
from superapp.http.problems import Problem


def request(method: str = "GET", **headers: str) -> Any:
    return RequestFactory().generic(
        method, "/", headers={name.replace("_", "-"): text for name, text in headers.items()}
    )


@pytest.mark.parametrize(
    ("held", "status"),
    [('"t"', 304), ('W/"t"', 304), ('"a", "t"', 304), ("*", 304), ('"T"', 200), ("t", 200), ("", 200), (",,", 200)],
)
def test_who_holds_it_is_sent_nothing(held: str, status: int) -> None:
    answer = unless_held(request(If_None_Match=held), "t", lambda: HttpResponse(b"all"))

    assert (answer.status_code, answer.content) == (status, b"all" if status == 200 else b"")
    assert answer.headers["ETag"] == '"t"'
    assert ("Content-Type" in answer.headers) == (status == 200)


def test_a_write_is_answered_in_full_whatever_is_held() -> None:
    answer = json_response(request("POST", If_None_Match="*"), {"a": 1}, status=201)

    assert (answer.status_code, answer.content) == (201, b'{"a":1}')


def test_the_same_revision_in_another_language_is_another_representation() -> None:
    indonesian = json_response(request(), {}, etag="7")
    english = json_response(request(Accept_Language="en", If_None_Match=indonesian.headers["ETag"]), {}, etag="7")

    assert (indonesian.headers["ETag"], english.headers["ETag"], english.status_code) == ('"7.id"', '"7.en"', 200)


@pytest.mark.parametrize("sent", ['"7.id"', '"7.en"', '"7"', 'W/"7.id"', '"6.id", "7.id"', "*"])
def test_a_write_on_what_was_read_is_let_through(sent: str) -> None:
    require_match(request("PATCH", If_Match=sent), "7")


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        ("", 428, "precondition_required"),
        ('"6.id"', 412, "precondition_failed"),
        ('"77"', 412, "precondition_failed"),
        ("garbage", 412, "precondition_failed"),
    ],
)
def test_a_write_on_another_state_is_refused(sent: str, status: int, code: str) -> None:
    with pytest.raises(Problem) as refused:
        require_match(request("PATCH", If_Match=sent), "7")

    assert (refused.value.status, refused.value.code) == (status, code)
