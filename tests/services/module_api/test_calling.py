"""What a module's hooks are given and may answer, and when a module is left alone."""

from dataclasses import asdict
from types import SimpleNamespace
from typing import Any

import pytest

from services.module_api import (
    Allow,
    Deny,
    DocumentRow,
    DocumentSpec,
    Fact,
    FeeLine,
    OPDModule,
    Problem,
    Retry,
    call_hook,
)
from services.module_api.calling import HookResult
from tests.bent import Bent
from tests.services.module_api.conftest import GIVEN, NOW

WORDS = {"id": "x", "en": "y"}


def call(module: OPDModule, name: str, *, timeout: float = 3) -> HookResult:
    return call_hook(module, name, *GIVEN[name], timeout=timeout)


def test_a_module_without_the_hook_answers_nothing() -> None:
    bare: Any = SimpleNamespace(label="module_bare")

    result = call_hook(bare, "validate", None, timeout=1)

    assert (result.ok, result.value) == (True, None)


def test_a_snapshot_arrives_whole_with_the_citys_time(module: OPDModule, bent: Bent) -> None:
    bent.does(
        validate="from dataclasses import asdict\nseen(asdict(snapshot), str(snapshot.submitted_at))\nanswer = []"
    )

    assert call(module, "validate").ok

    (given,) = GIVEN["validate"]
    told = asdict(given)
    seen = bent.seen("validate")
    assert "'2026-11-24 09:00:00+08:00'" in seen
    assert str({"answers": told["answers"], "files": told["files"], "applicant": told["applicant"]})[1:-1] in seen


def test_the_other_arguments_arrive_as_the_types_that_they_are(module: OPDModule, bent: Bent) -> None:
    bent.does(
        guard="seen(type(snapshot), action)\nanswer = Allow()",
        prefill="seen(person, wanted)\nanswer = {}",
        on_event="seen(type(event.id), event.topic, dict(event.body))\nanswer = Ack()",
    )

    for name in ("guard", "prefill", "on_event"):
        assert call(module, name).ok, name

    assert bent.seen("guard") == "(<class 'services.module_api.answers.Snapshot'>, 'grant')"
    assert bent.seen("prefill") == repr(GIVEN["prefill"])
    assert bent.seen("on_event") == "(<class 'uuid.UUID'>, 'application.submitted', {'sequence': 1})"


SINCE = "__import__('datetime').datetime.fromisoformat('2026-11-24T01:00:00+00:00')"
FACT = f"Fact('Jl. Uji', {{'id': 'x', 'en': 'y'}}, {SINCE})"


@pytest.mark.parametrize(
    ("name", "written", "value"),
    [
        ("validate", "[]", []),
        ("validate", "[Problem('/a', 'b', {'id': 'x', 'en': 'y'})]", [Problem("/a", "b", WORDS)]),
        ("fees", "[FeeLine({'id': 'x', 'en': 'y'}, 5, 'z')]", [FeeLine(WORDS, 5, "z")]),
        ("prefill", f"{{'module.alamat': {FACT}}}", {"module.alamat": Fact("Jl. Uji", WORDS, NOW)}),
        ("guard", "Allow()", Allow()),
        ("guard", "Deny({'id': 'x', 'en': 'y'})", Deny(WORDS)),
        ("document", "None", None),
        (
            "document",
            "DocumentSpec(rows=(DocumentRow({'id': 'x', 'en': 'y'}, 'z'),))",
            DocumentSpec(rows=(DocumentRow(WORDS, "z"),)),
        ),
        ("on_event", "None", None),
        ("on_event", "Retry(5)", Retry(5)),
    ],
)
def test_a_sound_answer_is_handed_on(module: OPDModule, bent: Bent, name: str, written: str, value: Any) -> None:
    bent.does(**{name: written})

    assert call(module, name) == HookResult(ok=True, value=value)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("validate", "None"),
        ("validate", "['x']"),
        ("validate", "[Problem('/a', 'b', {'id': 'x'})]"),
        ("validate", "[Problem('/a', 'b', {'id': 'x', 'en': 5})]"),
        ("validate", "[Problem('/a', 'b\\0', {'id': 'x', 'en': 'y'})]"),
        ("validate", "[Problem('/a', 'b', {'id': 'x' * 5000, 'en': 'y'})]"),
        ("validate", "[Problem('/a', 'b', {'id': 'x', 'en': 'y'})] * 101"),
        ("fees", "[FeeLine({'id': 'x', 'en': 'y'}, -5, 'z')]"),
        ("fees", "[FeeLine({'id': 'x', 'en': 'y'}, 5.5, 'z')]"),
        ("fees", "[FeeLine({'id': 'x', 'en': 'y'}, True, 'z')]"),
        ("fees", "[FeeLine({'id': 'x', 'en': 'y'}, 10 ** 30, 'z')]"),
        ("prefill", "[]"),
        ("prefill", f"{{5: {FACT}}}"),
        ("prefill", "{'module.alamat': 'Jl. Uji'}"),
        ("prefill", FACT.join(["{'module.alamat': ", "}"]).replace("'Jl. Uji'", "['Jl. Uji']")),
        ("prefill", FACT.join(["{'module.alamat': ", "}"]).replace("+00:00", "")),
        ("guard", "True"),
        ("guard", "None"),
        ("guard", "Ack()"),
        ("document", "{}"),
        ("document", "DocumentSpec(rows=(DocumentRow({'id': 'x', 'en': 'y'}, ''),))"),
        ("on_event", "'ok'"),
        ("on_event", "Retry(-1)"),
        ("on_event", "Retry(float('nan'))"),
        ("check", "[object()]"),
    ],
)
def test_a_lie_is_a_failure(module: OPDModule, bent: Bent, name: str, written: str) -> None:
    bent.does(**{name: written})

    result = call(module, name)

    assert not result.ok
    assert "TypeError" in result.error


def test_what_it_raises_is_told(module: OPDModule, bent: Bent) -> None:
    bent.does(validate="answer = 1 / 0")

    assert call(module, "validate").error == "ZeroDivisionError: division by zero"


def test_after_five_failures_it_is_left_alone_for_a_while_and_then_asked_once(
    module: OPDModule, bent: Bent, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1000.0]
    monkeypatch.setattr("services.module_api.calling.monotonic", lambda: clock[0])
    bent.does(validate="answer = 1 / 0")
    for _ in range(7):
        assert not call(module, "validate").ok
    assert bent.calls("validate") == 5

    clock[0] += 31
    for _ in range(3):
        assert not call(module, "validate").ok
    assert bent.calls("validate") == 6

    clock[0] += 31  # the second rest is longer
    assert call(module, "validate").error == "the module rests after repeated failures"
    clock[0] += 30
    bent.does(validate="[]")
    assert call(module, "validate").ok
    assert call(module, "fees").ok


def test_two_calls_that_hang_are_enough(module: OPDModule, bent: Bent) -> None:
    bent.does(validate="import time\ntime.sleep(30)")

    errors = [call(module, "validate", timeout=0.05).error for _ in range(3)]

    assert errors == ["no answer within 0.05 s"] * 2 + ["the module rests after repeated failures"]


def test_one_success_forgives(module: OPDModule, bent: Bent) -> None:
    for _ in range(3):
        bent.does(validate="answer = 1 / 0")
        for _ in range(4):
            assert call(module, "validate").error.startswith("ZeroDivisionError")
        bent.does(validate="[]")
        assert call(module, "validate").ok
