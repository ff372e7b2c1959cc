"""Facts that were taken over into answers: where each comes from, as long as the answer is still that fact."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from services.catalogue.queries import local
from services.definitions import canonical_json
from services.definitions.values import ABSENT, steps_of, value_at

_KEPT_IN_HISTORY = ("fact", "source", "asserted_at", "assurance", "taken_at")


def mark_of(value: Any) -> str:
    """Return what tells a value from another; "" where there is none."""
    return "" if value is ABSENT else sha256(canonical_json(value)).hexdigest()


def still_reused(reused: Mapping[str, Any] | None, answers: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the lines, by pointer, whose fact still stands in the answers as it was taken over."""
    return {
        pointer: {key: line[key] for key in _KEPT_IN_HISTORY}
        for pointer, line in (reused or {}).items()
        if mark_of(value_at(answers, steps_of(pointer))) == line["mark"]
    }


def reused_lines(reused: Mapping[str, Any] | None, answers: Mapping[str, Any], language: str) -> list[dict[str, Any]]:
    """Return the same in one language, as resident and officer see it beside the answers."""
    return [
        {"pointer": f"/answers{pointer}"} | line | {"source": local(line["source"], language)}
        for pointer, line in sorted(still_reused(reused, answers).items())
    ]
