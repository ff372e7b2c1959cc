"""What the API of an agency's own services takes and tells, by example."""

from typing import Any, Final

from drf_spectacular.utils import OpenApiExample

from services.catalogue.api.office.trial_examples import RESULT

_AT: Final = "2026-11-24T10:15:00+08:00"
_SHA: Final = "9f2c4a1d0b7e5f3a6c8d9e0f1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d"
_AGENCY: Final = {"code": "DISDUKCAPIL", "name": "Dinas Kependudukan dan Pencatatan Sipil"}
_TITLE: Final = {"id": "Surat pindah", "en": "Moving letter"}
_CHANGE: Final[dict[str, Any]] = {
    "pointer": "/form/schema/required/2",
    "code": "required",
    "text": "*Nama ayah* menjadi wajib.",
    "change_class": "breaking",
    "field": "/ayah/nama",
    "document": "",
}
_DRAFT: Final[dict[str, Any]] = {
    "service": "surat-pindah",
    "agency": _AGENCY,
    "base": 1,
    "current": 1,
    "revision": 7,
    "sha256": _SHA,
    "origin": "admin",
    "author": "Dewi Lestari",
    "updated_at": _AT,
    "sound": False,
    "faults": [{"pointer": "/fee", "message": '"basis" is a required property', "hint": "Add `basis:`"}],
    "content": {"service": "surat-pindah", "title": _TITLE, "fee": {"amount": 0}},
}

LINE = OpenApiExample(
    "A service",
    value={
        "service": "surat-pindah",
        "title": "Surat pindah",
        "agency": _AGENCY,
        "state": "open",
        "version": 1,
        "draft": {"revision": 7, "sound": True},
        "publication": None,
        "drift": "none",
    },
    response_only=True,
)
NEW = OpenApiExample(
    "A new service", value={"service": "surat-pindah", "content": {"title": _TITLE}}, request_only=True
)
BEGIN = OpenApiExample("From the version that stands", value={}, request_only=True)
CONTENT = OpenApiExample("All of it", value={"content": _DRAFT["content"]}, request_only=True)
PATCH = OpenApiExample(
    "A fee", value={"content": {"fee": {"amount": 25000, "basis": "Perda 1/2024"}}}, request_only=True
)
DRAFT = OpenApiExample("A draft", value=_DRAFT, response_only=True)
CHECK = OpenApiExample(
    "Sound",
    value={key: _DRAFT[key] for key in ("service", "revision", "sha256", "base", "current")}
    | {"sound": True, "faults": [], "change_class": "breaking", "changes": [_CHANGE], "cases": [RESULT]},
    response_only=True,
)
DIFF = OpenApiExample(
    "A question became required",
    value={"service": "surat-pindah", "old": "1", "new": "draft", "change_class": "breaking", "changes": [_CHANGE]},
    response_only=True,
)
PREVIEW_IN = OpenApiExample("A single person", value={"answers": {"data": {"kawin": False}}}, request_only=True)
PREVIEW = OpenApiExample(
    "A single person",
    value={
        "visible": ["/data", "/data/nama", "/data/kawin"],
        "hidden": ["/data/pasangan"],
        "required": ["/data", "/data/nama", "/data/kawin"],
        "answers": {"data": {"kawin": False}},
        "problems": [{"pointer": "/data/nama", "code": "required", "detail": "Nama wajib diisi."}],
        "fee": {"amount": 25000, "basis": "Perda 1/2024"},
        "documents": [{"id": "kartu_keluarga", "title": "Kartu Keluarga"}],
    },
    response_only=True,
)
PUBLISH = OpenApiExample(
    "At once, drafts go on", value={"drafts_policy": "carry_on", "reason": "Perda 1/2024"}, request_only=True
)
ROLL_BACK = OpenApiExample(
    "To the first version",
    value={"to": 1, "drafts_policy": "carry_on", "reason": "Versi 2 keliru"},
    request_only=True,
)
PUBLICATION = OpenApiExample(
    "Published",
    value={
        "id": "5f0a5a3e-8c1c-4f55-9a43-0a4bb3f5c1de",
        "service": "surat-pindah",
        "state": "published",
        "version": 2,
        "sha256": _SHA,
        "change_class": "compatible",
        "chosen_class": "compatible",
        "drafts_policy": "carry_on",
        "effective_from": None,
        "cut_off_at": None,
        "requested_by": "Dewi Lestari",
        "requested_at": _AT,
        "approved_by": None,
        "reason": "Perda 1/2024",
        "differences_accepted": False,
    },
    response_only=True,
    status_codes=["200", "201", "202"],
)
VERSION = OpenApiExample(
    "A version that another replaced",
    value={
        "number": 1,
        "sha256": _SHA,
        "origin": "module",
        "change_class": None,
        "chosen_class": None,
        "drafts_policy": "carry_on",
        "effective_from": None,
        "published_at": _AT,
        "published_by": "",
        "approved_by": None,
        "superseded_at": _AT,
        "retired_at": None,
        "cut_off_at": None,
        "url": "https://layanan.balikpapan.example/api/v1/services/surat-pindah/versions/1/",
    },
    response_only=True,
)
CHANGE = OpenApiExample(
    "Published",
    value={
        "id": 41,
        "what": "published",
        "version": 2,
        "by": "Dewi Lestari",
        "at": _AT,
        "reason": "Perda 1/2024",
        "values": {"drafts_policy": "carry_on"},
    },
    response_only=True,
)
WHY = OpenApiExample("A reason", value={"reason": "Menunggu Perwali"}, request_only=True)
RETIRE = OpenApiExample(
    "With an end for drafts",
    value={"reason": "Digabung ke layanan lain", "cut_off_at": "2027-03-01T00:00:00+08:00"},
    request_only=True,
)
FOUR_EYES = OpenApiExample("On", value={"four_eyes": True}, request_only=True)
_RULE: Final[dict[str, Any]] = {"agency": _AGENCY, "four_eyes": True, "off_asked_by": None}
RULE = OpenApiExample("On", value=_RULE, response_only=True)
RULES = OpenApiExample("One agency", value={"results": [_RULE]}, response_only=True)
DRIFT_IN = OpenApiExample(
    "Keep ours", value={"decision": "keep", "sha256": _SHA, "reason": "Perwali"}, request_only=True
)
DRIFT = OpenApiExample(
    "To be decided",
    value={
        "service": "surat-pindah",
        "drift": "open",
        "module": "module_disdukcapil",
        "sha256": _SHA,
        "offered_at": _AT,
        "current": 2,
        "change_class": "breaking",
        "changes": [_CHANGE],
        "content": {"service": "surat-pindah", "title": _TITLE},
        "publication": None,
    },
    response_only=True,
)
_BUNDLE_ID: Final = "4c0d7e2b1a9f8e7d6c5b4a39281706f5e4d3c2b1a0f9e8d7c6b5a49382716f50"
BUNDLE = OpenApiExample(
    "One service",
    value={
        "definitions": {"surat-pindah": {"service": "surat-pindah", "title": _TITLE}},
        "format": "service-bundle/1.0",
        "id": _BUNDLE_ID,
        "manifest": {
            "from": "uji.balikpapan.example",
            "services": [
                {
                    "agency": "DISDUKCAPIL",
                    "module": "",
                    "service": "surat-pindah",
                    "sha256": _SHA,
                    "version": {"number": 2, "published_at": "2026-11-24T02:15:00+00:00"},
                }
            ],
        },
        "signature": "eyJhbGciOiJFZERTQSIsImtpZCI6Ii4uLiJ9..c2lnbmF0dXJl",
    },
)
IMPORTED = OpenApiExample(
    "What would change",
    value={
        "id": _BUNDLE_ID,
        "from": "uji.balikpapan.example",
        "signed_by": {"name": "uji", "key": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"},
        "dry_run": True,
        "importable": True,
        "services": [
            {
                "service": "surat-pindah",
                "agency": "DISDUKCAPIL",
                "action": "draft",
                "sha256": _SHA,
                "number_there": 2,
                "current": 1,
                "known_as": None,
                "change_class": "breaking",
                "changes": [_CHANGE],
                "cases": {"new": ["pindah-biasa"], "kept": [], "unchanged": []},
            }
        ],
        "errors": [],
    },
    response_only=True,
    status_codes=["200", "201"],
)
