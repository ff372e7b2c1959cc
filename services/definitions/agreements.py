"""What must hold between fields: checks in JsonLogic, each with its own words and the field that they stand at.

    checks:
      - rule: {"<=": [{var: anak.tanggal_lahir}, {var: $today}]}
        field: /anak/tanggal_lahir
        message: {id: Tanggal lahir belum terjadi., en: The date of birth lies in the future.}

A check is judged once every field that it reads is filled in, shows and is right by itself; a field that may be empty
is read with a value to stand for it: `{var: [telepon, ""]}`. One that asks for the day waits for the day, too.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.definitions.faults import Fault
from services.definitions.logic import Logic, LogicError, compile_logic
from services.definitions.rules import Run, Steps
from services.definitions.values import steps_of

CODE = "check"


@dataclass(frozen=True, slots=True)
class Check:
    """One check. `message` is `{"id": ..., "en": ...}`, told at `field` under `code`."""

    logic: Logic
    field: Steps
    pointer: str
    code: str
    message: Mapping[str, str]

    def fails(self, run: Run) -> bool:
        """Return whether it does not hold.

        A rule that gives no result does not hold: what cannot be judged is not waved through.
        """
        if any(self.field[: len(each)] == each for each in run.hidden):
            return False
        if self.logic.waits(run.answers, run.today):
            return False
        try:
            return not self.logic.holds(run.answers, run.today, run)
        except LogicError:
            return True


class Concerned:
    """Which checks a field concerns: those that read it, what holds it, what it holds. A check is one bit."""

    def __init__(self, checks: Iterable[Check], fields: Iterable[Steps]) -> None:
        self._read: dict[Steps, int] = {}
        self._within: dict[Steps, int] = {}
        for place, check in enumerate(checks):
            for read in check.logic.reads:
                self._read[read] = self._read.get(read, 0) | 1 << place
                for length in range(len(read) + 1):
                    self._within[read[:length]] = self._within.get(read[:length], 0) | 1 << place
        self._of = {field: self.of(field) for field in fields}

    def by(self, fields: Iterable[Steps]) -> int:
        """Return the checks that are not judged while `fields` are wrong by themselves; these are mended first."""
        found = 0
        for field in fields:
            found |= self._of.get(field) or self.of(field)
        return found

    def of(self, field: Steps) -> int:
        """Return the checks that one field concerns."""
        found = self._within.get(field, 0)
        for length in range(len(field)):
            found |= self._read.get(field[:length], 0)
        return found


def compile_checks(written: list[Mapping[str, Any]], taken: Iterable[str]) -> tuple[tuple[Check, ...], list[Fault]]:
    """Compile the checks of a form, or say what is wrong with them. `taken` are codes that mean something else."""
    checks: list[Check] = []
    faults: list[Fault] = []
    for place, each in enumerate(written):
        logic, more = compile_logic(each["rule"], f"/form/checks/{place}/rule")
        faults += more
        code = each.get("code", CODE)
        if code in taken:
            hint = "Choose another, or leave it out"
            faults.append(Fault(f"/form/checks/{place}/code", f"{code!r} means something else", hint))
        elif logic is not None:
            checks.append(Check(logic, tuple(steps_of(each["field"])), each["field"], code, each["message"]))
    return tuple(checks), faults
