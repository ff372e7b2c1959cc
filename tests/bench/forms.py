"""`python -m tests.bench.forms`: judging the answers of a form, ours beside two JSON Schema libraries alone.

What is asked is the same: do these answers fit? The libraries get the country's formats as patterns. What conditions
hide, what is computed and what must agree they know nothing of.
"""

from collections.abc import Callable
from datetime import date
from functools import partial
from itertools import product
from statistics import median
from time import thread_time_ns
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # noqa: TID251 - a peer to measure beside, with our own answers
import jsonschema_rs

from services.definitions import load_content
from services.definitions.formats import PATTERNS
from tests.bench.definition import definition

TODAY = date(2026, 11, 28)
ROUNDS = 101
_LOOP_NS = 1_000_000
_KINDS: dict[str, dict[str, Any]] = {
    "nama": {"type": "string", "minLength": 2, "maxLength": 80},
    "nik": {"type": "string", "format": "nik"},
    "tanggal": {"type": "string", "format": "date"},
    "luas": {"type": "integer", "minimum": 1, "maximum": 100_000},
    "jenis": {"type": "string", "enum": ["a", "b", "c"]},
    "telepon": {"type": "string", "format": "phone"},
    "setuju": {"type": "boolean"},
    "catatan": {"type": "string", "maxLength": 500, "pattern": "^[^<>]*$"},
    "biaya": {"type": "integer", "format": "rupiah", "minimum": 0, "maximum": 10**9},
    "usia": {"type": "integer", "minimum": 0, "maximum": 150},
}
_ANSWERS: dict[str, Any] = {
    "nama": "Siti Rahma",
    "nik": "6471014101900001",
    "tanggal": "2026-01-02",
    "luas": 120,
    "jenis": "b",
    "telepon": "081234567890",
    "setuju": True,
    "catatan": "Rumah di sudut jalan.",
    "biaya": 250_000,
    "usia": 36,
}


def form_of(fields: int, *, rules: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a definition of so many fields in groups of ten, and answers that fit.

    In each group one field shows by another's answer; with `rules` each has a check and a computed value, too.
    """
    groups, answers, elements, checks = {}, {}, [], []
    for number in range(fields // len(_KINDS)):
        name = f"bagian_{number}"
        label = {"x-label": {"id": name, "en": name}}
        inner = {key: kind | {"x-label": {"id": key, "en": key}} for key, kind in _KINDS.items()}
        groups[name] = {"type": "object", "required": list(_KINDS), "properties": inner} | label
        answers[name] = dict(_ANSWERS)
        scope = f"#/properties/{name}"
        control: dict[str, Any] = {"type": "Control", "scope": scope}
        elements.append(control)
        shown = {"effect": "SHOW", "condition": {"scope": f"{scope}/properties/setuju", "schema": {"const": True}}}
        elements.append({"type": "Control", "scope": f"{scope}/properties/catatan", "rule": shown})
        if not rules:
            continue
        inner["usia"] |= {"readOnly": True, "x-computed": {"+": [{"var": f"{name}.luas"}, -84]}}
        groups[name]["required"] = [key for key in _KINDS if key != "usia"]
        rule = {"<=": [{"var": f"{name}.luas"}, {"var": f"{name}.biaya"}]}
        checks.append({"rule": rule, "field": f"/{name}/luas", "message": {"id": "Terlalu luas.", "en": "Too wide."}})
    form: dict[str, Any] = {
        "schema": {"type": "object", "required": list(groups), "properties": groups},
        "ui": {"type": "VerticalLayout", "elements": elements},
    }
    return definition(fields) | {"form": form | ({"checks": checks} if checks else {})}, answers


def _spelt(node: Any) -> Any:
    """Return a schema in which the country's formats are patterns."""
    if not isinstance(node, dict):
        return node
    made = {key: _spelt(value) for key, value in node.items()}
    pattern = PATTERNS.get(str(made.get("format")))
    return made | {"pattern": pattern} if pattern else made


def rows() -> list[tuple[str, str, float]]:
    """Return what was measured: the task, by whom, microseconds (median)."""
    found = []
    for fields, rules in product((20, 100), (False, True)):
        made, answers = form_of(fields, rules=rules)
        form = load_content(made).form
        schema = _spelt(made["form"]["schema"])
        fast = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
        slow = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)
        assert form.evaluate(answers, today=TODAY).problems == ()
        assert fast.is_valid(answers)
        assert slow.is_valid(answers)
        wrong = answers | {"bagian_0": answers["bagian_0"] | {"nama": 7}}
        each = fields // len(_KINDS)
        task = f"{fields} fields, {each} conditions" + (f", {each} checks, {each} computed" if rules else "")
        evaluate = partial(form.evaluate, today=TODAY)
        runs: dict[tuple[str, str], Callable[[], Any]] = {
            (task, "ours"): partial(evaluate, answers),
            (task, "jsonschema-rs"): partial(fast.is_valid, answers),
            (task, "jsonschema"): partial(slow.is_valid, answers),
            (f"{task}, one wrong", "ours"): partial(evaluate, wrong),
            (f"{task}, one wrong", "jsonschema-rs"): partial(_all_errors, fast, wrong),
            (f"{task}, one wrong", "jsonschema"): partial(_all_errors, slow, wrong),
        }
        found += [(*name, value) for name, value in _measured(runs).items()]
    return found


def _all_errors(validator: Any, answers: Any) -> list[Any]:
    return list(validator.iter_errors(answers))


def _measured(runs: dict[tuple[str, str], Callable[[], Any]]) -> dict[tuple[str, str], float]:
    """Return microseconds of this thread's own time, the medians of short turns that all take one after another.

    Own time and short turns, so that what else the machine does weighs on none of them more than on the others.
    """
    times: dict[tuple[str, str], list[float]] = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name, run in runs.items():
            run()
            begun, count = thread_time_ns(), 0
            while (spent := thread_time_ns() - begun) < _LOOP_NS:
                for _ in range(20):
                    run()
                count += 20
            times[name].append(spent / count / 1000)
    return {name: median(each) for name, each in times.items()}


def show() -> None:
    """Print the table."""
    print(f"\nanswers judged, medians of {ROUNDS} interleaved rounds\n")
    head = f"{'form':<62}{'by':<15}{'µs':>9}{'ours is':>10}"
    print(head + "\n" + "-" * len(head))
    found = rows()
    own = {task: value for task, by, value in found if by == "ours"}
    for task, by, value in found:
        ratio = "" if by == "ours" else f"{own[task] / value:.2f}x"
        print(f"{task:<62}{by:<15}{value:>9.1f}{ratio:>10}")


if __name__ == "__main__":
    show()
