"""Facts that are known of a person already, by which a form is prefilled: where each comes from.

    prefill: {/ibu/nama: registry.mother_name}

A fact is shown with its source and its age; the resident takes it over or writes something else.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from services.definitions.faults import Fault
from services.definitions.fields import Field
from services.definitions.values import steps_of

# Known to the platform itself; `module.<name>` is asked of the agency's own module.
SOURCES: dict[str, Mapping[str, str]] = {
    "account.name": {"id": "Nama di akun Anda", "en": "The name of your account"},
    "account.phone": {"id": "Nomor telepon akun Anda", "en": "The phone number of your account"},
    "account.email": {"id": "Alamat email akun Anda", "en": "The e-mail address of your account"},
    "registry.name": {"id": "Nama di data kependudukan", "en": "The name in the population registry"},
    "registry.birth_date": {"id": "Tanggal lahir di data kependudukan", "en": "The date of birth in the registry"},
    "registry.mother_name": {"id": "Nama ibu di data kependudukan", "en": "The mother's name in the registry"},
    "registry.nik": {"id": "NIK yang sudah dicocokkan", "en": "The NIK that was matched"},
    "registry.kk": {"id": "Nomor KK yang sudah dicocokkan", "en": "The family card number that was matched"},
}
MODULE = "module."


def prefill_faults(prefill: Mapping[str, str], fields: list[Field]) -> Iterator[Fault]:
    """Yield what is wrong with a form's `prefill`: unknown fields and facts, fields not filled in by hand."""
    known = {field.steps: field for field in fields if not field.repeats}
    for pointer, fact in prefill.items():
        place = f"/form/prefill/{pointer.replace('~', '~0').replace('/', '~1')}"
        field = known.get(tuple(steps_of(pointer)))
        if field is None:
            yield Fault(place, f"there is no field {pointer[:80]!r}", "Name a field as /group/name")
        elif _unfillable(field):
            yield Fault(place, "this field takes no fact", "Name a text, number or date that a person fills in")
        if fact not in SOURCES and not fact.startswith(MODULE):
            hint = f"Choose one of: {', '.join(sorted(SOURCES))}, or `module.<name>` of the agency's module"
            yield Fault(place, f"there is no fact {fact[:80]!r}", hint)


def _unfillable(field: Field) -> bool:
    plain: Any = field.node.get("type")
    return (
        plain not in ("string", "integer", "number", "boolean")
        or field.node.get("format") == "file"
        or ("x-computed" in field.written)
    )
