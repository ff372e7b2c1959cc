"""Reading answers in the text of a function: each group is looked up once, and anew where it may have changed."""

from collections.abc import Iterable

from services.definitions.unrolled.lines import Lines
from services.definitions.values import ABSENT

Steps = tuple[str, ...]
_NOTHING: dict[str, object] = {}


class Groups:
    """The groups that a function looks into, under one name each; one that is not there is the empty group `NOTHING`.

    `owned` are those that the function fills in or empties: it copies them first, as answers are not its own.
    """

    def __init__(self, lines: Lines, answers: str, wanted: Iterable[Steps]) -> None:
        self.lines = lines
        self.names: dict[Steps, str] = {(): answers}
        self.absent = "ABSENT"
        lines.values |= {"ABSENT": ABSENT, "NOTHING": _NOTHING}
        prefixes = {steps[:length] for steps in wanted for length in range(1, len(steps))}
        for each in sorted(prefixes, key=lambda steps: (len(steps), steps)):
            self.names[each] = f"g{len(self.names)}"

    def look(self, below: Steps = ()) -> None:
        """Look the groups below `below` up, and itself; give up where a group is something else."""
        for steps, name in self.names.items():
            if steps and steps[: len(below)] == below:
                outer, key = self.names[steps[:-1]], self.lines.given(steps[-1])
                self.lines.add(f"{name} = {outer}.get({key}, NOTHING)")
                self.lines.add(f"if type({name}) is not dict: return None")

    def own(self, fields: Iterable[Steps]) -> None:
        """Copy the groups around `fields`, and drop what was sent for these."""
        held = {steps[:length] for steps in fields for length in range(1, len(steps))}
        inner: dict[Steps, list[str]] = {}
        for steps in fields:
            inner.setdefault(steps[:-1], []).append(steps[-1])
        for group, name in self.names.items():
            if group in held:
                outer, key = self.names[group[:-1]], self.lines.given(group[-1])
                with self.lines.block(f"if {name} is not NOTHING:"):
                    self.lines.add(f"{name} = {outer}[{key}] = {name}.copy()")
                    for field in inner.get(group, ()):
                        self.lines.add(f"{name}.pop({self.lines.given(field)}, None)")
        for field in inner.get((), ()):
            self.lines.add(f"{self.names[()]}.pop({self.lines.given(field)}, None)")

    def value(self, steps: Steps) -> str:
        """Return the text that looks a value up."""
        return f"{self.names[steps[:-1]]}.get({self.lines.given(steps[-1])}, ABSENT)"
