"""What the API of trying a version takes and tells, by example."""

from typing import Any, Final

from drf_spectacular.utils import OpenApiExample

_AT: Final = "2026-11-24T10:15:00+08:00"
_SHA: Final = "9f2c4a1d0b7e5f3a6c8d9e0f1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d"
_CONTENT: Final[dict[str, Any]] = {
    "id": "lajang",
    "title": {"id": "Pemohon lajang", "en": "A single person"},
    "day": "2026-03-10",
    "answers": {"nama": "Warga Contoh", "kawin": False},
    "documents": ["kartu_keluarga"],
    "expect": {"valid": True, "hidden": ["/pasangan"], "fee": 25000},
}
_RESULT: Final[dict[str, Any]] = {
    "id": "lajang",
    "title": "Pemohon lajang",
    "passed": False,
    "differences": [
        {"pointer": "/expect/fee", "text": "Biaya Rp30.000, bukan Rp25.000", "expected": 25000, "found": 30000}
    ],
}
_REPLAY: Final[dict[str, Any]] = {
    "id": "0b9c2f7e-52a1-4f7b-9a43-0a4bb3f5c1de",
    "service": "surat-pindah",
    "source": "draft",
    "sha256": _SHA,
    "against": 1,
    "applications": 200,
    "state": "waiting",
    "done": 0,
    "total": 0,
    "asked_by": "Dewi Lestari",
    "asked_at": _AT,
    "finished_at": None,
    "stale": False,
    "failure": None,
    "report": None,
}

CASE_IN = OpenApiExample("A single person", value={"content": _CONTENT}, request_only=True)
CASE = OpenApiExample(
    "A single person",
    value={
        "id": "lajang",
        "sha256": _SHA,
        "origin": "admin",
        "author": "Dewi Lestari",
        "updated_at": _AT,
        "content": _CONTENT,
        "offered": None,
    },
    response_only=True,
    status_codes=["200", "201"],
)
REPLAY_IN = OpenApiExample("The latest 200 applications", value={"applications": 200}, request_only=True)
REPLAY_ASKED = OpenApiExample("Asked for", value=_REPLAY, response_only=True, status_codes=["202"])
REPLAY = OpenApiExample(
    "Finished",
    value=_REPLAY
    | {
        "state": "done",
        "done": 214,
        "total": 214,
        "finished_at": _AT,
        "report": {
            "cases_passed": 0,
            "cases": [_RESULT],
            "submitted": {"looked_at": 200, "affected": 31},
            "drafts": {"looked_at": 13, "affected": 0, "left_out": 0},
            "kinds": [{"kind": "invalid", "submitted": 31, "drafts": 0}],
            "causes": [
                {
                    "kind": "invalid",
                    "pointer": "/ayah/nama",
                    "code": "missing",
                    "text": "*Nama ayah* menjadi wajib",
                    "submitted": 31,
                    "drafts": 0,
                    "applications": ["0199c2f7-52a1-7f7b-9a43-0a4bb3f5c1de"],
                }
            ],
            "more_causes": 0,
            "module_fees": {"submitted": 0, "applications": [], "text": ""},
        },
    },
    response_only=True,
)
RESULT: Final = _RESULT
