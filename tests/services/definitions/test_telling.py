"""Every sentence in which a fault can be told has its words in both languages."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from services.definitions.telling import in_both, in_indonesian, sentences, told

# A library's own sentence, cut off where it is long.
CUT = "x..."


def calls() -> Iterator[tuple[str, ast.AST, ast.expr, ast.expr]]:
    for path in sorted(Path(settings.BASE_DIR, "services", "definitions").rglob("*.py")):
        for function in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(function, ast.FunctionDef):
                for call in ast.walk(function):
                    if isinstance(call, ast.Call) and (found := _arguments(call)):
                        yield f"{path.name}:{call.lineno}", function, *found


def _arguments(call: ast.Call) -> tuple[ast.expr, ast.expr] | None:
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    if name == "Fault" and len(call.args) >= 3:
        return call.args[1], call.args[2]
    if name == "fault" and len(call.args) >= 3:
        return call.args[-2], call.args[-1]
    return None


def texts(node: ast.expr, function: ast.AST) -> set[str]:
    """Return what an expression may say, `x` for what it names; nothing for what a library says."""
    if isinstance(node, ast.Constant):
        return {str(node.value)}
    if isinstance(node, ast.JoinedStr):
        return {"".join(str(each.value) if isinstance(each, ast.Constant) else "x" for each in node.values)}
    if isinstance(node, ast.BinOp):
        return {one + other for one in texts(node.left, function) for other in texts(node.right, function) or {"x"}}
    if isinstance(node, ast.IfExp):
        return texts(node.body, function) | texts(node.orelse, function)
    if isinstance(node, ast.BoolOp):
        return {text for each in node.values for text in texts(each, function)}
    if isinstance(node, ast.Name):
        return _assigned(node.id, function)
    return set()


def _assigned(name: str, function: ast.AST) -> set[str]:
    found: set[str] = set()
    grown: set[str] = set()
    for each in ast.walk(function):
        if isinstance(each, ast.Assign) and any(isinstance(to, ast.Name) and to.id == name for to in each.targets):
            found |= texts(each.value, function)
        if isinstance(each, ast.AugAssign) and isinstance(each.target, ast.Name) and each.target.id == name:
            grown |= {one + other for one in found for other in texts(each.value, function)}
    return grown or found


def test_every_fault_has_its_words_in_both_languages() -> None:
    lacking = []
    for place, function, message, hint in calls():
        lacking += [
            f"{place}: {each}" for each in texts(message, function) - {CUT} if not in_indonesian(each, ["messages"])
        ]
        lacking += [f"{place}: {each}" for each in texts(hint, function) if not in_indonesian(each, ["hints"])]

    assert lacking == []


def test_no_sentence_is_kept_that_nothing_says() -> None:
    said = [*calls()]
    messages = {text for _place, function, message, _hint in said for text in texts(message, function)}
    hints = {text for _place, function, _message, hint in said for text in texts(hint, function)}

    for kind, found in (("messages", messages), ("hints", hints)):
        idle = [each for each in sentences()[kind] if re.sub(r"\{\}", "x", each) not in found]
        assert idle == [], kind


@pytest.mark.parametrize(
    ("message", "indonesian"),
    [
        ('"basis" is a required property', '"basis" belum ada'),
        ("[] has less than 1 item", "bagian ini kosong"),
        ('"x" is not of type "integer"', '"x" bukan jenis "integer"'),
        ("there is no field '/data/x'", "tidak ada isian '/data/x'"),
        ("'a' means two things in 'b'", "'a' berarti dua hal pada 'b'"),
    ],
)
def test_a_sentence_keeps_what_it_names(message: str, indonesian: str) -> None:
    assert told(message, "Mend the name", "id").message == indonesian
    assert told(message, "Mend the name", "en").message == message


def test_what_nobody_translated_is_told_as_it_was_found_and_marked_so() -> None:
    assert (told("so wrong", "Do it", "id").foreign, told("so wrong", "Do it", "id").hint) == (True, "")
    assert in_both("so wrong", "Do it") == {"id": "bagian ini belum benar: so wrong.", "en": "so wrong. Do it."}
