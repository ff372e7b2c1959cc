"""`services/`: finding one, reading one, its versions."""

from typing import Any

import orjson
import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from services.catalogue.api.serializers import ServiceDetail, ServiceLine, VersionOut
from services.catalogue.models import Service, ServiceVersion
from services.definitions import content_hash, service_definition_schema
from services.definitions.vectors import FILE
from tests.problems import fields, problem
from tests.services.applications.factory import publish_service

pytestmark = pytest.mark.django_db
URL = "/api/v1/services/"


@pytest.fixture
def city(db: None) -> None:
    call_command("load_city", verbosity=0)
    call_command("sync_catalogue", verbosity=0)


def slugs(answer: Any) -> list[str]:
    return [each["slug"] for each in answer.json()["results"]]


@pytest.mark.parametrize(
    ("q", "first"),
    [
        ("akta", "akta-kelahiran"),
        ("kelahiran anak", "akta-kelahiran"),
        ("kelahirn", "akta-kelahiran"),
        ("AKTA LAHIR", "akta-kelahiran"),
        ("birth certificate", "akta-kelahiran"),
        ("ktp", "ktp-el"),
        ("ktp hilang", "ktp-el"),
        ("memasang reklame", "izin-reklame"),
        ("reklme", "izin-reklame"),
    ],
)
def test_what_residents_type_finds_it(client: Client, city: None, q: str, first: str) -> None:
    assert slugs(client.get(URL, {"q": q}))[0] == first


@pytest.mark.parametrize("q", ["' OR 1=1 --", "a & b | !", "<->", "kelahiran:*"])
def test_what_means_something_to_a_database_is_only_words(client: Client, city: None, q: str) -> None:
    assert client.get(URL, {"q": q}).status_code == 200


@pytest.mark.parametrize("q", ["xyzzy", "!!!", "%", "\\", "😀"])
def test_what_means_nothing_finds_nothing(client: Client, city: None, q: str) -> None:
    answer = client.get(URL, {"q": q})

    assert (answer.status_code, slugs(answer)) == (200, [])


def test_filters_hold_together(client: Client, city: None) -> None:
    assert slugs(client.get(URL, {"agency": "DPMPTSP"})) == ["izin-reklame"]
    assert slugs(client.get(URL, {"life_event": "kelahiran"})) == [
        "kartu-identitas-anak",
        "kunjungan-bayi",
        "akta-kelahiran",
        "rekomendasi-pbi-jk",
    ]
    population = slugs(client.get(URL, {"category": "kependudukan"}))
    assert population == [
        "kartu-identitas-anak",
        "ktp-el",
        "akta-kelahiran",
        "akta-kematian",
        "perubahan-kartu-keluarga",
    ]
    assert slugs(client.get(URL, {"category": "kependudukan", "agency": "DPMPTSP"})) == []


def test_a_page_kept_for_everybody_holds_nothing_of_who_asked_first(client: Client, city: None) -> None:
    client.get(URL, {"limit": "1", "agency": "DISDUKCAPIL", "evil": "x"}, headers={"Host": "localhost"})

    following = client.get(URL, {"limit": "1", "agency": "DISDUKCAPIL"}).json()["next"]

    assert "evil" not in following
    assert "agency=DISDUKCAPIL" in following
    assert "//localhost" not in following


def test_pages_lead_through_and_back(client: Client, city: None) -> None:
    first = client.get(URL, {"limit": 3})
    second = client.get(first.json()["next"])

    assert slugs(first) == ["izin-reklame", "kartu-identitas-anak", "ktp-el"]
    assert slugs(second) == ["kunjungan-bayi", "akta-kelahiran", "akta-kematian"]
    third = client.get(second.json()["next"])
    assert slugs(third) == ["pemutakhiran-dtsen", "perubahan-kartu-keluarga", "rekomendasi-pbi-jk"]
    last = client.get(third.json()["next"])
    assert (slugs(last), last.json()["next"]) == (["laik-higiene-sanitasi"], None)
    assert slugs(client.get(second.json()["previous"])) == slugs(first)


@pytest.mark.parametrize(
    ("query", "pointer"), [({"limit": "0"}, "/limit"), ({"cursor": "x"}, "/cursor"), ({"q": "a" * 101}, "/q")]
)
def test_a_parameter_that_is_none_is_named(client: Client, city: None, query: dict[str, str], pointer: str) -> None:
    answer = client.get(URL, query)

    assert answer.status_code == 400
    assert list(fields(answer)) == [pointer]


def test_the_lean_answers_are_what_the_serializers_would_tell(client: Client, city: None) -> None:
    for line in client.get(URL).json()["results"]:
        assert orjson.loads(orjson.dumps(dict(ServiceLine(line).data), default=dict)) == line
        detail = client.get(f"{URL}{line['slug']}/").json()
        assert orjson.loads(orjson.dumps(dict(ServiceDetail(detail).data), default=dict)) == detail
        version = client.get(f"{URL}{line['slug']}/versions/1/").json()
        assert orjson.loads(orjson.dumps(dict(VersionOut(version).data), default=dict)) == version


def test_each_language_has_its_own_words_and_tag(client: Client, city: None) -> None:
    indonesian = client.get(f"{URL}ktp-el/")
    english = client.get(f"{URL}ktp-el/", headers={"Accept-Language": "en"})

    assert (indonesian.json()["title"], english.json()["title"]) == (
        "KTP-el baru atau pengganti",
        "Identity card (KTP-el)",
    )
    assert indonesian.headers["ETag"] != english.headers["ETag"]
    assert "Accept-Language" in indonesian.headers["Vary"]


def test_who_has_it_gets_no_body_until_it_changes(client: Client) -> None:
    publish_service()
    etag = client.get(URL).headers["ETag"]
    unchanged = client.get(URL, headers={"If-None-Match": etag})
    assert (unchanged.status_code, unchanged.content, "Content-Type" in unchanged.headers) == (304, b"", False)

    publish_service(title={"id": "Judul baru", "en": "New title"})

    answer = client.get(URL, headers={"If-None-Match": etag})
    assert (answer.status_code, answer.json()["results"][0]["title"]) == (200, "Judul baru")


def test_a_version_stays_as_it_was_for_ever(client: Client) -> None:
    publish_service()
    publish_service(title={"id": "Judul baru", "en": "New title"})

    first, second = client.get(f"{URL}uji/versions/1/"), client.get(f"{URL}uji/versions/2/")

    assert (first.json()["content"]["title"]["id"], second.json()["content"]["title"]["id"]) == (
        "Layanan uji",
        "Judul baru",
    )
    assert content_hash(first.json()["content"]) == first.json()["sha256"] == first.headers["ETag"].strip('"')
    assert first.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get(f"{URL}uji/").json()["version"] == 2


@pytest.mark.parametrize("path", ["nothing/", "uji/versions/9/", f"uji/versions/{2**70}/", "nothing/versions/1/"])
def test_what_there_is_not_is_a_404(client: Client, path: str) -> None:
    publish_service()

    assert problem(client.get(URL + path)) == (404, "not_found")


def test_the_same_content_again_makes_no_version(client: Client) -> None:
    publish_service()
    publish_service()

    assert ServiceVersion.objects.count() == 1


def test_a_service_whose_module_went_away_closes_and_its_version_stays(client: Client, city: None) -> None:
    publish_service()

    call_command("sync_catalogue", verbosity=0)

    assert "uji" not in slugs(client.get(URL))
    assert client.get(f"{URL}uji/").json()["is_open"] is False
    assert Service.objects.get(slug="uji").versions.count() == 1


def test_once_read_it_costs_one_small_query(
    client: Client, city: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.get(URL)
    client.get(f"{URL}ktp-el/")

    with django_assert_num_queries(2):  # the revision, each time; once a second where it is not a test
        client.get(URL)
        client.get(f"{URL}ktp-el/")


def test_the_format_tells_editors_its_schema(client: Client) -> None:
    answer = client.get("/api/v1/schemas/service-definition.json")

    assert answer.headers["Content-Type"] == "application/schema+json"
    assert answer.json() == service_definition_schema()


def test_the_shared_vectors_are_served_as_they_are_kept_and_told_by_etag(client: Client) -> None:
    answer = client.get("/api/v1/schemas/vectors/engine.json")

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert answer.content == FILE.read_bytes()
    assert "max-age=86400" in answer["Cache-Control"]
    again = client.get("/api/v1/schemas/vectors/engine.json", headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
