"""A made-up service with twenty fields, published under two hundred slugs."""

from typing import Any


def definition(number: int) -> dict[str, Any]:
    """Return the content of service `uji-<number>`: twenty fields in four groups, one condition."""
    groups: dict[str, Any] = {}
    for group in ("pemohon", "lokasi", "usaha", "bangunan"):
        groups[group] = {
            "type": "object",
            "x-label": {"id": group.capitalize(), "en": group.capitalize()},
            "properties": {
                "nama": {"type": "string", "minLength": 2, "maxLength": 80, "x-label": {"id": "Nama", "en": "Name"}},
                "nik": {"type": "string", "format": "nik", "x-label": {"id": "NIK", "en": "NIK"}},
                "tanggal": {"type": "string", "format": "date", "x-label": {"id": "Tanggal", "en": "Date"}},
                "luas": {"type": "integer", "minimum": 1, "maximum": 100000, "x-label": {"id": "Luas", "en": "Area"}},
                "jenis": {"type": "string", "enum": ["a", "b", "c"], "x-label": {"id": "Jenis", "en": "Kind"}},
            },
            "required": ["nama", "nik", "tanggal", "luas", "jenis"],
        }
    return {
        "service": f"uji-{number}",
        "title": {"id": f"Layanan uji {number}", "en": f"Bench service {number}"},
        "summary": {"id": "Layanan buatan untuk mengukur kecepatan.", "en": "A made-up service to measure speed."},
        "category": "uji",
        "life_events": ["usaha", "rumah"],
        "access": {"audience": ["resident"], "assurance": "basic"},
        "legal_basis": ["UU 25/2009"],
        "requirements": [],
        "form": {
            "schema": {"type": "object", "properties": groups, "required": list(groups)},
            "ui": {
                "type": "Categorization",
                "elements": [
                    {
                        "type": "Category",
                        "label": {"id": group, "en": group},
                        "elements": [{"type": "Control", "scope": f"#/properties/{group}"}],
                    }
                    for group in groups
                ],
            },
        },
        "fee": {"amount": 0, "basis": "Tanpa biaya"},
        "workflow": "standard-review",
        "deadline": {"working_days": 5, "from": "complete", "basis": "UU 30/2014 Pasal 53"},
        "retention": {"months": 60},
        "demo": True,
    }


ANSWERS: dict[str, Any] = {
    group: {"nama": "Siti Rahma", "nik": "6471014101900001", "tanggal": "2026-01-02", "luas": 120, "jenis": "b"}
    for group in ("pemohon", "lokasi", "usaha", "bangunan")
}
