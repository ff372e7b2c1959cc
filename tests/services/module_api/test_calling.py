"""A module that raises, hangs or answers nonsense breaks nothing but itself."""

import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from services.module_api import Allow, Deny, FeeLine, Problem, Retry, call_hook
from services.module_api.calling import forget_failures


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    forget_failures()
    yield
    forget_failures()


def module(**hooks: Any) -> Any:
    return SimpleNamespace(label="module_uji", **hooks)


def test_a_module_without_the_hook_answers_nothing() -> None:
    result = call_hook(module(), "validate", None, timeout=1)

    assert (result.ok, result.value) == (True, None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("validate", []),
        ("validate", [Problem("/a", "b", {"id": "x", "en": "y"})]),
        ("fees", [FeeLine({"id": "x", "en": "y"}, 5, "z")]),
        ("guard", Allow()),
        ("guard", Deny({"id": "x", "en": "y"})),
        ("on_event", None),
        ("on_event", Retry(5)),
    ],
)
def test_a_sound_answer_is_handed_on(name: str, value: Any) -> None:
    result = call_hook(module(**{name: lambda *_: value}), name, timeout=1)

    assert (result.ok, result.value) == (True, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("validate", None),
        ("validate", ["x"]),
        ("validate", [Problem("/a", "b", {"id": "x"})]),
        ("fees", [FeeLine({"id": "x", "en": "y"}, -5, "z")]),
        ("fees", [FeeLine({"id": "x", "en": "y"}, 5.5, "z")]),  # type: ignore[arg-type]
        ("guard", True),
        ("guard", None),
        ("on_event", "ok"),
    ],
)
def test_a_lie_is_a_failure(name: str, value: Any) -> None:
    result = call_hook(module(**{name: lambda *_: value}), name, timeout=1)

    assert not result.ok
    assert "TypeError" in result.error


def test_what_it_raises_is_told() -> None:
    def fail(_snapshot: Any) -> None:
        raise ZeroDivisionError("ups")

    assert call_hook(module(validate=fail), "validate", None, timeout=1).error == "ZeroDivisionError: ups"


def test_a_module_cannot_end_the_process_that_asks_it() -> None:
    def leave(_snapshot: Any) -> None:
        raise SystemExit(1)

    assert call_hook(module(validate=leave), "validate", None, timeout=1).error == "SystemExit: 1"


def test_a_module_that_hangs_is_left_waiting() -> None:
    freed = threading.Event()

    result = call_hook(module(validate=lambda _: freed.wait(10)), "validate", None, timeout=0.05)
    freed.set()

    assert result.error == "no answer within 0.05 s"


def test_after_five_failures_it_is_left_alone_for_a_while() -> None:
    calls = []

    def fail(_snapshot: Any) -> None:
        calls.append(1)
        raise ValueError

    broken = module(validate=fail)
    for _ in range(7):
        assert not call_hook(broken, "validate", None, timeout=1).ok

    assert len(calls) == 5
    assert call_hook(module(), "validate", None, timeout=1).ok


def test_one_success_forgives() -> None:
    outcomes = iter([0, 0, 0, 0, 1, 0, 0, 0, 0, 1])
    calls = []

    def sometimes(_snapshot: Any) -> list[Problem]:
        calls.append(1)
        if not next(outcomes):
            raise ValueError
        return []

    for _ in range(10):
        call_hook(module(validate=sometimes), "validate", None, timeout=1)

    assert len(calls) == 10
