"""What changed between two forms: their fields by identity, when each shows, how they are laid out."""

from collections.abc import Iterator, Mapping
from typing import Any

from services.definitions.changes.change import Change, ChangeClass, words
from services.definitions.changes.keywords import Found, keyword_changes
from services.definitions.changes.questions import EACH, Pair, Question, pairs_of, questions_of
from services.definitions.rules import elements_of, fields_of
from services.definitions.values import canonical_json

_FORM = {"id": "Formulir", "en": "The form"}
_OTHERS: Mapping[str, tuple[ChangeClass, str, str]] = {
    "prefill": ("compatible", "terisi otomatis dari sumber lain", "is filled in from other sources"),
}


def form_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    """Yield what changed between the `form` of two definitions."""
    was, now = questions_of(old["schema"]), questions_of(new["schema"])
    pairs = pairs_of(was, now)
    found = [*_fields(pairs), *_around(old["schema"], new["schema"])]
    if not found and canonical_json(old["schema"]) != canonical_json(new["schema"]):
        id, en = "ditulis dengan cara lain", "is written another way"
        found = [Change("/form/schema", "schema_changed", words(_FORM, id, en), "breaking")]
    yield from found
    yield from _conditions(old["ui"], new["ui"], pairs)
    yield from _layout(old["ui"], new["ui"], pairs)
    yield from _agreements(old.get("checks", []), new.get("checks", []))
    for part in sorted((old.keys() | new.keys()) - {"schema", "ui", "checks"}):
        if canonical_json(old.get(part)) != canonical_json(new.get(part)):
            yield _other(part)


def _agreements(old: list[Mapping[str, Any]], new: list[Mapping[str, Any]]) -> Iterator[Change]:
    """Yield what changed of the checks between fields, each known by its rule and where its message stands."""
    was = {canonical_json([each["field"], each["rule"]]): each for each in old}
    now = {canonical_json([each["field"], each["rule"]]): (place, each) for place, each in enumerate(new)}
    for key, each in was.items():
        if key not in now:
            text = words(
                _FORM, f"tidak lagi memeriksa: {each['message']['id']}", f"lost a check: {each['message']['en']}"
            )
            yield Change("/form/checks", "check_removed", text, "compatible")
    for key, (place, each) in now.items():
        message, pointer = each["message"], f"/form/checks/{place}"
        if key not in was:
            text = words(_FORM, f"kini memeriksa: {message['id']}", f"checks now: {message['en']}")
            yield Change(pointer, "check_added", text, "breaking")
        elif was[key] != each:
            text = words(_FORM, f"mengatakan: {message['id']}", f"says: {message['en']}")
            yield Change(pointer, "check_reworded", text, "cosmetic")


def _other(part: str) -> Change:
    """Return that another part of the form changed; what is not known here breaks."""
    kind, id, en = _OTHERS.get(part, ("breaking", f"`{part}` diubah", f"has another `{part}`"))
    return Change(f"/form/{part}", f"{part}_changed", words(_FORM, id, en), kind)


def _around(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    """Yield what changed of the form as a whole, such as a rule between its groups."""
    for code, kind, id, en in keyword_changes(old, new):
        yield Change("/form/schema", code, words(_FORM, id, en), kind)


def _fields(pairs: list[Pair]) -> Iterator[Change]:
    before = {now.id: was.id for was, now in pairs if was and now}
    owed: dict[str, bool] = {}
    for was, now in pairs:
        if now is None:
            assert was is not None  # noqa: S101 - one of the two is there
            if not was.is_group:
                text = words(was.label, "tidak lagi ditanyakan", "is no longer asked")
                yield Change(was.pointer, "field_removed", text, "breaking", was.id)
        elif was is None:
            owed[now.id] = now.required and owed.get(now.parent, True)
            if not now.is_group:
                yield _added(now, owed=owed[now.id])
        else:
            yield from _changed(was, now, before)


def _added(field: Question, *, owed: bool) -> Change:
    if owed:
        text = words(field.label, "ditanyakan dan wajib diisi", "is asked and required")
        return Change(field.pointer, "field_added", text, "breaking", field.id)
    text = words(field.label, "ditanyakan, boleh dikosongkan", "is asked and may be left empty")
    return Change(field.pointer, "field_added", text, "compatible", field.id)


def _changed(was: Question, now: Question, before: Mapping[str, str]) -> Iterator[Change]:
    label = now.label
    if now.required and not was.required:
        yield Change(now.pointer, "required", words(label, "menjadi wajib", "became required"), "breaking", now.id)
    elif was.required and not now.required:
        text = words(label, "tidak lagi wajib", "is no longer required")
        yield Change(now.pointer, "optional", text, "compatible", now.id)
    if was.place[-1] != now.place[-1]:
        text = words(label, f"bernama “{now.place[-1]}” dalam data", f"is named “{now.place[-1]}” in the data")
        yield Change(now.pointer, "key_changed", text, "compatible", now.id)
    if before.get(now.parent, now.parent) != was.parent:
        yield Change(now.pointer, "moved", words(label, "dipindahkan", "was moved"), "compatible", now.id)
    for code, kind, id, en in keyword_changes(was.schema, now.schema):
        yield Change(now.pointer, code, words(label, id, en), kind, now.id)
    inner = _plain_items(was.schema), _plain_items(now.schema)
    if inner[0] != inner[1]:
        yield from _items(now, *inner)


def _plain_items(schema: Mapping[str, Any]) -> Any:
    """Return what is asked of each item beside its fields."""
    items = schema.get("items")
    if not isinstance(items, Mapping):
        return items
    return {word: value for word, value in items.items() if word not in ("properties", "required")}


def _items(field: Question, was: Any, now: Any) -> Iterator[Change]:
    label = {language: f"{text} ({EACH})" for language, text in field.label.items()}
    found: list[Found] = [("rule_changed", "breaking", "aturan isinya diubah", "asks other items")]
    if isinstance(was, Mapping) and isinstance(now, Mapping):
        found = list(keyword_changes(was, now)) or found
    for code, kind, id, en in found:
        yield Change(f"{field.pointer}/items", code, words(label, id, en), kind, field.id)


def _conditions(old: Mapping[str, Any], new: Mapping[str, Any], pairs: list[Pair]) -> Iterator[Change]:
    was = _rules(old, {each.place: each.id for each, _ in pairs if each})
    now = _rules(new, {each.place: (before or each).id for before, each in pairs if each})
    for before, after in pairs:
        if before is None or after is None:
            continue
        one, other = was.get(before.id, []), now.get(before.id, [])
        if one == other:
            continue
        if other:
            text = words(after.label, "tampil pada keadaan lain", "shows under another condition")
            yield Change(after.pointer, "condition_changed", text, "breaking", after.id)
        else:
            text = words(after.label, "kini selalu tampil", "always shows now")
            kind: ChangeClass = "breaking" if after.required else "compatible"
            yield Change(after.pointer, "condition_removed", text, kind, after.id)


def _rules(ui: Mapping[str, Any], ids: Mapping[tuple[str, ...], str]) -> dict[str, list[bytes]]:
    """Return by field the rules that show or hide it, each as canonical JSON, fields named by id."""
    found: dict[str, list[bytes]] = {}
    for pointer, element in elements_of(ui, "/form/ui"):
        if "rule" not in element:
            continue
        condition = element["rule"]["condition"]
        rule = [element["rule"]["effect"], _id_of(condition["scope"], ids), condition["schema"]]
        for _, inner in elements_of(element, pointer):
            if "scope" in inner:
                found.setdefault(_id_of(inner["scope"], ids), []).append(canonical_json(rule))
    return {id: sorted(rules) for id, rules in found.items()}


def _id_of(scope: str, ids: Mapping[tuple[str, ...], str]) -> str:
    return ids.get(fields_of(scope), scope)


def _layout(old: Mapping[str, Any], new: Mapping[str, Any], pairs: list[Pair]) -> Iterator[Change]:
    was = {each.place: each.id for each, _ in pairs if each}
    now = {each.place: (before or each).id for before, each in pairs if each}
    labels = {pointer: each["label"] for pointer, each in elements_of(old, "/form/ui") if "label" in each}
    for pointer, each in elements_of(new, "/form/ui"):
        before = labels.get(pointer)
        if before is not None and "label" in each and before != each["label"]:
            text = words(each["label"], f"semula berjudul “{before['id']}”", f"was headed “{before['en']}”")
            yield Change(f"{pointer}/label", "heading_changed", text, "cosmetic")
    if canonical_json(_bare(old, was, labels)) != canonical_json(_bare(new, now, labels)):
        yield Change("/form/ui", "layout_changed", words(_FORM, "ditata ulang", "is laid out anew"), "cosmetic")


def _bare(element: Mapping[str, Any], ids: Mapping[tuple[str, ...], str], labels: Any, at: str = "/form/ui") -> Any:
    """Return the layout without rules and headings that are told apart from it, fields named by id."""
    bare = {key: value for key, value in element.items() if key not in ("rule", "elements")}
    if at in labels and "label" in bare:
        bare["label"] = None
    if "scope" in element:
        bare["scope"] = _id_of(element["scope"], ids)
    inner = [_bare(each, ids, labels, f"{at}/elements/{n}") for n, each in enumerate(element.get("elements", []))]
    return bare | {"elements": inner}
