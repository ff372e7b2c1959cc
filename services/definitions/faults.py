"""What is wrong with a definition: where, and what to do about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend. `pointer` is a JSON pointer into the definition; `line` counts from 1, None without a file.

    `harms` says that it is more than a mistake: it costs more work than a form may, or reaches out of the document, so
    that not even an unfinished draft is kept with it.
    """

    pointer: str
    message: str
    hint: str
    source: str = ""
    line: int | None = None
    harms: bool = False

    def __str__(self) -> str:
        place = f"{self.source}:{self.line}" if self.line else self.source
        where = ": ".join(part for part in (place, self.pointer or "(whole document)") if part)
        return f"{where}: {self.message}. {self.hint}."


class DefinitionError(Exception):
    """A definition that is not sound. `faults` holds every reason; as text, one line for each."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = list(faults)


def placed(faults: Sequence[Fault], source: str, lines: Mapping[str, int]) -> list[Fault]:
    """Return the faults with file and line; where a pointer has no line of its own, that of what holds it."""
    return [replace(each, source=source, line=_line(each.pointer, lines)) for each in faults]


def _line(pointer: str, lines: Mapping[str, int]) -> int | None:
    while pointer and pointer not in lines:
        pointer = pointer.rpartition("/")[0]
    return lines.get(pointer)
