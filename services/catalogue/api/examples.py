"""Examples of the catalogue API."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

_LINE: dict[str, Any] = {
    "slug": "akta-kelahiran",
    "title": "Akta Kelahiran",
    "summary": "Pencatatan kelahiran dan penerbitan kutipan akta kelahiran.",
    "agency": {"code": "DISDUKCAPIL", "name": "Dinas Kependudukan dan Pencatatan Sipil"},
    "category": "kependudukan",
    "life_events": ["kelahiran"],
    "assurance": "basic",
    "fee": {"amount": 0, "computed": False},
    "deadline": {"working_days": 3, "calendar_days": None},
    "demo": True,
    "version": 1,
}
LINE = OpenApiExample("Service", value=_LINE, response_only=True)
DETAIL = OpenApiExample(
    "Service in full",
    value=_LINE
    | {
        "is_open": True,
        "legal_basis": ["UU 24/2013 Pasal 27"],
        "requirements": [
            {
                "id": "surat_lahir",
                "title": "Surat keterangan lahir",
                "accept": ["pdf", "jpeg", "png"],
                "max_mb": 5,
                "optional": False,
                "conditional": False,
                "document_type": None,
            }
        ],
        "fee_basis": "UU 24/2013 Pasal 79A",
        "deadline_basis": "Standar pelayanan (demo)",
        "usual": {
            "sample": 200,
            "median_days": 1,
            "p90_days": 3,
            "words": "Separuh dari 200 keputusan terakhir memakan paling lama 1 hari kerja.",
        },
        "states": [{"code": "submitted", "label": "Diajukan", "end": None}],
        "confidence": "reconstructed",
        "version_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "version_url": "http://127.0.0.1:8000/api/v1/services/akta-kelahiran/versions/1/",
        "published_at": "2026-11-24T10:00:00+08:00",
    },
    response_only=True,
)
VERSION = OpenApiExample(
    "Version",
    value={
        "service": "akta-kelahiran",
        "number": 1,
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "published_at": "2026-11-24T02:00:00+00:00",
        "content": {"service": "akta-kelahiran", "title": {"id": "Akta Kelahiran", "en": "Birth certificate"}},
    },
    response_only=True,
)
DEFINITION_SCHEMA = OpenApiExample(
    "Its beginning",
    value={"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Service definition", "type": "object"},
    response_only=True,
    media_type="application/schema+json",
)
CASES_SCHEMA = OpenApiExample(
    "Its beginning",
    value={"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Golden cases of a service"},
    response_only=True,
    media_type="application/schema+json",
)
ENGINE_VECTORS = OpenApiExample(
    "One case",
    value={
        "definitions": {"izin-reklame": {"service": "izin-reklame"}},
        "cases": [
            {
                "name": "a field that shows and is empty",
                "definition": "izin-reklame",
                "today": "2026-11-24",
                "given": {"reklame": {"jenis": "papan"}},
                "expected": {
                    "answers": {"reklame": {"jenis": "papan"}},
                    "hidden": [],
                    "problems": [["/reklame/lebar_m", "required"]],
                    "computed": {},
                    "fee": None,
                    "documents": ["desain"],
                },
            }
        ],
    },
    response_only=True,
)
