"""Kinds of fields that mean more than their type: each has one way to be declared, and what must stand beside it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from services.definitions.faults import Fault
from services.definitions.fields import Field

Texts = Mapping[str, Any]
_LABEL = {"id": "...", "en": "..."}

# How each is written, as the guide and the editor show it; without its label.
KINDS: dict[str, dict[str, Any]] = {
    "nik": {"type": "string", "format": "nik"},
    "kk": {"type": "string", "format": "kk"},
    "phone": {"type": "string", "format": "phone"},
    "email": {"type": "string", "format": "email"},
    "date": {"type": "string", "format": "date"},
    "rupiah": {"type": "integer", "format": "rupiah", "minimum": 0, "maximum": 10**12},
    "region": {"type": "string", "format": "region"},
    "kelurahan": {"type": "string", "format": "kelurahan"},
    "map-point": {
        "type": "object",
        "format": "map-point",
        "required": ["lat", "lon"],
        "properties": {
            "lat": {"type": "number", "minimum": -90, "maximum": 90},
            "lon": {"type": "number", "minimum": -180, "maximum": 180},
        },
    },
    "file": {"type": "string", "format": "file", "x-document": "surat_kuasa"},
    "family-member": {"type": "string", "format": "family-member"},
}


def kind_of(node: Mapping[str, Any]) -> str:
    """Return what a field is beyond its type: its format, "" for a plain one."""
    return str(node.get("format", ""))


def kind_faults(fields: list[Field], requirements: list[Mapping[str, Any]]) -> Iterator[Fault]:
    """Yield what keeps a field from being the kind that its format says."""
    yield from _files(fields, {each["id"]: place for place, each in enumerate(requirements)}, requirements)
    for field in fields:
        check = _CHECKS.get(kind_of(field.node))
        if check is not None:
            yield from check(field)
        elif kind_of(field.node) in KINDS and field.node.get("type") != KINDS[kind_of(field.node)]["type"]:
            yield Fault(f"{field.place}/type", f"a {kind_of(field.node)} is a text", "Write `type: string`")
        if "x-document" in field.node and kind_of(field.node) != "file":
            yield Fault(f"{field.place}/x-document", "only a file has a document", "Write `format: file`, or remove it")


def _rupiah(field: Field) -> Iterator[Fault]:
    node = field.node
    if node.get("type") != "integer" or not _at_least(node.get("minimum"), 0) or "maximum" not in node:
        hint = "Write `{type: integer, format: rupiah, minimum: 0, maximum: 1000000000}`"
        yield Fault(field.place, "an amount of rupiah is a whole number between two bounds", hint)


def _at_least(value: Any, least: int) -> bool:
    return isinstance(value, int | float) and value >= least


def _map_point(field: Field) -> Iterator[Fault]:
    asked = {key: KINDS["map-point"][key] for key in ("type", "required", "properties")}
    found = {key: field.node.get(key) for key in asked}
    if isinstance(found["required"], list):
        found["required"] = sorted(map(str, found["required"]))
    if found != asked:
        hint = "Write `type: object, required: [lat, lon], properties: {lat: {type: number, minimum: -90, maximum: 90}"
        hint += ", lon: {type: number, minimum: -180, maximum: 180}}`"
        yield Fault(field.place, "a point on the map has a latitude and a longitude", hint)


_CHECKS: dict[str, Callable[[Field], Iterator[Fault]]] = {"rupiah": _rupiah, "map-point": _map_point}


def _files(fields: list[Field], places: Mapping[str, int], requirements: list[Mapping[str, Any]]) -> Iterator[Fault]:
    taken: dict[str, Field] = {}
    for field in fields:
        if kind_of(field.node) != "file":
            continue
        document = str(field.written.get("x-document", ""))
        if field.repeats:
            hint = "Ask for it outside the list, one document for each file"
            yield Fault(field.place, "a file cannot repeat", hint)
        elif document not in places:
            known = ", ".join(places) or "none yet"
            yield Fault(f"{field.place}/x-document", "a file names one of the required documents", f"Known: {known}")
        elif document in taken:
            yield Fault(f"{field.place}/x-document", f"{document!r} belongs to {taken[document].path}", "Name another")
        else:
            taken[document] = field
            for word in requirements[places[document]].keys() & {"when", "optional"}:
                hint = "Remove it: the field's own rule and `required` say when the file is asked for"
                yield Fault(f"/requirements/{places[document]}/{word}", "a field of the form asks for this", hint)
