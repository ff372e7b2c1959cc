"""Golden cases: written by an agency's admins, brought by modules, neither overwriting the other in silence."""

from collections.abc import Sequence
from typing import Any

import pytest
from django.utils import timezone

from services.catalogue.models import Change, GoldenCase, Service
from services.catalogue.operations import publish
from services.definitions import load_content
from services.definitions.cases import MOST_CASES, load_case
from tests.at_once import at_once
from tests.services.applications.factory import CONTENT, agency
from tests.services.catalogue.admins import Admin

pytestmark = pytest.mark.django_db
AT = "office/services/surat-uji/cases/"
CASE: dict[str, Any] = {
    "title": {"id": "Kosong", "en": "Empty"},
    "day": "2026-03-10",
    "answers": {},
    "expect": {"valid": False},
}
OTHER = CASE | {"expect": {"valid": False, "fee": 10000}}


def put(admin: Admin, content: Any, name: str = "kosong", etag: str = "") -> Any:
    return admin.send("put", f"{AT}{name}/", {"content": content}, etag=etag)


def names(admin: Admin) -> list[str]:
    return [each["id"] for each in admin.get(AT).json()["results"]]


def brought(*contents: dict[str, Any]) -> None:
    """Let a module bring its definition with these cases."""
    cases: Sequence[Any] = [load_case(each) for each in contents]
    definition = load_content(CONTENT | {"service": "surat-uji"})
    publish(agency_code=agency().code, module="module_a", definition=definition, cases=cases, now=timezone.now())


def test_a_case_is_written_read_changed_and_removed(dewi: Admin) -> None:
    dewi.make()
    made = put(dewi, CASE)
    assert (made.status_code, made.json()["content"]) == (201, CASE | {"id": "kosong"})
    assert (made.json()["author"], made.json()["origin"], made.json()["offered"]) == (
        dewi.user.full_name,
        "admin",
        None,
    )
    assert dewi.get(f"{AT}kosong/").json() == made.json()

    blind = put(dewi, OTHER, etag='"old"')
    assert blind.status_code == 412
    changed = put(dewi, OTHER, etag=made.headers["ETag"])
    assert (changed.status_code, changed.json()["content"]["expect"]) == (200, OTHER["expect"])
    again = put(dewi, OTHER, etag=changed.headers["ETag"])
    assert again.headers["ETag"] == changed.headers["ETag"]
    removed = dewi.send("delete", f"{AT}kosong/", etag=changed.headers["ETag"])

    assert (removed.status_code, names(dewi)) == (204, [])
    assert dewi.get(f"{AT}kosong/").status_code == 404
    done = Change.objects.filter(what__startswith="case_").order_by("pk").values_list("what", flat=True)
    assert list(done) == ["case_saved", "case_saved", "case_removed"]


@pytest.mark.parametrize(
    ("content", "pointer"),
    [
        (CASE | {"id": "lain"}, "/content/id"),
        (CASE | {"day": "kemarin"}, "/content/day"),
        (CASE | {"answers": {"nik": "6471014503950001"}}, "/content/answers/nik"),
        (CASE | {"answers": {"x": "a" * 40_000}}, "/content"),
        (CASE | {"expect": {}}, "/content/expect"),
        ("x", "/content"),
    ],
)
def test_what_is_no_case_is_refused_by_its_place(dewi: Admin, content: Any, pointer: str) -> None:
    dewi.make()

    refused = put(dewi, content)

    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, pointer)
    assert not GoldenCase.objects.exists()


def test_there_are_so_many_and_no_more(dewi: Admin) -> None:
    dewi.make()
    service = Service.objects.get()
    rows = [
        GoldenCase(service=service, name=f"k{n}", content=CASE, sha256="0", updated_at=timezone.now())
        for n in range(MOST_CASES)
    ]
    GoldenCase.objects.bulk_create(rows)

    refused = put(dewi, CASE)

    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_cases")


def test_what_an_admin_wrote_or_removed_stays_when_the_module_brings_another(dewi: Admin) -> None:
    brought(CASE | {"id": "satu"}, CASE | {"id": "dua"}, CASE | {"id": "tiga"})
    assert names(dewi) == ["dua", "satu", "tiga"]
    assert put(dewi, OTHER, "satu", etag="*").json()["offered"] == CASE | {"id": "satu"}
    assert dewi.send("delete", f"{AT}dua/", etag="*").status_code == 204
    newer = CASE | {"day": "2026-03-11"}

    for _again in range(2):
        brought(newer | {"id": "satu"}, newer | {"id": "dua"}, newer | {"id": "tiga"})

    one, three = dewi.get(AT).json()["results"]
    assert (one["id"], one["origin"], one["content"]["expect"]) == ("satu", "admin", OTHER["expect"])
    assert one["offered"] == newer | {"id": "satu"}
    assert (three["id"], three["origin"], three["content"]["day"]) == ("tiga", "module", "2026-03-11")
    told = Change.objects.filter(what="cases_brought").order_by("pk").values_list("values", flat=True)
    assert list(told)[1:] == [{"written": ["tiga"], "kept": ["satu", "dua"], "gone": []}]


def test_what_the_module_no_longer_brings_goes_and_an_admins_stays(dewi: Admin) -> None:
    brought(CASE | {"id": "satu"}, CASE | {"id": "dua"})
    put(dewi, OTHER, "satu", etag="*")

    brought()

    (left,) = dewi.get(AT).json()["results"]
    assert (left["id"], left["offered"]) == ("satu", None)


@pytest.mark.django_db(transaction=True)
def test_two_who_write_the_same_case_at_once_do_not_overwrite_each_other(dewi: Admin) -> None:
    dewi.make()

    def write(expect: dict[str, Any]) -> int:
        twin = Admin(dewi)
        return int(put(twin, CASE | {"expect": expect}, etag='"none"').status_code)

    done = at_once(lambda: write({"valid": False}), lambda: write({"fee": 1}))

    assert sorted(done) == [201, 412]
    assert Change.objects.filter(what="case_saved").count() == 1
