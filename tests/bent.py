"""The module of `packages/opd_lentur`, bent: what its hooks do is written by a test, as code that sets `answer`."""

from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any


@dataclass(frozen=True)
class Bent:
    """Speaks to the hooks of the system that keeps its files under `var`."""

    var: Path

    def does(self, **hooks: str) -> None:
        """Have each of these hooks run this code; one line alone is the answer."""
        self._place.mkdir(exist_ok=True)
        for hook, code in hooks.items():
            text = dedent(code).strip()
            (self._place / f"{hook}.py").write_text(text if "\n" in text or "answer" in text else f"answer = {text}")

    def behaves(self, *hooks: str) -> None:
        """Let these hooks, or all, be as the package has them."""
        for path in self._place.glob("*"):
            if not hooks or path.name.split(".")[0] in hooks:
                path.unlink()

    def calls(self, hook: str) -> int:
        """Return how often a bent hook was called."""
        path = self._place / f"{hook}.calls"
        return len(path.read_text().splitlines()) if path.exists() else 0

    def seen(self, hook: str) -> Any:
        """Return what a hook put down last: the source text of a tuple."""
        return (self._place / f"{hook}.seen").read_text()

    @property
    def _place(self) -> Path:
        return self.var / "lentur"
