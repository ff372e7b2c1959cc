"""Papers that services of many agencies ask for: a requirement that names one is handed in once.

    requirements:
      - {id: kk, document_type: kartu_keluarga, ...}

What a person handed in for a type before is offered to them where the type is asked again. So only a paper that stays
the same from one application to the next has a type, not one about the matter itself, as a birth note or a site plan.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from services.definitions.faults import Fault

DOCUMENT_TYPES: Mapping[str, Mapping[str, str]] = {
    "ktp": {"id": "KTP-el pemohon", "en": "The applicant's identity card"},
    "ktp_ibu": {"id": "KTP-el ibu", "en": "The mother's identity card"},
    "ktp_ayah": {"id": "KTP-el ayah", "en": "The father's identity card"},
    "kartu_keluarga": {"id": "Kartu Keluarga", "en": "Family card"},
    "akta_kelahiran": {"id": "Akta kelahiran pemohon", "en": "The applicant's birth certificate"},
    "buku_nikah": {"id": "Buku nikah atau akta perkawinan", "en": "Marriage book or certificate"},
    "akta_cerai": {"id": "Akta cerai", "en": "Divorce certificate"},
    "pas_foto": {"id": "Pas foto pemohon", "en": "The applicant's passport photo"},
    "ijazah": {"id": "Ijazah terakhir", "en": "The latest school or university certificate"},
    "npwp": {"id": "NPWP", "en": "Taxpayer's card"},
    "paspor": {"id": "Paspor", "en": "Passport"},
    "kartu_jkn": {"id": "Kartu JKN/BPJS Kesehatan", "en": "Health insurance card"},
    "nib": {"id": "Nomor Induk Berusaha (NIB)", "en": "Business identification number (NIB)"},
    "akta_perusahaan": {"id": "Akta pendirian perusahaan", "en": "Deed of the company's establishment"},
    "sertifikat_tanah": {"id": "Sertifikat tanah", "en": "Land certificate"},
    "pbb": {"id": "Bukti lunas PBB terakhir", "en": "Latest proof of paid property tax"},
}


def type_faults(requirements: list[Mapping[str, Any]]) -> Iterator[Fault]:
    """Yield types that there are not, and those that two documents of one service claim: which would be offered?"""
    seen: dict[str, str] = {}
    for place, each in enumerate(requirements):
        if "document_type" not in each:
            continue
        name, where = each["document_type"], f"/requirements/{place}/document_type"
        if name not in DOCUMENT_TYPES:
            hint = f"Choose one of: {', '.join(DOCUMENT_TYPES)}, or leave it out"
            yield Fault(where, f"there is no type of document {name!r}", hint)
        elif name in seen:
            yield Fault(where, f"{name!r} is the type of {seen[name]!r}, too", "Leave it out of one of them")
        seen.setdefault(name, each["id"])
