"""Over the API alone an OPD admin makes a service, publishes it, and a resident applies at once."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from services.agencies.models import Role
from services.catalogue.models import Service
from tests.accounts.proofing.conftest import Caller
from tests.services.applications.factory import resident
from tests.services.catalogue.admins import Admin
from tests.services.documents.crafted import png

pytestmark = pytest.mark.django_db


def text(id: str, en: str, **more: Any) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "maxLength": 100, "x-label": {"id": id, "en": en}} | more


FIELDS: dict[str, Any] = {
    "nama": text("Nama", "Name"),
    "nik": text("NIK", "NIK", format="nik"),
    "telepon": text("Telepon", "Phone", format="phone"),
    "alamat": text("Alamat", "Address"),
    "kelurahan": text("Kelurahan", "Subdistrict", format="region"),
    "mulai": text("Mulai", "From", format="date"),
    "luas": {"type": "integer", "minimum": 1, "maximum": 500, "x-label": {"id": "Luas (m2)", "en": "Area (m2)"}},
    "makanan": {"type": "boolean", "x-label": {"id": "Menjual makanan", "en": "Sells food"}},
    "jenis_makanan": text("Jenis makanan", "Kind of food"),
    "penjamin": text("Penjamin", "Guarantor"),
}


def shown_when(field: str, other: str, schema: dict[str, Any]) -> dict[str, Any]:
    condition = {"scope": f"#/properties/{other}", "schema": schema}
    return {
        "type": "Control",
        "scope": f"#/properties/{field}",
        "rule": {"effect": "SHOW", "condition": condition},
    }


STALL: dict[str, Any] = {
    "title": {"id": "Izin lapak", "en": "Stall permit"},
    "summary": {"id": "Izin berjualan di pasar malam.", "en": "To sell at the night market."},
    "category": "usaha",
    "access": {"audience": ["resident"], "assurance": "basic"},
    "legal_basis": ["Perda Kota Balikpapan 1/2024 Pasal 3"],
    "requirements": [
        {
            "id": "foto_lapak",
            "title": {"id": "Foto lapak", "en": "Photo of the stall"},
            "accept": ["png"],
            "max_mb": 1,
            "when": {">": [{"var": "luas"}, 10]},
        }
    ],
    "form": {
        "schema": {"type": "object", "required": list(FIELDS), "properties": FIELDS},
        "ui": {
            "type": "VerticalLayout",
            "elements": [
                *(
                    {"type": "Control", "scope": f"#/properties/{name}"}
                    for name in FIELDS
                    if name not in ("jenis_makanan", "penjamin")
                ),
                shown_when("jenis_makanan", "makanan", {"const": True}),
                shown_when("penjamin", "luas", {"minimum": 50}),
            ],
        },
    },
    "fee": {"rule": {"*": [{"var": "luas"}, 2500]}, "basis": "Perda 1/2024 Lampiran II"},
    "workflow": "standard-review",
    "deadline": {"working_days": 3, "from": "complete", "basis": "Standar pelayanan"},
    "retention": {"months": 12},
}
ANSWERS = {
    "nama": "Siti Rahma",
    "nik": "6471014101900001",
    "telepon": "081234567890",
    "alamat": "Jalan Mawar 1",
    "kelurahan": "64.71.01.1001",
    "mulai": "2026-12-01",
    "luas": 12,
    "makanan": False,
}


def test_from_nothing_to_a_residents_application(dewi: Admin) -> None:
    begun = dewi.post("office/services/", {"service": "izin-lapak", "content": {"title": STALL["title"]}})
    assert begun.status_code == 201, begun.content
    assert begun.json()["sound"] is False
    etag = begun.headers["ETag"]
    draft = "office/services/izin-lapak/draft/"

    unfinished = dewi.send("post", "office/services/izin-lapak/publish/", {}, etag=etag)
    assert (unfinished.status_code, unfinished.json()["code"]) == (422, "unsound_definition")
    assert {"pointer": "/content", "code": "unsound"}.items() <= unfinished.json()["errors"][0].items()

    saved = dewi.send("put", draft, {"content": STALL | {"service": "izin-lapak"}}, etag=etag)
    assert saved.status_code == 200, saved.content
    assert (saved.json()["sound"], saved.json()["faults"]) == (True, [])
    stale = dewi.send("put", draft, {"content": {}}, etag=etag)
    assert stale.status_code == 412
    assert dewi.get("office/services/izin-lapak/check/").json()["sound"] is True

    seen = dewi.post("office/services/izin-lapak/preview/", {"answers": ANSWERS}).json()
    assert seen["hidden"] == ["/jenis_makanan", "/penjamin"]
    assert (seen["problems"], seen["fee"]["amount"]) == ([], 30000)
    assert [each["id"] for each in seen["documents"]] == ["foto_lapak"]
    wider = dewi.post("office/services/izin-lapak/preview/", {"answers": ANSWERS | {"luas": 60}}).json()
    assert (wider["fee"]["amount"], [each["pointer"] for each in wider["problems"]]) == (150000, ["/penjamin"])
    assert "/penjamin" in wider["required"]
    assert dewi.get("services/izin-lapak/").status_code == 404

    published = dewi.send("post", "office/services/izin-lapak/publish/", {"reason": "Baru"})
    assert published.status_code == 201, published.content
    assert (published.json()["state"], published.json()["version"]) == ("published", 1)
    assert dewi.get("services/izin-lapak/").json()["title"] == "Izin lapak"

    applied(Caller(resident()))
    line = dewi.get("office/services/").json()["results"][0]
    assert (line["service"], line["state"], line["version"], line["draft"]) == ("izin-lapak", "open", 1, None)
    history = dewi.get("office/services/izin-lapak/history/").json()["results"]
    assert [each["what"] for each in history] == ["published", "draft_changed", "draft_begun", "created"]
    assert (history[0]["reason"], history[0]["by"], history[0]["version"]) == ("Baru", dewi.user.full_name, 1)


def applied(siti: Caller) -> None:
    """Let a resident apply."""
    id = str(uuid4())
    assert siti.post("applications/", {"id": id, "service": "izin-lapak"}).status_code == 201
    siti.api.credentials(HTTP_IF_MATCH="*")
    assert siti._call("patch", f"applications/{id}/", {"answers": ANSWERS}).status_code == 200
    photo = {"requirement": "foto_lapak", "file": SimpleUploadedFile("lapak.png", png(), "image/png")}
    handed = siti.api.post(f"/api/v1/applications/{id}/files/", photo, format="multipart")
    assert handed.status_code == 201, handed.content
    siti.api.credentials()
    submitted = siti.post(f"applications/{id}/submit/")
    assert submitted.status_code == 200, submitted.content
    assert submitted.json()["fee"]["amount"] == 30000


def test_another_agencys_admin_finds_nothing(dewi: Admin, stranger: Admin) -> None:
    dewi.make("surat-uji")
    bodies: dict[tuple[str, str], Any] = {
        ("put", "draft/"): {"content": {}}, ("patch", "draft/"): {"content": {}}, ("post", "draft/"): {},
        ("post", "preview/"): {"answers": {}}, ("post", "publish/"): {}, ("post", "roll-back/"): {"to": 1},
    }  # fmt: skip

    for method, path in [
        ("get", "draft/"), ("put", "draft/"), ("patch", "draft/"), ("delete", "draft/"), ("post", "draft/"),
        ("get", "check/"), ("post", "preview/"), ("get", "diff/"), ("post", "publish/"), ("post", "roll-back/"),
        ("get", "versions/"), ("get", "history/"),
    ]:  # fmt: skip
        answer = stranger.send(method, f"office/services/surat-uji/{path}", bodies.get((method, path)))
        assert answer.status_code == 404, (method, path, answer.content)
    assert stranger.get("office/services/").json()["results"] == []
    taken = stranger.post("office/services/", {"service": "surat-uji"})
    assert (taken.status_code, taken.json()["code"]) == (409, "slug_taken")
    assert Service.objects.get().draft.revision == 1


@pytest.mark.parametrize("role", [Role.OFFICER, Role.APPROVER])
def test_who_is_no_admin_is_refused(role: str, member: Callable[..., Caller]) -> None:
    officer = member("DISDUKCAPIL", role)

    assert officer.get("office/services/").status_code == 403
    refused = officer.post("office/services/", {"service": "surat-uji"})

    assert (refused.status_code, refused.json()["code"]) == (403, "not_agency_admin")
    assert not Service.objects.exists()


def test_a_resident_does_not_see_a_draft(dewi: Admin) -> None:
    dewi.make("surat-uji")
    siti = Caller(resident())

    assert siti.get("services/surat-uji/").status_code == 404
    assert siti.get("services/").json()["results"] == []
    begun = siti.post("applications/", {"id": str(uuid4()), "service": "surat-uji"})
    assert (begun.status_code, begun.json()["code"]) == (400, "unknown_service")


@pytest.mark.parametrize(
    ("content", "pointer"),
    [
        ({"service": "lain"}, "/content/service"),
        ({"kata": "x" * 600_000}, "/content"),
    ],
)
def test_what_no_draft_can_hold_is_refused_by_its_place(dewi: Admin, content: Any, pointer: str) -> None:
    dewi.make("surat-uji")
    before = dewi.get("office/services/surat-uji/draft/").json()

    refused = dewi.send("put", "office/services/surat-uji/draft/", {"content": content})

    assert refused.status_code == 400
    assert refused.json()["errors"][0]["pointer"] == pointer
    assert dewi.get("office/services/surat-uji/draft/").json() == before


def test_a_revision_does_not_come_back_with_a_new_draft(dewi: Admin) -> None:
    dewi.make("surat-uji")
    first = dewi.etags["surat-uji"]
    assert dewi.send("delete", "office/services/surat-uji/draft/").status_code == 204
    assert dewi.get("office/services/surat-uji/draft/").status_code == 404
    assert dewi.get("office/services/").json()["results"] == []
    again = dewi.make("surat-uji")

    assert again.headers["ETag"] != first
    assert dewi.send("put", "office/services/surat-uji/draft/", {"content": {}}, etag=first).status_code == 412


def test_sent_twice_a_service_is_begun_and_published_once(dewi: Admin) -> None:
    key = str(uuid4())
    first, second = (dewi.post("office/services/", {"service": "surat-uji"}, key=key) for _turn in range(2))
    assert first.json() == second.json()
    dewi.make("surat-dua")
    key = str(uuid4())

    one, two = (dewi.send("post", "office/services/surat-dua/publish/", {}, key=key) for _turn in range(2))

    assert one.json() == two.json()
    assert one.json()["version"] == 1
    assert Service.objects.get(slug="surat-dua").versions.count() == 1
