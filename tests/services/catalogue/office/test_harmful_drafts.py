"""A draft may be unfinished and full of mistakes; what does harm is refused when it is saved, with its place."""

import copy
from typing import Any

import pytest

from services.catalogue.models import ServiceDraft
from tests.services.applications.factory import CONTENT
from tests.services.catalogue.admins import Admin

pytestmark = pytest.mark.django_db

DRAFT = "office/services/surat-uji/draft/"
LABEL = {"x-label": {"id": "a", "en": "a"}}
WAIT: Any = [
    {
        "type": "Control",
        "scope": f"#/properties/{one}",
        "rule": {"effect": "SHOW", "condition": {"scope": f"#/properties/{other}", "schema": {"const": "x"}}},
    }
    for one, other in (("a", "b"), ("b", "a"))
]


def form(fields: dict[str, Any], elements: Any = ()) -> dict[str, Any]:
    return {"form": {"schema": {"type": "object", "properties": fields}, "ui": {"elements": [*elements]}}}


A = "/content/form/schema/properties/a"
HARMS: dict[str, tuple[dict[str, Any], str]] = {
    "a catastrophic pattern": (form({"a": {"pattern": "(((a{100}){100}){100})"}}), f"{A}/pattern"),
    "a reference out of the document": (form({"a": {"$ref": "file:///etc/passwd"}}), f"{A}/$ref"),
    "a reference that leads back": (form({"a": {"allOf": [{"$ref": "#/properties/a"}]}}), "/content/form/schema"),
    "more choices than anybody reads": (form({"a": {"enum": [*map(str, range(2000))]}}), f"{A}/enum"),
    "rules that wait for each other": (form({"a": LABEL, "b": LABEL}, WAIT), "/content/form/ui"),
    "a rule that grows": (
        {"fee": {"rule": {"reduce": [{"var": "a"}, [{"var": "x"}, {"var": "x"}], [1]]}}},
        "/content/fee/rule/reduce/1",
    ),
    "too many fields": (form({f"f{n}": {} for n in range(600)}), "/content/form/schema"),
    "too large": ({"summary": {"id": "x" * 300_000}}, "/content"),
    "letters that nobody sees": ({"title": {"id": "a\u202eb"}}, "/content/title/id"),
}


@pytest.mark.parametrize("harm", HARMS)
@pytest.mark.parametrize("method", ["put", "patch"])
def test_what_does_harm_is_refused_when_saved(dewi: Admin, harm: str, method: str) -> None:
    dewi.make()
    before = ServiceDraft.objects.get()
    changes, pointer = HARMS[harm]

    refused = dewi.send(method, DRAFT, {"content": changes})

    assert refused.status_code == 400, refused.content
    error = next(each for each in refused.json()["errors"] if each["pointer"] == pointer)
    assert error["code"] == "harmful"
    assert error["detail"].endswith(".")
    after = ServiceDraft.objects.get()
    assert (after.revision, after.content) == (before.revision, before.content)


def test_a_service_is_not_begun_with_what_does_harm(dewi: Admin) -> None:
    changes, pointer = HARMS["a catastrophic pattern"]

    refused = dewi.post("office/services/", {"service": "surat-uji", "content": changes})

    assert [each["pointer"] for each in refused.json()["errors"]] == [pointer]
    assert not ServiceDraft.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"title": None, "form": None},
        {"form": {"schema": {"type": "object", "properties": {"a": {"$ref": "#/belum"}}}}},
        {"form": {"schema": {"type": "objek"}, "ui": "nanti"}},
        {"fee": {"rule": {"kali": [1]}}},
        {"workflow": {"states": {}}},
        {"requirements": "nanti"},
    ],
)
def test_what_is_unfinished_is_kept_with_its_faults(dewi: Admin, changes: dict[str, Any]) -> None:
    dewi.make()

    saved = dewi.send("put", DRAFT, {"content": copy.deepcopy(CONTENT) | {"service": "surat-uji"} | changes})

    assert saved.status_code == 200, saved.content
    assert saved.json()["sound"] is False


@pytest.mark.parametrize(("method", "path"), [("put", DRAFT), ("patch", DRAFT), ("post", "office/services/")])
def test_a_key_that_comes_twice_is_refused_with_its_place(dewi: Admin, method: str, path: str) -> None:
    dewi.make()
    dewi.get("me/")
    body = '{"service": "lain", "content": {"fee": {"amount": 0, "amount": 9, "basis": "Uji"}}}'
    headers = {"If-Match": "*", "Idempotency-Key": "satu"}

    refused = getattr(dewi.api, method)(f"/api/v1/{path}", body, content_type="application/json", headers=headers)

    assert refused.status_code == 400, refused.content
    assert [(e["pointer"], e["code"]) for e in refused.json()["errors"]] == [("/content/fee/amount", "twice")]
    assert ServiceDraft.objects.get().content["fee"] == CONTENT["fee"]
