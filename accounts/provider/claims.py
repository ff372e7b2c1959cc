"""The `claims` parameter (OpenID Core, section 5.5): what a client asks to be told by name."""

import json
from collections.abc import Iterable
from typing import Any

__all__ = ["is_claims_request"]

_LONGEST = 4096


def is_claims_request(text: str) -> bool:
    """Return whether `text` is such a request, or `null`, which the consent page sends for none.

    What the provider reads must have its shape, and the rest must be JSON that the database can keep: no numbers
    without end, no NUL, no half characters.
    """
    if len(text) > _LONGEST:
        return False
    try:
        asked = json.loads(text)
        kept = json.dumps(asked, allow_nan=False, ensure_ascii=False)
        kept.encode()
    except (ValueError, RecursionError):
        return False
    if asked is None:
        return True
    return isinstance(asked, dict) and "\\u0000" not in kept and all(map(_is_part, _parts(asked)))


def _parts(asked: dict[str, Any]) -> Iterable[Any]:
    return (asked[name] for name in ("id_token", "userinfo") if asked.get(name) is not None)


def _is_part(part: Any) -> bool:
    """Return whether each claim of `part` is asked for by null or an object, and `sub` and `acr` by texts."""
    if not isinstance(part, dict) or not all(isinstance(wish, dict | None) for wish in part.values()):
        return False
    wishes = [wish for name in ("sub", "acr") if (wish := part.get(name))]
    return all(_are_texts([wish.get("value", ""), *_listed(wish.get("values", []))]) for wish in wishes)


def _listed(values: Any) -> list[Any]:
    return values if isinstance(values, list) else [None]


def _are_texts(values: Iterable[Any]) -> bool:
    return all(isinstance(value, str) for value in values)
