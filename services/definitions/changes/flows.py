"""What changed between two workflows. What runs stays on its own: nothing of this asks a resident again."""

from collections.abc import Iterator, Mapping
from typing import Any

from services.definitions.changes.change import Change, words
from services.definitions.changes.parts import label_of
from services.definitions.flow import workflow_content

_STATE = {
    "clock": ("jam layanannya diubah", "counts days otherwise"),
    "end": ("akhirnya diubah", "ends otherwise"),
}
_TRANSITION = {
    "from": ("tersedia pada status lain", "is offered in other states"),
    "to": ("menuju status lain", "leads to another state"),
    "roles": ("untuk peran lain", "is for other roles"),
    "reason": ("aturan alasannya diubah", "asks for reasons otherwise"),
    "separate_from": ("pemisahan tugasnya diubah", "separates duties otherwise"),
}


def workflow_changes(old: str | Mapping[str, Any], new: str | Mapping[str, Any]) -> Iterator[Change]:
    """Yield what changed between the `workflow` of two definitions, a ready-made one being what it stands for."""
    was, now = workflow_content(old), workflow_content(new)
    if was["initial"] != now["initial"]:
        text = words(label_of("workflow"), "dimulai pada status lain", "begins in another state")
        yield Change("/workflow/initial", "initial_changed", text, "compatible")
    yield from _states(was["states"], now["states"])
    yield from _transitions(was["transitions"], now["transitions"])


def _states(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Change]:
    for code, state in was.items():
        if code not in now:
            text = words(state["label"], "bukan lagi status", "is no state any more")
            yield Change(f"/workflow/states/{code}", "state_removed", text, "compatible")
    for code, state in now.items():
        pointer = f"/workflow/states/{code}"
        if code in was:
            yield from _parts(pointer, "state", was[code], state, _STATE)
        else:
            yield Change(
                pointer, "state_added", words(state["label"], "adalah status baru", "is a new state"), "compatible"
            )


def _transitions(old: list[Mapping[str, Any]], new: list[Mapping[str, Any]]) -> Iterator[Change]:
    was, now = _keyed(old), _keyed(new)
    for key, (place, each) in was.items():
        if key not in now:
            text = words(each["label"], "bukan lagi tindakan", "is no action any more")
            yield Change(f"/workflow/transitions/{place}", "action_removed", text, "compatible")
    for key, (place, each) in now.items():
        pointer = f"/workflow/transitions/{place}"
        if key in was:
            yield from _parts(pointer, "action", was[key][1], each, _TRANSITION)
            yield from _documents(pointer, was[key][1], each)
        else:
            text = words(each["label"], "adalah tindakan baru", "is a new action")
            yield Change(pointer, "action_added", text, "compatible")


_DOCUMENT = {
    ("optional", True): ("boleh tanpa “{}”", "may go without “{}”"),
    ("optional", False): ("kini wajib dengan “{}”", "now needs “{}”"),
    ("internal", True): ("tidak lagi memperlihatkan “{}” kepada pemohon", "shows “{}” to the applicant no more"),
    ("internal", False): ("memperlihatkan “{}” kepada pemohon", "shows “{}” to the applicant"),
}


def _documents(pointer: str, was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Change]:
    """Yield what changed of the files that an action asks."""
    before = {each["id"]: each for each in was.get("documents", ())}
    after = {each["id"]: each for each in now.get("documents", ())}
    if before == after and [*before] != [*after]:
        text = words(now["label"], "meminta berkas dalam urutan lain", "asks for its files in another order")
        yield Change(f"{pointer}/documents", "step_documents_reordered", text, "cosmetic")
    for id in sorted(before.keys() - after.keys()):
        yield _document(pointer, now, before[id], "removed", "tidak lagi meminta “{}”", "asks for “{}” no more")
    for id, each in after.items():
        if id not in before:
            yield _document(pointer, now, each, "added", "juga meminta “{}”", "also asks for “{}”")
            continue
        old = before[id]
        if old["title"] != each["title"]:
            text = words(each["title"], f"semula “{old['title']['id']}”", f"was called “{old['title']['en']}”")
            yield Change(f"{pointer}/documents/{id}/title", "step_document_renamed", text, "cosmetic")
        for key in ("optional", "internal"):
            if old.get(key, False) != (value := each.get(key, False)):
                yield _document(pointer, now, each, "changed", *_DOCUMENT[key, value])
        if (old["accept"], old["max_mb"]) != (each["accept"], each["max_mb"]):
            yield _document(
                pointer, now, each, "changed", "menerima berkas lain untuk “{}”", "takes other files as “{}”"
            )


def _document(
    pointer: str, action: Mapping[str, Any], document: Mapping[str, Any], how: str, id: str, en: str
) -> Change:
    text = words(action["label"], id.format(document["title"]["id"]), en.format(document["title"]["en"]))
    return Change(f"{pointer}/documents/{document['id']}", f"step_document_{how}", text, "compatible")


def _keyed(transitions: list[Mapping[str, Any]]) -> dict[tuple[str, int], tuple[int, Mapping[str, Any]]]:
    """Return transitions by action, and which of those of the same name it is."""
    seen: dict[str, int] = {}
    found = {}
    for place, each in enumerate(transitions):
        nth = seen[each["action"]] = seen.get(each["action"], 0) + 1
        found[each["action"], nth] = place, each
    return found


def _parts(
    pointer: str, kind: str, was: Mapping[str, Any], now: Mapping[str, Any], names: Mapping[str, tuple[str, str]]
) -> Iterator[Change]:
    for key in sorted(was.keys() | now.keys()):
        if was.get(key) == now.get(key) or key == "documents":
            continue
        if key == "label":
            text = words(now["label"], f"semula “{was['label']['id']}”", f"was called “{was['label']['en']}”")
            yield Change(f"{pointer}/label", f"{kind}_renamed", text, "cosmetic")
            continue
        text = words(now["label"], *names.get(key, (f"`{key}` diubah", f"has another `{key}`")))
        yield Change(f"{pointer}/{key}", f"{kind}_changed", text, "compatible")
