"""What the description says of every operation, and that the committed one is of this code's routes."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api_docs.schema import AutoSchema
from tests.described import committed
from tests.services.applications.factory import resident
from tests.services.signed_in import signed_in

DESCRIBED: dict[str, Any] = committed()
PLACES = {
    "number": "1",
    "slug": "none",
    "key": "none",
    "name": "none",
    "code": "NONE",
    "action": "none",
    "client_id": "none",
    "day": "2026-01-01",
    "sequence": "1",
}
# One thing that may not be there, at an address without a name in it.
PERHAPS = {"/api/v1/me/export/"}


def operations() -> Iterator[Any]:
    for path, methods in DESCRIBED["paths"].items():
        for method, operation in methods.items():
            yield pytest.param(method, path, operation, id=f"{method} {path}")


every_operation = pytest.mark.parametrize(("method", "path", "operation"), list(operations()))


def body_examples(content: dict[str, Any]) -> list[bool]:
    """Return for each body that people read whether it comes with an example."""
    return [bool(each.get("examples")) for kind, each in content.items() if "json" in kind or "form" in kind]


@every_operation
def test_it_says_what_it_does_with_an_example_of_each_body(method: str, path: str, operation: dict[str, Any]) -> None:
    assert operation["summary"]
    assert operation["tags"][0] in {each["name"] for each in DESCRIBED["tags"]}
    assert all(body_examples(operation.get("requestBody", {}).get("content", {})))
    given = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
    assert given
    assert all(all(body_examples(answer.get("content", {}))) for answer in given)


@every_operation
def test_each_refusal_is_a_problem_with_an_example(method: str, path: str, operation: dict[str, Any]) -> None:
    refusals = {status: each for status, each in operation["responses"].items() if status >= "400"}

    assert {"400", "429", "503"} <= set(refusals)
    assert ("404" in refusals) == ("{" in path or (path in PERHAPS and method == "get"))
    assert ({"413", "415"} <= set(refusals)) == ("requestBody" in operation)
    for status, each in refusals.items():
        name = each["$ref"].removeprefix("#/components/responses/")
        (media_type, shown), *others = DESCRIBED["components"]["responses"][name]["content"].items()
        assert (media_type, shown["example"]["status"], others) == ("application/problem+json", int(status), [])


def _filled(path: str) -> str:
    names = ("id", "file_id", "notice_id", "mandate_id", "person_id", "template_id", "hold_id", "appointment_id")
    places = PLACES | {name: str(uuid4()) for name in names}
    places["name"] = "none"
    return path.format(**places)


@pytest.mark.django_db
@every_operation
def test_a_stranger_is_let_in_only_where_it_says_so(
    client: Client, method: str, path: str, operation: dict[str, Any]
) -> None:
    answer = client.generic(method.upper(), _filled(path), content_type="application/json")

    secured = any(operation.get("security", ()))
    assert (answer.status_code == 401) == secured
    assert ("401" in operation["responses"]) == secured
    assert str(answer.status_code) in operation["responses"]


OFFICE = pytest.mark.parametrize(
    ("method", "path", "operation"), [each for each in operations() if each.values[1].startswith("/api/v1/office/")]
)


@pytest.mark.django_db
@OFFICE
def test_a_resident_is_kept_out_of_the_office_as_it_says(method: str, path: str, operation: dict[str, Any]) -> None:
    siti = signed_in(resident(), "account", "applications", "notifications")

    answer = siti.generic(method.upper(), _filled(path), content_type="application/json")

    assert answer.status_code == 403
    assert "403" in operation["responses"]


@pytest.mark.django_db
@OFFICE
def test_who_is_no_staff_is_kept_out_with_the_offices_scope_too(
    method: str, path: str, operation: dict[str, Any]
) -> None:
    siti = signed_in(resident(), "office")

    answer = siti.generic(method.upper(), _filled(path), content_type="application/json")

    assert answer.status_code in (403, 404)
    assert str(answer.status_code) in operation["responses"]


def test_what_was_published_is_shared_and_not_repeated() -> None:
    assert set(DESCRIBED["components"]["responses"]) >= {"BadRequest", "NotFound", "TooManyRequests"}
    assert "Retry-After" in DESCRIBED["components"]["responses"]["TooManyRequests"]["headers"]


def described(view: type[APIView]) -> dict[str, Any]:
    """Return the description of one view of some module."""
    from django.urls import path

    schema: Any = SchemaGenerator(patterns=[path("api/v1/opd/x/", view.as_view())]).get_schema(public=True)  # type: ignore[no-untyped-call]
    return dict(schema)


def test_a_module_may_refuse_with_a_status_that_the_platform_never_gives() -> None:
    class Paid(APIView):
        schema = AutoSchema()
        required_scopes = {"GET": ["applications"]}
        problem_statuses = {"GET": (402,)}

        @extend_schema(summary="x", responses={200: None})
        def get(self, request: Request) -> Response:
            return Response()

    found = described(Paid)

    operation = found["paths"]["/api/v1/opd/x/"]["get"]
    assert operation["responses"]["402"] == {"$ref": "#/components/responses/PaymentRequired"}
    assert found["components"]["responses"]["PaymentRequired"]["description"] == "Payment Required"
    assert operation["security"] == [{"oauth2": ["applications"]}]
