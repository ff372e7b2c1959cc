"""What a check found, and how it reads."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal

Level = Literal["ok", "warning", "error"]
_WORDS = {"ok": "ok", "warning": "warning", "error": "FAILED"}


@dataclass(frozen=True, slots=True)
class Line:
    """One finding. `check` names what was looked at; `message` begins with file and line where there is one."""

    check: str
    level: Level
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """All findings about one module."""

    module: str
    agency: str
    lines: tuple[Line, ...]

    @property
    def kept(self) -> bool:
        """Return whether the module keeps the contract; what is worth a look breaks nothing."""
        return not any(line.level == "error" for line in self.lines)

    def as_words(self) -> str:
        """Return the report as a table, then a line that sums it up."""
        rows = [f"{self.module} ({self.agency})"]
        for line in self.lines:
            hint = f" {line.hint}" if line.hint else ""
            rows.append(f"  {_WORDS[line.level]:<8}{line.check:<14}{line.message}{hint}")
        return "\n".join([*rows, f"  {self._summed_up()}"])

    def as_json(self) -> dict[str, object]:
        """Return the report for programs: `{"module", "agency", "kept", "checks": [{"check", "level", ...}]}`."""
        checks = [asdict(line) for line in self.lines]
        return {"module": self.module, "agency": self.agency, "kept": self.kept, "checks": checks}

    def _summed_up(self) -> str:
        checks = {line.check for line in self.lines}
        broken = {line.check for line in self.lines if line.level == "error"}
        looks = sum(line.level == "warning" for line in self.lines)
        more = f", {looks} to look at" if looks else ""
        return f"{len(checks) - len(broken)} of {len(checks)} checks kept{more}."


def dump(reports: Iterable[Report]) -> str:
    """Return several reports as one JSON text."""
    return json.dumps([each.as_json() for each in reports], ensure_ascii=False, indent=2)
