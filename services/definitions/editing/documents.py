"""The documents that a resident hands in."""

from collections.abc import Mapping
from typing import Any

from services.definitions.editing.form import Content, Gone, copied
from services.definitions.editing.questions import key_for


def put_document(
    content: Mapping[str, Any], id: str, said: Mapping[str, Any], *, when: Any = None, keep_when: bool = False
) -> tuple[Content, str]:
    """Return the content with a document changed, or for the id "" one more, and the document's id.

    `said` is its title, accept, max_mb, optional, document_type; `when` JsonLogic, None for always.

    :raises Gone: for an id that is not there any more.
    """
    changed = copied(content)
    standing: list[dict[str, Any]] = changed.setdefault("requirements", [])
    taken = {each.get("id", ""): each for each in standing}
    if id and id not in taken:
        raise Gone(id)
    document = taken.get(id, {})
    if not id:
        id = key_for(said["title"]["id"], taken)
        standing.append(document)
    condition = {"when": document["when"]} if keep_when and "when" in document else {"when": when} if when else {}
    document.clear()
    document.update({"id": id} | {key: value for key, value in said.items() if value is not False} | condition)
    return changed, id


def drop_document(content: Mapping[str, Any], id: str) -> Content:
    """Return the content without a document; a field that hands it in is found by the check.

    :raises Gone: for an id that is not there any more.
    """
    changed = copied(content)
    kept = [each for each in changed.get("requirements", []) if each.get("id") != id]
    if len(kept) == len(changed.get("requirements", [])):
        raise Gone(id)
    changed["requirements"] = kept
    return changed


def shift_document(content: Mapping[str, Any], id: str, by: int) -> Content:
    """Return the content with a document moved up (-1) or down (1).

    :raises Gone: for an id that is not there any more.
    """
    changed = copied(content)
    standing = changed.get("requirements", [])
    place = next((number for number, each in enumerate(standing) if each.get("id") == id), None)
    if place is None:
        raise Gone(id)
    if 0 <= place + by < len(standing):
        standing.insert(place + by, standing.pop(place))
    return changed
