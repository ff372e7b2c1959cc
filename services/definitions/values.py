"""JSON values: their one canonical spelling, their hash, and pointers into them (RFC 6901)."""

import hashlib
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import orjson

ABSENT: Any = object()
_HOLDERS = (dict, list)
# Controls but line breaks and tabs; zero-width letters; marks that turn the direction of what follows (UTS 39).
HIDDEN_LETTERS = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


def canonical_json(value: Any) -> bytes:
    """Return the canonical JSON: keys sorted, no blanks, UTF-8. Equal values give equal bytes."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def content_hash(content: Any) -> str:
    """Return the SHA-256 (hex) of the canonical JSON of `content`."""
    return hashlib.sha256(canonical_json(content)).hexdigest()


def in_rupiah(amount: int) -> str:
    """Return money as it is written here: Rp25.000."""
    return f"Rp{amount:,}".replace(",", ".")


def same_json(one: Any, other: Any) -> bool:
    """Return whether two JSON values are the same: 1 is 1.0, and true is not 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same_json(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(same_json(*pair) for pair in zip(one, other, strict=True))
    return bool(one == other)


def steps_of(pointer: str) -> list[str]:
    """Return the steps of a JSON pointer, also of one in a fragment (`#/...`)."""
    steps = pointer.removeprefix("#").split("/")[1:]
    return [step.replace("~1", "/").replace("~0", "~") for step in steps] if "~" in pointer else steps


def pointer_of(steps: Sequence[Any]) -> str:
    """Return the JSON pointer of `steps`."""
    text = "/".join(map(str, steps))
    if "~" not in text and text.count("/") == len(steps) - 1:
        return f"/{text}"
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)


def value_at(value: Any, steps: Sequence[str]) -> Any:
    """Return what stands at `steps`, ABSENT where nothing does."""
    for step in steps:
        if isinstance(value, dict):
            if step not in value:
                return ABSENT
            value = value[step]
        elif isinstance(value, Mapping) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return ABSENT
    return value


def patch_of(pointer: str, value: Any) -> dict[str, Any]:
    """Return the patch (RFC 7396) that writes `value` at `pointer`."""
    for step in reversed(steps_of(pointer)):
        value = {step: value}
    return dict(value)


def without(value: dict[str, Any], steps: Sequence[str]) -> dict[str, Any]:
    """Return `value` without what stands at `steps`; only the objects on the way are copied."""
    first, *rest = steps
    if first not in value:
        return value
    copy = dict(value)
    if not rest:
        del copy[first]
    elif isinstance(copy[first], Mapping):
        copy[first] = without(copy[first], rest)
    return copy


def keepable(value: Any) -> bool:
    """Return whether a single value or key can be written to canonical JSON and kept by the database unchanged."""
    if isinstance(value, str):
        return "\x00" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)
    if isinstance(value, float):  # the database writes -0.0 as 0.0, and a large one as a whole number
        return math.isfinite(value) and abs(value) < 2**53 and math.copysign(1, value or 1) == math.copysign(1, value)
    if isinstance(value, int):
        return -(2**53) < value < 2**53
    return value is None or isinstance(value, Mapping | list)


def weighs_more_than(value: Any, limit: int) -> bool:
    """Return whether a value has more than about `limit` letters; it stops as soon as that is known."""
    weight, waiting = 0, [value]
    while waiting and weight <= limit:
        each = waiting.pop()
        weight += len(each) if isinstance(each, str) else each.bit_length() // 4 if isinstance(each, int) else 2
        if isinstance(each, Mapping):
            weight += sum(len(str(key)) + 2 for key in islice(each, limit))
            waiting += islice(each.values(), limit)
        elif isinstance(each, list):
            waiting += islice(each, limit)
    return weight + len(waiting) > limit


def depth_of(value: Any, limit: int) -> int:
    """Return how deep a value nests, at most `limit` + 1."""
    if limit < 0 or not isinstance(value, _HOLDERS):
        return 0
    deepest = 0
    for each in value.values() if isinstance(value, dict) else value:
        if isinstance(each, _HOLDERS) and (depth := depth_of(each, limit - 1)) > deepest:
            deepest = depth
    return 1 + deepest


def walk(value: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every value in `value` with its pointer, outermost first."""
    yield pointer, value
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from walk(inner, pointer + pointer_of([key]))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from walk(inner, f"{pointer}/{place}")
