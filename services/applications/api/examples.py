"""Examples shown in the API documentation."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

_LINE: dict[str, Any] = {
    "id": "0b6f2f3e-2a0f-4f0b-9a5d-3d1c2f4e5a6b",
    "number": "BPN-7K3M-2Q9F-0",
    "kind": "application",
    "service": {"slug": "akta-kelahiran", "title": "Akta Kelahiran"},
    "agency": {"code": "DISDUKCAPIL", "name": "Dinas Kependudukan dan Pencatatan Sipil"},
    "state": "in_review",
    "state_label": "Sedang diperiksa petugas",
    "end": None,
    "due_on": "2026-11-26",
    "clock": "running",
    "needs_correction": False,
    "submitted_at": "2026-11-25T09:12:03+08:00",
    "updated_at": "2026-11-25T10:40:51+08:00",
}
_FULL: dict[str, Any] = _LINE | {
    "objects_to": None,
    "version": 1,
    "answers": {"anak": {"nama": "Nur Aisyah"}},
    "files": [],
    "fee": {"amount": 0, "currency": "IDR"},
    "revision": 7,
    "target_on": None,
    "closed_at": None,
    "decision": None,
    "document": None,
    "law_changed": None,
    "reused": [],
    "reused_files": [],
}
_FILE: dict[str, Any] = {
    "id": "1c7f2f3e-2a0f-4f0b-9a5d-3d1c2f4e5a6b",
    "requirement": "surat_lahir",
    "name": "surat-lahir.jpg",
    "media_type": "image/jpeg",
    "size": 184233,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
}
_MINE: dict[str, Any] = _FULL | {
    "moved": None,
    "must_answer_again": [],
    "set_aside": [],
    "bundle": {
        "id": "0b3f6f3e-2a0f-4f0b-9a5d-3d1c2f4e5a6b",
        "life_event": "kelahiran",
        "title": "Anak lahir",
    },
}

_NEWS: dict[str, Any] = {"news": 2, "unread": 1}
NEWS = OpenApiExample("One thing is new", value=_NEWS, response_only=True, status_codes=["200"])
READ_IN = OpenApiExample("Up to what was shown", value={"news": 1}, request_only=True)
MY_PAGE = OpenApiExample(
    "A page of my applications",
    value={"next": None, "previous": None, "results": [_LINE | _NEWS]},
    response_only=True,
    status_codes=["200"],
)
CHANGES = OpenApiExample(
    "With updated_since: one changed, a draft was thrown away",
    value={
        "next": None,
        "previous": None,
        "results": [_MINE | _NEWS],
        "deleted": ["3f0c7f0a-54c1-4a5e-9d0a-2f4e6f8a1b2c"],
        "cursor": "WyI3MzQ4IiwxNzY0MjkxMjAwLDkwMjIsOTAyMV0",
        "reset": False,
    },
    response_only=True,
    status_codes=["200"],
)
LINE = OpenApiExample("An application under review", value=_LINE, response_only=True, status_codes=["200"])
APPLICATION = OpenApiExample("An application", value=_MINE, response_only=True, status_codes=["200", "201"])
_RECEIPT = "eyJhbGciOiJFZERTQSIsInR5cCI6InJlY2VpcHQrandzIn0.eyJudW1iZXIiOiJCUE4tN0szTS0yUTlGLTAifQ.c2lnbmF0dXJl"
SUBMITTED = OpenApiExample("Handed in", value=_MINE | {"receipt": _RECEIPT}, response_only=True, status_codes=["200"])
RECEIPT = OpenApiExample(
    "A receipt",
    value={"submission": 1, "submitted_at": "2026-11-25T09:12:03+08:00", "receipt": _RECEIPT},
    response_only=True,
    status_codes=["200"],
)
RECEIPT_IN = OpenApiExample("A receipt that was shown to me", value={"receipt": _RECEIPT}, request_only=True)
VERIFIED_RECEIPT = OpenApiExample(
    "Genuine, and no correction was sent since",
    value={
        "number": "BPN-7K3M-2Q9F-0",
        "service": {"slug": "akta-kelahiran", "title": "Akta Kelahiran"},
        "agency": {"code": "DISDUKCAPIL", "name": "Dinas Kependudukan dan Pencatatan Sipil"},
        "version": 1,
        "version_sha256": "4b227777d4dd1fc61c6f884f48641d02b4d121d3fd328cb08b5531fcacdabf8a",
        "content_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "submission": 1,
        "latest": True,
        "submitted_at": "2026-11-25T09:12:03+08:00",
        "due_on": "2026-11-28",
        "deadline": {"days": 3, "working": True, "basis": "UU 23/2006 Pasal 27"},
        "on_behalf_of": None,
    },
    response_only=True,
    status_codes=["200"],
)
RECEIPT_KEYS = OpenApiExample(
    "One key",
    value={
        "keys": [
            {
                "kty": "OKP",
                "crv": "Ed25519",
                "use": "sig",
                "alg": "EdDSA",
                "kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
                "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
            }
        ]
    },
    response_only=True,
    status_codes=["200"],
)
DRAFT = OpenApiExample(
    "A draft that still lacks a field",
    value=_MINE
    | {
        "number": None,
        "state": "draft",
        "state_label": "Draf",
        "due_on": None,
        "clock": None,
        "submitted_at": None,
        "fee": None,
        "problems": [
            {"pointer": "/answers/anak/nama", "code": "minLength", "detail": "Nama anak: paling sedikit 2 huruf."}
        ],
        "conflicts": [],
    },
    response_only=True,
    status_codes=["200"],
)
DRAFT_IN = OpenApiExample(
    "Begin a birth certificate",
    value={"id": "0b6f2f3e-2a0f-4f0b-9a5d-3d1c2f4e5a6b", "service": "akta-kelahiran"},
    request_only=True,
)
ANSWERS_IN = OpenApiExample(
    "Two fields, one removed", value={"answers": {"anak": {"nama": "Nur Aisyah", "berat": None}}}, request_only=True
)
_FACT: dict[str, Any] = {
    "pointer": "/answers/pemohon/nama",
    "fact": "registry.name",
    "source": "Nama di data kependudukan",
    "asserted_at": "2026-08-14T10:02:11+08:00",
    "assurance": "verified",
}
OFFERS = OpenApiExample(
    "A name to take over, an address that the agency cannot give now",
    value={
        "offers": [_FACT | {"label": "Nama", "value": "Siti Aminah", "age_days": 103}],
        "unavailable": [
            {
                "pointer": "/answers/pemohon/alamat",
                "label": "Alamat",
                "fact": "module.alamat",
                "detail": "Belum ada jawaban dari sistem Dinas Kependudukan dan Pencatatan Sipil: silakan isi sendiri.",
            }
        ],
    },
    response_only=True,
    status_codes=["200"],
)
TAKE_IN = OpenApiExample(
    "Yes to the name",
    value={"take": [{"pointer": "/answers/pemohon/nama", "value": "Siti Aminah"}]},
    request_only=True,
)
_CARD: dict[str, Any] = {
    "requirement": "kk",
    "document_type": "kartu_keluarga",
    "given_at": "2026-08-15T09:20:00+08:00",
    "status": "accepted",
}
FILE_OFFERS = OpenApiExample(
    "A family card that another agency was given",
    value={
        "offers": [
            _CARD
            | {
                "title": "Kartu Keluarga",
                "file": _FILE | {"requirement": "kk", "name": "kk.jpg"},
                "source": {
                    "application": _LINE["id"],
                    "number": "BPN-7K3M-2Q9F-0",
                    "service": {"slug": "akta-kelahiran", "title": "Akta Kelahiran"},
                    "agency": {"code": "DISDUKCAPIL", "name": "Dinas Kependudukan dan Pencatatan Sipil"},
                    "handed_in_by": "Siti Aminah",
                },
                "age_days": 103,
            }
        ]
    },
    response_only=True,
    status_codes=["200"],
)
TAKE_FILES_IN = OpenApiExample(
    "Yes to the family card",
    value={"take": [{"requirement": "kk", "file": _FILE["id"], "sha256": _FILE["sha256"]}]},
    request_only=True,
)
OFFICE_APPLICATION = OpenApiExample(
    "An application at its agency",
    value=_FULL
    | {
        "applicant": {"id": "6f6d2b1c-1111-4222-8333-444455556666", "name": "Siti Rahma"},
        "place": {
            "agency": {"code": "DISDUKCAPIL", "name": "Dinas Kependudukan dan Pencatatan Sipil"},
            "unit": {"code": "pencatatan-sipil", "name": "Bidang Pelayanan Pencatatan Sipil"},
            "assignee": {"id": "7a6d2b1c-1111-4222-8333-444455556666", "name": "Rina Wulandari"},
        },
    },
    response_only=True,
    status_codes=["200"],
)
REASON_IN = OpenApiExample(
    "With a reason", value={"reason": "Surat keterangan lahir tidak terbaca."}, request_only=True
)
DECISION_IN = OpenApiExample(
    "Refused, with the law",
    value={"reason": "Lokasi berada di kawasan lindung.", "reason_code": "", "basis": "Perda 12/2012 Pasal 34"},
    request_only=True,
)
TIMELINE = OpenApiExample(
    "Submitted",
    value={
        "results": [
            {
                "sequence": 1,
                "type": "submitted",
                "label": "Permohonan diajukan",
                "state": "submitted",
                "state_label": "Diterima",
                "by": "resident",
                "on_behalf": None,
                "reason": None,
                "basis": None,
                "note": None,
                "documents": [],
                "at": "2026-11-25T09:12:03+08:00",
                "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            }
        ]
    },
    response_only=True,
    status_codes=["200"],
)
DEADLINE = OpenApiExample(
    "One working day",
    value={
        "due_on": "2026-11-26",
        "received_on": "2026-11-25",
        "started_on": "2026-11-25",
        "working_days": 1,
        "calendar_days": None,
        "basis": "Permendagri 19/2018",
        "clock": "running",
        "paused_on": None,
        "days_left": None,
        "explanation": "Diterima 2026-11-25; 1 hari kerja mulai hari berikutnya; jawaban paling lambat 2026-11-26.",
        "days": [
            {"date": "2026-11-25", "counted": False, "why": "start_day", "name": None},
            {"date": "2026-11-26", "counted": True, "why": "workday", "name": None},
        ],
        "rule": {
            "version": 3,
            "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "counted_from": "complete",
        },
        "calendar": {"now": "5b1c0d3f9a7e2c44", "at_submission": "5b1c0d3f9a7e2c44"},
        "target": None,
        "on_lapse": "escalate",
        "escalation": [
            {"level": "officer", "who": "petugas yang menangani", "on": "2026-11-27", "told_at": None},
            {"level": "head", "who": "kepala instansi", "on": "2026-12-01", "told_at": None},
            {"level": "inspectorate", "who": "Inspektorat", "on": "2026-12-03", "told_at": None},
        ],
        "usual": None,
    },
    response_only=True,
    status_codes=["200"],
)
ACTIONS = OpenApiExample(
    "Two choices",
    value={
        "results": [
            {
                "action": "grant",
                "label": "Kabulkan",
                "target": "granted",
                "reason": "none",
                "decides": True,
                "reason_codes": [],
                "documents": [],
                "blocked": None,
                "url": "https://superapp.example/api/v1/office/applications/0b6f2f3e-2a0f-4f0b-9a5d-3d1c2f4e5a6b/actions/grant/",
            },
            {
                "action": "reject",
                "label": "Tolak",
                "target": "rejected",
                "reason": "required",
                "decides": True,
                "reason_codes": [{"code": "lainnya", "label": "Alasan lain", "words": True, "basis": None}],
                "documents": [],
                "blocked": None,
                "url": "https://superapp.example/api/v1/office/applications/0b6f2f3e-2a0f-4f0b-9a5d-3d1c2f4e5a6b/actions/reject/",
            },
        ]
    },
    response_only=True,
    status_codes=["200"],
)
MY_ACTIONS = OpenApiExample(
    "A complaint that was answered",
    value={
        "results": [
            {
                "action": "confirm",
                "label": "Sudah selesai",
                "target": "confirmed",
                "reason": "optional",
                "decides": False,
                "reason_codes": [],
                "documents": [],
                "blocked": None,
                "url": "https://superapp.example/api/v1/applications/0b6f2f3e-2a0f-4f0b-9a5d-3d1c2f4e5a6b/actions/confirm/",
            },
            {
                "action": "dispute",
                "label": "Belum selesai",
                "target": "in_progress",
                "reason": "required",
                "decides": False,
                "reason_codes": [],
                "documents": [],
                "blocked": None,
                "url": "https://superapp.example/api/v1/applications/0b6f2f3e-2a0f-4f0b-9a5d-3d1c2f4e5a6b/actions/dispute/",
            },
        ]
    },
    response_only=True,
    status_codes=["200"],
)
FILE_IN = OpenApiExample(
    "For one required document",
    value={"requirement": "surat_lahir", "file": "(bytes of surat-lahir.jpg)"},
    request_only=True,
    media_type="multipart/form-data",
)
FILE = OpenApiExample("A file", value=_FILE, response_only=True)
