"""Two devices change one draft: what each field was, what it is now, and what was to become of it.

Merged three ways by field, as far as no field was changed on both sides. A list is one field.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.definitions.values import ABSENT, pointer_of, same_json, value_at
from superapp.http.problems import FieldError, Problem


@dataclass(frozen=True, slots=True)
class Conflict:
    """One field changed on both sides. `pointer` leads into the answers; a value is None where there is none."""

    pointer: str
    base: Any
    yours: Any
    theirs: Any

    def body(self) -> dict[str, Any]:
        """Return it as the API tells it."""
        return {"pointer": f"/answers{self.pointer}", "base": self.base, "yours": self.yours, "theirs": self.theirs}


def reconciled(
    standing: Mapping[str, Any], patch: Mapping[str, Any], base: Mapping[str, Any] | None
) -> tuple[dict[str, Any], list[Conflict]]:
    """Return what of `patch` (RFC 7396) can be merged into what stands, and what cannot.

    `base` are the answers that the patch was made on. Without them every field that stands otherwise is a conflict.
    """
    kept: dict[str, Any] = {}
    conflicts = []
    for steps, yours in _leaves(patch, ()):
        theirs, was = _at(standing, steps), _at(base or {}, steps)
        if not same_json(yours, theirs) and (base is None or not same_json(theirs, was)):
            conflicts.append(Conflict(pointer_of(list(steps)), was, yours, theirs))
        else:
            _put(kept, steps, yours)
    return kept, conflicts


def changed_elsewhere(conflicts: Sequence[Conflict], etag: str) -> Problem:
    """Return 412: the draft changed since it was read. Names each field with what stands, and the ETag of that."""
    told = {"id": "Isian ini sudah diubah di tempat lain.", "en": "This was changed elsewhere."}
    return Problem(
        status=412,
        code="precondition_failed",
        detail={
            "id": "Data sudah berubah sejak terakhir dibaca. Bandingkan isiannya, lalu kirim lagi.",
            "en": "This changed since you read it. Compare the fields, then send again.",
        },
        errors=[FieldError(f"/answers{each.pointer}", "conflict", told) for each in conflicts],
        headers={"ETag": f'"{etag}"'},
        members={"conflicts": [each.body() for each in conflicts]},
    )


def _leaves(patch: Mapping[str, Any], steps: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for key, value in patch.items():
        if isinstance(value, Mapping) and value:
            yield from _leaves(value, (*steps, key))
        else:
            yield (*steps, key), value


def _at(answers: Mapping[str, Any], steps: tuple[str, ...]) -> Any:
    found = value_at(answers, steps)
    return None if found is ABSENT else found


def _put(patch: dict[str, Any], steps: tuple[str, ...], value: Any) -> None:
    for step in steps[:-1]:
        patch = patch.setdefault(step, {})
    patch[steps[-1]] = value
