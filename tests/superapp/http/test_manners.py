"""Whatever goes wrong, an API caller gets a problem document in a language they read."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.conf import LazySettings
from django.db import OperationalError, connection
from django.test import Client
from django.utils import translation
from rest_framework import fields as framework
from rest_framework.serializers import Serializer

from accounts.models import User
from superapp.http.log import RequestLine
from tests.problems import fields, problem
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def app() -> Client:
    person = User.objects.create(email="siti@example.org", full_name="Siti", assurance="verified")
    return signed_in(person, "applications", "account")


def test_an_address_that_does_not_exist_is_a_problem(client: Client) -> None:
    assert problem(client.get("/api/v1/nothing/here/")) == (404, "not_found")


@pytest.mark.parametrize("address", ["/api/", "/api/v1", "/api/v2/services/", "/api/docs/nothing"])
def test_beside_the_versions_an_address_that_does_not_exist_is_a_problem_too(client: Client, address: str) -> None:
    answer = client.get(address)

    assert problem(answer) == (404, "not_found")
    assert answer.cookies == {}
    assert "Vary" not in answer.headers


def test_the_documentation_is_only_read(client: Client) -> None:
    answer = client.post("/api/docs/")

    assert problem(answer) == (405, "method_not_allowed")
    assert answer.headers["Allow"] == "GET, HEAD"


def test_a_method_that_is_not_there_is_a_problem_that_names_those_that_are(client: Client) -> None:
    answer = client.delete("/api/v1/services/")

    assert problem(answer) == (405, "method_not_allowed")
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_malformed_json_is_a_problem(app: Client) -> None:
    for body in (b"{", b"\xff\xfe", b'{"a": NaN}', b"[" * 100_000, b'{"a": "\\ud800"}'):
        answer = app.post("/api/v1/applications/", data=body, content_type="application/json")

        assert problem(answer) == (400, "malformed_json")


def test_json_that_is_no_object_names_the_body(app: Client) -> None:
    answer = app.post("/api/v1/applications/", data=b"[1]", content_type="application/json")

    assert problem(answer) == (400, "invalid")


def test_sentences_that_the_framework_has_in_english_alone_are_said_in_indonesian(app: Client) -> None:
    answer = app.post("/api/v1/applications/", data=b"null", content_type="application/json")

    assert [each["detail"] for each in answer.json()["errors"]] == ["Tidak ada isi."]
    with translation.override("id"):
        many = str(framework.ListField.default_error_messages["max_length"])
        assert many.format(max_length=5) == "Isi paling banyak 5 butir."


def test_a_nul_in_a_text_is_refused_where_it_is(app: Client) -> None:
    answer = app.post("/api/v1/applications/", data=b'{"service": "a\\u0000b"}', content_type="application/json")

    assert problem(answer) == (400, "invalid")
    assert fields(answer) == {"/service": "null_character"}


@pytest.mark.parametrize("number", ["1e25", "9007199254740992", "-99999999999999999999999999"])
def test_a_number_that_no_phone_can_hold_is_refused_where_it_is(app: Client, number: str) -> None:
    body = f'{{"service": {{"a": [0, {number}]}}}}'.encode()

    answer = app.post("/api/v1/applications/", data=body, content_type="application/json")

    assert problem(answer) == (400, "invalid")
    assert fields(answer) == {"/service/a/1": "number_too_large"}


def test_a_multipart_body_that_cannot_be_read_is_not_called_json(app: Client) -> None:
    url = "/api/v1/applications/00000000-0000-4000-8000-000000000000/files/"

    answer = app.post(url, data=b"garbage", content_type="multipart/form-data")

    assert problem(answer) == (400, "malformed_request")


def test_a_nul_in_an_address_is_refused(client: Client) -> None:
    assert problem(client.get("/api/v1/services/?q=a%00b")) == (400, "null_character")


def test_a_body_larger_than_the_platform_reads_is_refused(app: Client, settings: LazySettings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100

    answer = app.post("/api/v1/applications/", data=b'"' + b"a" * 200 + b'"', content_type="application/json")

    assert problem(answer) == (413, "too_large")


def test_a_body_in_chunks_is_refused_and_not_taken_for_an_empty_one(app: Client) -> None:
    answer = app.post(
        "/api/v1/applications/",
        headers={"Transfer-Encoding": "chunked"},
        content_type="application/json",
        CONTENT_LENGTH="",
    )

    assert problem(answer) == (411, "length_required")


def test_another_media_type_is_refused(app: Client) -> None:
    answer = app.post("/api/v1/applications/", data=b"<a/>", content_type="application/xml")

    assert problem(answer) == (415, "unsupported_media_type")


def test_a_stranger_is_asked_to_sign_in(client: Client) -> None:
    answer = client.get("/api/v1/applications/")

    assert problem(answer) == (401, "not_authenticated")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api"'


@time_machine.travel(datetime(2026, 8, 14, 9, 0, 10, tzinfo=UTC), tick=False)
def test_too_many_requests_are_told_when_to_come_back(client: Client, settings: LazySettings) -> None:
    settings.THROTTLE = True
    settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "verify": 2}
    address = f"10.0.0.{uuid4().int % 250}"

    answers = [client.get("/api/v1/documents/verify/AAAA/", REMOTE_ADDR=address) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [404, 404, 429]
    assert problem(answers[2]) == (429, "throttled")
    assert answers[2].headers["Retry-After"] == "51"


@pytest.mark.parametrize(
    ("header", "language", "detail"),
    [
        ("", "id", "Tidak ditemukan."),
        ("en", "en", "There is no such thing here."),
        ("en-GB,en;q=0.9", "en", "There is no such thing here."),
        ("fr, id;q=0.5, en;q=0.4", "id", "Tidak ditemukan."),
        ("en;q=0", "id", "Tidak ditemukan."),
        ("en;q=x", "id", "Tidak ditemukan."),
    ],
)
def test_the_reader_is_told_in_their_language(client: Client, header: str, language: str, detail: str) -> None:
    answer = client.get("/api/v1/services/nothing/", headers={"Accept-Language": header})

    assert answer.headers["Content-Language"] == language
    assert answer.json()["detail"] == detail


@pytest.mark.parametrize("before", ["id", "en"])
def test_fields_are_named_in_the_language_of_the_reader_and_not_of_whoever_came_before(
    app: Client, before: str
) -> None:
    def detail(language: str) -> str:
        answer = app.post(
            "/api/v1/applications/", data=b"{}", content_type="application/json", headers={"Accept-Language": language}
        )
        return str(answer.json()["errors"][0]["detail"])

    with translation.override(before):
        assert detail("en") == "This field is required."
        assert detail("id") == "Bidang ini harus diisi."


@pytest.mark.parametrize(
    "kind",
    ["CharField", "UUIDField", "SlugField", "ChoiceField", "DictField", "FileField", "IntegerField", "BooleanField"],
)
def test_whatever_a_field_says_it_says_in_indonesian(kind: str) -> None:
    texts: dict[str, Any] = {}
    for cls in reversed([*getattr(framework, kind).__mro__, Serializer]):
        texts |= getattr(cls, "default_error_messages", {})
    texts.pop("invalid_unicode", None)  # for slugs in other letters, which we do not take

    def said(language: str) -> dict[str, str]:
        with translation.override(language):
            return {code: str(text) for code, text in texts.items()}

    english, indonesian = said("en"), said("id")
    assert [code for code in texts if english[code] == indonesian[code]] == []


def test_while_the_database_is_away_the_caller_is_told_to_come_back(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise OperationalError("connection to 10.1.2.3 failed")

    monkeypatch.setattr("services.catalogue.api.views.service_page", fail)

    answer = client.get("/api/v1/services/")

    assert problem(answer) == (503, "unavailable")
    assert answer.headers["Retry-After"] == "5"
    assert b"10.1.2.3" not in answer.content
    assert answer.json()["trace_id"] in caplog.text


def test_a_refusal_is_found_in_the_log_by_its_trace_id(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.handler.setFormatter(RequestLine("%(message)s"))

    answer = client.get("/api/v1/services/nothing/")

    assert caplog.text == f"Not Found: /api/v1/services/nothing/ trace_id={answer.json()['trace_id']}\n"


def test_a_failure_of_ours_is_a_500_with_a_trace_and_no_words_about_the_inside(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("secret inside")

    monkeypatch.setattr("services.catalogue.api.views.service_page", fail)

    answer = client.get("/api/v1/services/", headers={"traceparent": f"00-{'a' * 32}-{'b' * 16}-01"})

    assert problem(answer) == (500, "internal_error")
    assert answer.json()["trace_id"] == answer.headers["X-Trace-Id"] == "a" * 32
    assert b"secret" not in answer.content
    assert "a" * 32 in caplog.text


def test_alive_and_ready(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ok", "database": "ok"}


def test_not_ready_while_the_database_is_away(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise OperationalError

    monkeypatch.setattr(connection, "cursor", away)

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (503, {"status": "unavailable", "database": "down"})
    assert "no-store" in answer.headers["Cache-Control"]
    assert client.get("/healthz").status_code == 200
