"""Reading golden cases: as a module's file, or one alone as it comes over the network."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

from services.definitions.clock import Deadline, last_day
from services.definitions.faults import DefinitionError, Fault, placed
from services.definitions.harms import unkept_faults
from services.definitions.reading import read_yaml, source_of
from services.definitions.rules import refuse
from services.definitions.shapes import shape_faults
from services.definitions.values import canonical_json, walk

MOST_CASES = 100
MOST_BYTES = 32 * 1024
NOBODYS = "99"  # no province has this number, so that no NIK and no family card begins with it
_A_PERSONS_NUMBER = re.compile(rf"(?<![0-9])(?!{NOBODYS})[1-9][0-9]{{15}}(?![0-9])")
_NAMED = "schemas/golden-cases.json"
_SCHEMA = Path(__file__).parent / "golden-cases.schema.json"
_MOST_FAULTS = 100


@dataclass(frozen=True, slots=True)
class Step:
    """One action after submission. `by` is who takes it; `state` the state after it, `due` the due date then."""

    action: str
    role: str
    by: str
    refused: bool
    state: str
    due: date | None


@dataclass(frozen=True, slots=True)
class Case:
    """One golden case. `content` is the case as written; `expect` holds what is compared, `path` its steps.

    `day` is when it is evaluated and submitted, `documents` are ids of what is handed in, `holidays` further days that
    do not count.
    """

    content: Mapping[str, Any]
    id: str
    title: Mapping[str, str]
    day: date
    assurance: str
    answers: dict[str, Any]
    documents: tuple[str, ...]
    holidays: frozenset[date]
    expect: Mapping[str, Any]
    path: tuple[Step, ...]

    def due_by(self, rule: Deadline, start: date) -> date:
        """Return the day to which `rule` leads from `start`, by the case's own holidays."""
        return last_day(rule, start=start, holidays=dict.fromkeys(self.holidays, ""))


@cache
def golden_cases_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a file of golden cases; one case is its `#/$defs/case`."""
    return dict(json.loads(_SCHEMA.read_text("utf-8")))


@cache
def _case_schema() -> dict[str, Any]:
    schema = golden_cases_schema()
    return {"$schema": schema["$schema"], "$defs": schema["$defs"], **schema["$defs"]["case"]}


@cache
def _validator(*, whole: bool) -> jsonschema_rs.Draft202012Validator:
    schema = golden_cases_schema() if whole else _case_schema()
    return jsonschema_rs.Draft202012Validator(schema, retriever=refuse, validate_formats=True)


def load_cases(path: Path) -> tuple[str, list[Case]]:
    """Read a module's file: the service, and its cases.

    :raises DefinitionError: with file and line of everything that is wrong.
    """
    content, lines = read_yaml(path)
    faults = shape_faults(_validator(whole=True), golden_cases_schema(), content, named=_NAMED)
    if not faults:
        faults = [*_twice(content["cases"]), *_each(content["cases"])]
        if content["service"] != path.stem:
            faults.append(Fault("/service", "the file has another name", f"Name it {content['service']}.yaml"))
    if faults:
        raise DefinitionError(placed(faults[:_MOST_FAULTS], source_of(path), lines))
    return content["service"], [_case(each) for each in content["cases"]]


def load_case(content: Mapping[str, Any]) -> Case:
    """Return the golden case that `content` is.

    :raises DefinitionError: with the pointer of everything that is wrong.
    """
    faults = _unkept(content, "") or shape_faults(_validator(whole=False), _case_schema(), content, named=_NAMED)
    if faults:
        raise DefinitionError(faults)
    return _case(content)


def _each(cases: list[Any]) -> Iterator[Fault]:
    for place, content in enumerate(cases):
        yield from _unkept(content, f"/cases/{place}")


def _unkept(content: Mapping[str, Any], at: str) -> list[Fault]:
    """Return what is too much, what no database would keep as it is written, and what may be a real person's."""
    found = [Fault(at + each.pointer, each.message, each.hint) for each in unkept_faults(content)]
    if not found and len(canonical_json(content)) > MOST_BYTES:
        found = [Fault(at, f"the case is larger than {MOST_BYTES // 1024} KB", "Answer less")]
    if not found:
        hint = f"Make one up that begins with {NOBODYS}: no province has that number"
        found = [
            Fault(pointer, "this may be the NIK or KK number of a real person", hint)
            for pointer, value in walk(content, at)
            if isinstance(value, str | int) and _A_PERSONS_NUMBER.search(str(value))
        ]
    return found[:_MOST_FAULTS]


def _twice(cases: list[Any]) -> Iterator[Fault]:
    seen: set[str] = set()
    for place, content in enumerate(cases):
        if content["id"] in seen:
            yield Fault(f"/cases/{place}/id", f"the id {content['id']!r} comes twice", "Give one of them another")
        seen.add(content["id"])


def _case(content: Mapping[str, Any]) -> Case:
    expect = content["expect"]
    return Case(
        content=content,
        id=content["id"],
        title=content["title"],
        day=date.fromisoformat(content["day"]),
        assurance=content.get("applicant", {}).get("assurance", "basic"),
        answers=dict(content["answers"]),
        documents=tuple(content.get("documents", ())),
        holidays=frozenset(date.fromisoformat(each) for each in content.get("holidays", ())),
        expect=expect,
        path=tuple(_step(each) for each in expect.get("path", ())),
    )


def _step(content: Mapping[str, Any]) -> Step:
    due = content.get("due")
    return Step(
        action=content["action"],
        role=content["role"],
        by=content.get("by", content["role"]),
        refused=content.get("refused", False),
        state=content["state"],
        due=date.fromisoformat(due) if due else None,
    )
