"""What a wrong answer is told in, in both languages, with the field's own name."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

Texts = dict[str, str]

FORMATS = {
    "nik": ("NIK: 16 angka, sesuai KTP atau KK", "a NIK: 16 digits, as on the identity or family card"),
    "kk": ("nomor KK: 16 angka", "a family card number: 16 digits"),
    "phone": ("nomor telepon, misalnya 081234567890", "a phone number, such as 081234567890"),
    "region": ("kode wilayah, misalnya 64.71.01.1001", "a region code, such as 64.71.01.1001"),
    "kelurahan": ("kelurahan di Balikpapan", "a kelurahan of Balikpapan"),
    "file": ("berkas yang sudah diunggah", "a file that was uploaded"),
    "family-member": ("anggota keluarga dari daftar Anda", "a family member of your list"),
    "date": ("tanggal, misalnya 2026-01-31", "a date, such as 2026-01-31"),
    "email": ("alamat email", "an e-mail address"),
}
TYPES = {
    "string": ("teks", "a text"),
    "integer": ("bilangan bulat", "a whole number"),
    "number": ("angka", "a number"),
    "boolean": ("ya atau tidak", "yes or no"),
    "object": ("kelompok isian", "a group of fields"),
    "array": ("daftar", "a list"),
}


def detail_of(code: str, label: Mapping[str, str], limit: Any = None) -> Texts:
    """Return what to tell for `code`. `limit` is the bound, format or type that was not met."""
    id, en = _sentence(code, tuple(limit) if isinstance(limit, list) else limit)
    return {"id": f"{label['id']} {id}.", "en": f"{label.get('en', label['id'])} {en}."}


@lru_cache(maxsize=1024, typed=True)  # typed: what equals is not always written alike, such as 1 and 1.0
def _sentence(code: str, limit: Any) -> tuple[str, str]:
    if code == "format":
        id, en = FORMATS.get(limit, (f"berformat {limit}", f"in the format {limit}"))
        return f"harus berupa {id}", f"must be {en}"
    if code == "type":
        kinds = limit if isinstance(limit, tuple) else (limit,)
        id, en = TYPES.get(kinds[0], (kinds[0], kinds[0]))
        for each in kinds[1:]:
            other = TYPES.get(each, (each, each))
            id, en = f"{id} atau {other[0]}", f"{en} or {other[1]}"
        return f"harus berupa {id}", f"must be {en}"
    id, en = SENTENCES.get(code, SENTENCES["invalid"])
    return id.format(limit), en.format(limit)


SENTENCES = {
    "required": ("wajib diisi", "is required"),
    "unknown_field": ("tidak ada di formulir", "is not in the form"),
    "pattern": ("tidak sesuai bentuk yang diminta", "does not have the form that is asked"),
    "min_length": ("paling sedikit {} huruf", "needs {} characters at least"),
    "max_length": ("paling banyak {} huruf", "may have {} characters at most"),
    "minimum": ("paling kecil {}", "may not be less than {}"),
    "maximum": ("paling besar {}", "may not be more than {}"),
    "exclusive_minimum": ("harus lebih dari {}", "must be more than {}"),
    "exclusive_maximum": ("harus kurang dari {}", "must be less than {}"),
    "multiple_of": ("harus kelipatan {}", "must be a multiple of {}"),
    "enum": ("bukan salah satu pilihan", "is not one of the choices"),
    "min_items": ("paling sedikit {}", "needs {} at least"),
    "max_items": ("paling banyak {}", "may have {} at most"),
    "unique_items": ("tidak boleh berulang", "may not repeat"),
    "not_computed": ("tidak dapat dihitung dari isian lain", "cannot be worked out from the other answers"),
    "too_many": ("terlalu banyak", "are too many"),
    "too_large": ("terlalu besar", "is too large"),
    "too_deep": ("bertingkat terlalu dalam", "nests too deep"),
    "not_json": ("berisi huruf atau angka yang tidak dapat disimpan", "hold characters or numbers that cannot be kept"),
    "invalid": ("tidak sah", "is not valid"),
}
