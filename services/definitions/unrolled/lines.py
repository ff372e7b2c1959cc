"""The text of a function under construction.

Nothing of a definition is ever written into the text: names of fields, constants, labels are values that the function
is given under names of our making. So whatever stands in a definition, the text holds only what stands in this package.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


class Lines:
    """Collects lines with their indents, and the values that they name."""

    def __init__(self, signature: str, known: dict[str, Any]) -> None:
        self.text = [f"def unrolled({signature}):"]
        self.values: dict[str, Any] = dict(known)
        self.depth = 1
        self._names = 0
        self._kept: dict[tuple[type, Any], str] = {}

    def add(self, line: str) -> None:
        """Add a line at the indent that holds here."""
        self.text.append("    " * self.depth + line)

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """Indent what is added within, below `head`."""
        self.add(head)
        self.depth += 1
        before = len(self.text)
        yield
        if len(self.text) == before:
            self.add("pass")
        self.depth -= 1

    def name(self) -> str:
        """Return a name that nothing has yet."""
        self._names += 1
        return f"v{self._names}"

    def given(self, value: Any) -> str:
        """Return the name under which the function is given `value`; equal texts, numbers and the like share one."""
        plain = isinstance(value, str | bool | int | float | tuple)
        key = (type(value), value if plain else id(value))
        if key not in self._kept:
            self._kept[key] = f"k{len(self._kept)}"
            self.values[self._kept[key]] = value
        return self._kept[key]

    def compiled(self) -> Callable[..., Any]:
        """Return the function."""
        space = dict(self.values)
        exec(compile("\n".join(self.text), "<unrolled>", "exec"), space)  # noqa: S102 - the text is ours, see above
        made: Callable[..., Any] = space["unrolled"]
        return made
