"""What it means when a bound of a field changes: looser is compatible, stricter breaks."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from services.definitions.changes.change import ChangeClass, shown

Found = tuple[str, ChangeClass, str, str]  # code, class, Indonesian and English after the field's name

_COSMETIC = {
    "x-label": ("namanya diubah", "was renamed"),
    "x-help": ("petunjuknya diubah", "has other help"),
    "title": ("judulnya diubah", "has another title"),
    "description": ("keterangannya diubah", "has another description"),
    "examples": ("contohnya diubah", "has other examples"),
    "default": ("isian awalnya diubah", "begins with another value"),
    "$comment": ("catatannya diubah", "has another comment"),
    "x-order": ("urutan isiannya diubah", "has its fields in another order"),
    "x-id": ("mendapat tanda pengenal", "was given an id"),
}
_LEAST = {
    "minLength": ("panjang paling sedikit", "least length"),
    "minimum": ("nilai paling kecil", "least value"),
    "exclusiveMinimum": ("batas bawah", "lower bound"),
    "minItems": ("jumlah paling sedikit", "least number"),
    "minContains": ("jumlah paling sedikit", "least number"),
    "minProperties": ("isian paling sedikit", "least number of fields"),
}
_MOST = {
    "maxLength": ("panjang paling banyak", "greatest length"),
    "maximum": ("nilai paling besar", "greatest value"),
    "exclusiveMaximum": ("batas atas", "upper bound"),
    "maxItems": ("jumlah paling banyak", "greatest number"),
    "maxContains": ("jumlah paling banyak", "greatest number"),
    "maxProperties": ("isian paling banyak", "greatest number of fields"),
}
_CHOICES = ("enum", "oneOf", "const")
_ELSEWHERE = frozenset({"properties", "required", "items", "$defs", "$ref"})
_NOTHING: Any = object()


def keyword_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Found]:
    """Yield what changed between two schemas of a field; its inner fields, and whether it is required, are left out."""
    was, now = choices_of(old), choices_of(new)
    plain = was is not None or now is not None
    if plain:
        yield from _choices(was, now)
    for word in sorted((old.keys() | new.keys()) - _ELSEWHERE):
        before, after = old.get(word, _NOTHING), new.get(word, _NOTHING)
        if (before == after and type(before) is type(after)) or (plain and word in _CHOICES):
            continue
        yield _change(word, before, after)


def choices_of(schema: Mapping[str, Any]) -> dict[str, tuple[Any, Mapping[str, str]]] | None:
    """Return the choices of a field with their names, by how JSON writes them; None where anything may be answered."""
    if "const" in schema:
        return {repr(schema["const"]): (schema["const"], {})}
    if "enum" in schema:
        return {repr(each): (each, {}) for each in schema["enum"]}
    options = schema.get("oneOf")
    if isinstance(options, list) and all(isinstance(each, Mapping) and "const" in each for each in options):
        return {repr(each["const"]): (each["const"], each) for each in options}
    return None


def _choices(was: Any, now: Any) -> Iterator[Found]:
    if was is None:
        yield "choices_added", "breaking", "kini hanya menerima pilihan tertentu", "now takes certain choices only"
        return
    if now is None:
        yield "choices_freed", "compatible", "tidak lagi terbatas pada pilihan", "is no longer bound to choices"
        return
    for key, (value, option) in was.items():
        id, en = _named(value, option)
        if key not in now:
            yield "choice_removed", "breaking", f"tidak lagi memiliki pilihan “{id}”", f"lost the choice “{en}”"
        elif now[key][1] != option:
            new_id, new_en = _named(*now[key])
            yield "choice_renamed", "cosmetic", f"pilihan “{id}” kini “{new_id}”", f"calls the choice “{en}” “{new_en}”"
    for key in now.keys() - was.keys():
        id, en = _named(*now[key])
        yield "choice_added", "compatible", f"mendapat pilihan “{id}”", f"has a new choice “{en}”"


def _named(value: Any, option: Mapping[str, Any]) -> tuple[str, str]:
    label = option.get("x-label") or {}
    return str(label.get("id", value)), str(label.get("en", value))


def _change(word: str, before: Any, after: Any) -> Found:
    if word in _COSMETIC:
        return f"{word.removeprefix('x-').strip('$')}_changed", "cosmetic", *_renamed(word, before, after)
    if word in _LEAST:
        return _bound(word, _LEAST[word], before, after, stricter=lambda one, other: one > other)
    if word in _MOST:
        return _bound(word, _MOST[word], before, after, stricter=lambda one, other: one < other)
    if word in ("format", "pattern", "multipleOf", "uniqueItems"):
        return _shape(word, before, after)
    if word == "x-computed":
        return _computed(before, after)
    if word == "type":
        return _type(before, after)
    id, en = f"aturannya (`{word}`) diubah", f"has another rule (`{word}`)"
    return "rule_changed", "breaking", id, en


def _renamed(word: str, before: Any, after: Any) -> tuple[str, str]:
    id, en = _COSMETIC[word]
    if word == "x-label" and isinstance(before, Mapping) and isinstance(after, Mapping):
        return f"{id}: semula “{before.get('id')}”", f"{en}, it was “{before.get('en')}”"
    return id, en


def _bound(
    word: str, names: tuple[str, str], before: Any, after: Any, *, stricter: Callable[[Any, Any], bool]
) -> Found:
    id, en = names
    if after is _NOTHING:
        return f"{word}_removed", "compatible", f"tanpa {id} (semula {before})", f"has no {en} any more (was {before})"
    if before is _NOTHING:
        return f"{word}_added", "breaking", f"{id} kini {after}", f"has a {en} of {after} now"
    kind: ChangeClass = "breaking" if stricter(after, before) else "compatible"
    return f"{word}_changed", kind, f"{id} kini {after} (semula {before})", f"{en} is {after} (was {before})"


_SHAPES = {
    "format": ("bentuk isiannya", "its format"),
    "pattern": ("pola isiannya", "its pattern"),
    "multipleOf": ("kelipatannya", "the multiple asked"),
    "uniqueItems": ("aturan tidak berulang", "the rule against repetition"),
}


def _shape(word: str, before: Any, after: Any) -> Found:
    id, en = _SHAPES[word]
    if after is _NOTHING or after is False:
        return f"{word}_removed", "compatible", f"{id} tidak lagi diperiksa", f"is no longer held to {en}"
    if before is _NOTHING or before is False:
        return (
            f"{word}_added",
            "breaking",
            f"{id} kini diperiksa: {shown(after)}",
            f"is held to {en} now: {shown(after)}",
        )
    kind: ChangeClass = "breaking"
    if word == "multipleOf" and before % after == 0:
        kind = "compatible"
    change = f"{shown(after)} (semula {shown(before)})", f"{shown(after)} (was {shown(before)})"
    return f"{word}_changed", kind, f"{id} kini {change[0]}", f"{en} is {change[1]}"


def _computed(before: Any, after: Any) -> Found:
    if after is _NOTHING:
        return "computed_removed", "breaking", "kini diisi sendiri", "is filled in by hand now"
    if before is _NOTHING:
        return "computed_added", "breaking", "kini dihitung, tidak diisi", "is worked out now, not filled in"
    return "computed_changed", "compatible", "dihitung dengan cara lain", "is worked out another way"


def _type(before: Any, after: Any) -> Found:
    was, now = _types(before), _types(after)
    wider = not now or (was and all(each in now or (each == "integer" and "number" in now) for each in was))
    kind: ChangeClass = "compatible" if wider else "breaking"
    return "type_changed", kind, "jenis isiannya diubah", "is another type of answer"


def _types(value: Any) -> list[str]:
    if value is _NOTHING:
        return []
    return value if isinstance(value, list) else [value]
