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

    def fails(self, run: Run, wrong: Iterable[Steps]) -> bool:
        """Return whether it does not hold. `wrong` are fields with a problem of their own; these are mended first.

        A rule that gives no result does not hold: what cannot be judged is not waved through.
        """
        if any(self.field[: len(each)] == each for each in run.hidden):
            return False
        if self.logic.waits(run.answers, run.today):
            return False
        if any(_meet(read, each) for each in wrong for read in self.logic.reads):
            return False
        try:
            return not self.logic.holds(run.answers, run.today, run)
        except LogicError:
            return True


def _meet(one: Steps, other: Steps) -> bool:
    """Return whether one of two fields is, or holds, the other."""
    return all(step == against for step, against in zip(one, other, strict=False))


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
