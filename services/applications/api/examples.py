"""Examples shown in the API documentation."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

_LINE: dict[str, Any] = {
    "id": "0b6f2f3e-2a0f-4f0b-9a5d-3d1c2f4e5a6b",
    "number": "BPN-7K3M-2Q9F-0",
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
    "version": 1,
    "answers": {"anak": {"nama": "Nur Aisyah"}},
    "files": [],
    "fee": {"amount": 0, "currency": "IDR"},
    "revision": 7,
    "closed_at": None,
    "document": None,
    "law_changed": None,
    "reused": [],
}
_MINE: dict[str, Any] = _FULL | {"moved": None, "must_answer_again": [], "set_aside": []}

LINE = OpenApiExample("An application under review", value=_LINE, response_only=True, status_codes=["200"])
APPLICATION = OpenApiExample("An application", value=_MINE, response_only=True, status_codes=["200", "201"])
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
                "note": None,
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
                "reason_codes": [],
                "blocked": None,
                "url": "https://superapp.example/api/v1/office/applications/0b6f2f3e-2a0f-4f0b-9a5d-3d1c2f4e5a6b/actions/grant/",
            },
            {
                "action": "reject",
                "label": "Tolak",
                "target": "rejected",
                "reason": "required",
                "reason_codes": [{"code": "lainnya", "label": "Alasan lain", "words": True}],
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
                "reason_codes": [],
                "blocked": None,
                "url": "https://superapp.example/api/v1/applications/0b6f2f3e-2a0f-4f0b-9a5d-3d1c2f4e5a6b/actions/confirm/",
            },
            {
                "action": "dispute",
                "label": "Belum selesai",
                "target": "in_progress",
                "reason": "required",
                "reason_codes": [],
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
FILE = OpenApiExample(
    "A file",
    value={
        "id": "1c7f2f3e-2a0f-4f0b-9a5d-3d1c2f4e5a6b",
        "requirement": "surat_lahir",
        "name": "surat-lahir.jpg",
        "media_type": "image/jpeg",
        "size": 184233,
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    },
    response_only=True,
)
