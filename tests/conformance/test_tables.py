"""What `api_docs` says of conformance is what the tests here say."""

import ast
import re
from pathlib import Path

import pytest

from superapp.launch.bootstrap import ROOT

HERE = Path(__file__).parent
CONFORMANCE = ROOT / "api_docs" / "conformance.md"
CHECKLIST = ROOT / "api_docs" / "oauth-checklist.md"
PLANS = {
    "Basic OP": ("test_basic_op.py", 38),
    "Config OP": ("test_config_op.py", 1),
    "RP-Initiated Logout OP": ("test_rp_initiated_logout.py", 11),
    "Back-Channel Logout OP": ("test_backchannel_logout.py", 2),
}


def _tests(path: Path) -> list[str]:
    return [
        node.name
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]


def _modules(title: str) -> list[str]:
    text = CONFORMANCE.read_text()
    section = text.split(f"## {title}\n", 1)[1].split("\n## ")[0]
    return re.findall(r"^\| `(oidcc-[^`]+)` \| (?:pass|not run) \|", section, re.M)


@pytest.mark.parametrize("title", PLANS)
def test_each_module_of_a_plan_has_its_test_and_its_row(title: str) -> None:
    file, modules = PLANS[title]

    rows = _modules(title)

    assert len(rows) == modules
    assert sorted(each.replace("-", "_") for each in rows) == sorted(
        name.removeprefix("test_") for name in _tests(HERE / file)
    )


def test_nothing_is_called_certified() -> None:
    assert "no certification" in CONFORMANCE.read_text()
    assert not re.search(r"\bcertified\b", CONFORMANCE.read_text())


def test_each_row_of_the_checklist_names_a_test_that_exists() -> None:
    rows = re.findall(r"^\| (?!requirement|---)(.+?) \| (.+?) \| (.*?)\|$", CHECKLIST.read_text(), re.M)

    assert len(rows) >= 30
    for requirement, result, shown_by in rows:
        if result.startswith("not"):
            continue
        named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", shown_by)
        assert named, requirement
        for file, test in named:
            assert test in _tests(ROOT / file), f"{requirement}: {file}::{test}"
