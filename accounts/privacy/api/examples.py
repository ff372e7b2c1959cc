"""Examples that the documentation shows."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

ACCESS = OpenApiExample(
    "An officer read my application",
    value={
        "id": "2c7f2f3e-2a0f-4f0b-9a5d-3d1c2f4e5a6b",
        "kind": "staff",
        "application": "0b6f2f3e-2a0f-4f0b-9a5d-3d1c2f4e5a6b",
        "number": "BPN-7K3M-2Q9F-0",
        "agency": {"code": "DISDUKCAPIL", "name": "Dinas Kependudukan dan Pencatatan Sipil"},
        "reader": {"name": "Rina Wulandari", "role": "officer"},
        "client": None,
        "claims": [],
        "what": "application",
        "why": None,
        "at": "2026-11-25T10:40:51+08:00",
    },
    response_only=True,
    status_codes=["200"],
)
PURPOSE = OpenApiExample(
    "Signing in elsewhere",
    value={
        "code": "sign_in_elsewhere",
        "version": 1,
        "title": "Masuk ke aplikasi dan situs lain",
        "data": ["pengenal khusus untuk situs itu", "waktu dan cara Anda masuk"],
        "why": "Agar Anda dapat masuk ke situs perangkat daerah tanpa akun dan kata sandi baru.",
        "basis": "a",
        "basis_in_words": "persetujuan Anda yang sah secara eksplisit",
        "regulation": "UU 27/2022 pasal 20 ayat (2) huruf a",
        "retention": "Sampai Anda mencabut persetujuan.",
        "recipients": ["Aplikasi atau situs yang Anda izinkan"],
        "withdrawable": True,
        "how_to_stop": "Anda dapat mencabutnya kapan saja; pemrosesan berhenti seketika.",
    },
    response_only=True,
)
CONNECTION = OpenApiExample(
    "An agency's site",
    value={
        "client_id": "antrean-dukcapil",
        "name": "Antrean Dukcapil",
        "agency": "DISDUKCAPIL",
        "city_owned": False,
        "since": "2026-11-20T08:00:00+08:00",
        "last_used_at": "2026-11-24T09:12:00+08:00",
        "scopes": [{"scope": "openid", "description": "Mengenali Anda saat masuk"}],
        "claims": ["sub", "auth_time", "acr", "amr"],
        "purposes": ["sign_in_elsewhere"],
    },
    response_only=True,
)
_ASKED: dict[str, Any] = {
    "id": "5d7f2f3e-2a0f-4f0b-9a5d-3d1c2f4e5a6b",
    "state": "preparing",
    "asked_at": "2026-11-24T10:00:00+08:00",
    "ready_at": None,
    "expires_at": None,
    "size": None,
    "sha256": None,
    "contents": {},
    "missing": [],
}
EXPORT_ASKED = OpenApiExample("Asked for", value=_ASKED, response_only=True, status_codes=["202"])
EXPORT = OpenApiExample(
    "Ready",
    value=_ASKED
    | {
        "state": "ready",
        "ready_at": "2026-11-24T10:00:09+08:00",
        "expires_at": "2026-11-27T10:00:09+08:00",
        "size": 482113,
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "contents": {"account": 1, "sign_ins": 12, "applications": 3},
    },
    response_only=True,
    status_codes=["200"],
)
_KINDS = [
    {
        "kind": "applications",
        "title": "Permohonan yang sudah diajukan",
        "kept": True,
        "why": "Arsip negara: keputusan pemerintah harus dapat dibuktikan.",
        "law": "UU 43/2009 pasal 3, 40 dan 51; PP 28/2012",
        "until": "Sampai masa simpan pada jadwal retensi arsip layanan itu habis.",
    }
]
DELETION = OpenApiExample(
    "Not asked for",
    value={"state": None, "asked_at": None, "due_at": None, "kinds": _KINDS},
    response_only=True,
    status_codes=["200"],
)
DELETION_ASKED = OpenApiExample(
    "Asked for",
    value={
        "state": "waiting",
        "asked_at": "2026-11-24T10:00:00+08:00",
        "due_at": "2026-12-01T10:00:00+08:00",
        "kinds": _KINDS,
    },
    response_only=True,
    status_codes=["202"],
)
CONSENT = OpenApiExample(
    "A consent",
    value={
        "id": "7d7f2f3e-2a0f-4f0b-9a5d-3d1c2f4e5a6b",
        "client": {"id": "antrean-dukcapil", "name": "Antrean Dukcapil"},
        "basis": "consent",
        "withdrawable": True,
        "scopes": ["openid", "profile"],
        "claims": ["name"],
        "wording": [
            {
                "scope": "profile",
                "text": "Membaca nama dan bahasa Anda",
                "purpose": "Memanggil Anda di loket",
                "basis": "UU 25/2009 pasal 15",
                "version": 1,
            }
        ],
        "wording_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "language": "id",
        "purposes": ["sign_in_elsewhere", "profile_elsewhere"],
        "given_at": "2026-11-20T08:00:00+08:00",
    },
    response_only=True,
)
_WAITING: dict[str, Any] = {
    "id": "3e7f2f3e-2a0f-4f0b-9a5d-3d1c2f4e5a6b",
    "kind": "correction",
    "state": "open",
    "made_at": "2026-11-24T10:00:00+08:00",
    "due_at": "2026-11-27T10:00:00+08:00",
    "overdue": False,
}
_ASKED = {"text": "Nama saya salah eja.", "full_name": "Siti Aminah"}
_REQUEST = _WAITING | _ASKED | {"answer": None, "answered_at": None}
WAITING_REQUEST = OpenApiExample("Waits", value=_WAITING, response_only=True)
REQUEST = OpenApiExample("A correction", value=_REQUEST, response_only=True)
REQUEST_IN = OpenApiExample("Correct my name", value={"kind": "correction"} | _ASKED, request_only=True)
OFFICE_REQUEST = OpenApiExample(
    "A correction",
    value=_REQUEST
    | {
        "person": {"id": "0193b2a4-7c1e-7d52-9a43-0a4bb3f5c1de", "full_name": "Siti Aminh", "assurance": "verified"},
    },
    response_only=True,
)
ANSWER_IN = OpenApiExample(
    "Granted", value={"outcome": "granted", "answer": "Nama sudah dibetulkan sesuai KTP-el."}, request_only=True
)
_IMPERSONATION: dict[str, Any] = {
    "id": "4f7f2f3e-2a0f-4f0b-9a5d-3d1c2f4e5a6b",
    "staff": "Tono Hartono",
    "reason": "Tiket 4711: permohonan tidak tampil di aplikasi.",
    "began_at": "2026-11-24T10:00:00+08:00",
    "expires_at": "2026-11-24T10:15:00+08:00",
    "ended_at": None,
    "ending": None,
    "lasts": True,
}
IMPERSONATION = OpenApiExample("Goes on", value=_IMPERSONATION, response_only=True)
IMPERSONATION_TOKEN = OpenApiExample(
    "Begun", value=_IMPERSONATION | {"access_token": "0aXl5uW5l3Zb2rV9dJgkq7m1o8sYtHc4"}, response_only=True
)
IMPERSONATION_IN = OpenApiExample(
    "To help",
    value={"person": "0193b2a4-7c1e-7d52-9a43-0a4bb3f5c1de", "reason": _IMPERSONATION["reason"], "minutes": 15},
    request_only=True,
)
