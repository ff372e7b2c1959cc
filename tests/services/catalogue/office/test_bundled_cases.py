"""Golden cases go with their service: new ones are written, what stands here stays, a second time changes nothing."""

from dataclasses import replace
from typing import Any

import orjson
import pytest
from django.utils import timezone

from services.catalogue.bundles import opened, pack
from services.catalogue.models import Change, GoldenCase, Service
from services.definitions import canonical_json
from tests.services.catalogue.admins import Admin
from tests.services.catalogue.office.test_bundles import codes, counts, exported, packed, taken
from tests.services.catalogue.office.test_cases import CASE, OTHER, put

pytestmark = pytest.mark.django_db


def case(name: str, content: dict[str, Any] = CASE) -> dict[str, Any]:
    return content | {"id": name}


def test_they_are_told_before_written_and_can_be_tried_where_they_arrive(dewi: Admin) -> None:
    dewi.make()
    dewi.publish()
    put(dewi, CASE)
    put(dewi, OTHER, name="lain")
    body = exported(dewi)
    GoldenCase.objects.all().delete()

    told = taken(dewi, body, "?dry_run=true").json()
    assert told["services"][0]["cases"] == {"new": ["kosong", "lain"], "kept": [], "unchanged": []}
    assert (told["importable"], GoldenCase.objects.count()) == (True, 0)
    first = taken(dewi, body)

    assert (first.status_code, first.json()["services"][0]["action"]) == (201, "unchanged")
    assert exported(dewi) == body
    row = GoldenCase.objects.get(name="kosong")
    assert (row.content, row.author, row.origin) == (case("kosong"), dewi.user.pk, "admin")
    noted = Change.objects.filter(what=Change.What.CASE_SAVED).latest("id").values
    assert noted["bundle"] == orjson.loads(body)["id"]
    before = counts()
    again = taken(dewi, body)
    assert (again.status_code, counts()) == (200, before)
    assert again.json()["services"][0]["cases"]["unchanged"] == ["kosong", "lain"]


def test_a_service_that_is_new_here_comes_with_its_cases(dewi: Admin) -> None:
    body = pack([replace(packed("surat-baru"), cases=(case("kosong"),)), packed("surat-lain")])

    assert taken(dewi, body).status_code == 201

    assert list(GoldenCase.objects.values_list("service__slug", "name")) == [("surat-baru", "kosong")]


def test_what_an_admin_wrote_or_removed_here_stays(dewi: Admin) -> None:
    dewi.make()
    dewi.publish()
    put(dewi, OTHER)
    service = Service.objects.get()
    GoldenCase.objects.create(
        service=service, name="dibuang", content=case("dibuang"), sha256="x", offered=case("dibuang"),
        is_removed=True, updated_at=timezone.now(),
    )  # fmt: skip
    body = pack([replace(packed(), cases=(case("dibuang"), case("kosong")))])

    answer = taken(dewi, body)

    assert answer.json()["services"][0]["cases"] == {"new": [], "kept": ["dibuang", "kosong"], "unchanged": []}
    assert GoldenCase.objects.get(name="kosong").content["expect"] == OTHER["expect"]
    assert GoldenCase.objects.get(name="dibuang").is_removed


def test_without_cases_a_bundle_is_of_the_older_format_to_the_byte(dewi: Admin) -> None:
    body = pack([packed()])
    with_cases = pack([replace(packed(), cases=(case("kosong"),))])

    content, richer = orjson.loads(body), orjson.loads(with_cases)

    assert (content["format"], "cases" in content) == ("service-bundle/1.0", False)
    assert content["manifest"]["services"][0].keys() == {"service", "agency", "module", "sha256", "version"}
    assert opened(body).services[0].cases == ()
    assert (richer["format"], richer["id"] != content["id"]) == ("service-bundle/1.1", True)
    assert richer["manifest"]["services"][0]["sha256"] == content["manifest"]["services"][0]["sha256"]


@pytest.mark.parametrize("change", ["content", "gone", "added"])
def test_a_case_that_was_changed_after_signing_is_named(change: str, dewi: Admin) -> None:
    content = orjson.loads(pack([replace(packed(), cases=(case("kosong"),)), packed("surat-lain")]))
    if change == "content":
        content["cases"]["surat-uji"][0]["day"] = "2026-03-11"
    elif change == "gone":
        del content["cases"]["surat-uji"]
    else:
        content["cases"]["surat-lain"] = [case("kosong")]

    answer = taken(dewi, canonical_json(content))

    at = "/cases/surat-lain" if change == "added" else "/cases/surat-uji"
    assert (answer.status_code, codes(answer)) == (400, [(at, "changed")])


def test_a_case_that_is_none_stops_the_whole_file(dewi: Admin) -> None:
    person = case("orang", CASE | {"answers": {"nik": "6471014503950001"}})
    body = pack([replace(packed(), cases=(person,))])

    answer = taken(dewi, body)

    assert (answer.status_code, codes(answer)) == (422, [("/cases/surat-uji/0/answers/nik", "unsound")])
    assert "real person" in answer.json()["errors"][0]["detail"]
    assert Service.objects.count() == 0
