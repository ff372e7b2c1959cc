"""What running a golden case gives."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.definitions.cases.reading import Case


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as expected. `pointer` leads into the case, `text` is `{"id": ..., "en": ...}`.

    `expected` and `found` are JSON values; None for found where there is nothing.
    """

    pointer: str
    text: Mapping[str, str]
    expected: Any
    found: Any


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What came of a case: empty `differences` where all is as expected."""

    case: Case
    differences: tuple[Difference, ...]

    @property
    def passed(self) -> bool:
        """Return whether all is as expected."""
        return not self.differences
