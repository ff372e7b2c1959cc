"""The engine in the browser gives what the server's gives: for the shared vectors and for generated forms."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.finders import find
from playwright.sync_api import Browser, Page

from services.definitions import Definition
from services.definitions.vectors import read_vectors
from tests.browser.generated import TODAY, generated, told

VECTORS = read_vectors()
BUILD = find("portal/form.js")
# Sorted as Python sorts, whatever the browser's locale.
JUDGE = """cases => cases.map(([definition, given, today]) => {
  const found = SuperappForm.evaluate(definition, given, { today });
  const details = found.problems.map(each => [each.pointer, each.code, each.detail.id, each.detail.en]);
  return { ...found, problems: undefined, details };
})"""


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    """A page that has the build and nothing else."""
    page = chromium.new_page()
    page.add_script_tag(content=Path(str(BUILD)).read_text("utf-8"))
    yield page
    page.close()


def judged(page: Page, cases: list[tuple[dict[str, Any], dict[str, Any], str]]) -> list[dict[str, Any]]:
    """Return the browser's verdicts, as `generated.told` writes the server's."""
    found = page.evaluate(JUDGE, [list(each) for each in cases])
    for each in found:
        each["details"].sort()
        each["problems"] = sorted([pointer, code] for pointer, code, _id, _en in each["details"])
    return list(found)


def test_every_shared_vector_holds_in_the_browser(page: Page) -> None:
    cases = [(VECTORS["definitions"][case["definition"]], case["given"], case["today"]) for case in VECTORS["cases"]]
    server = [told(Definition(content, ""), given, today) for content, given, today in cases]

    browser = judged(page, cases)

    names = [case["name"] for case in VECTORS["cases"]]
    assert dict(zip(names, browser, strict=True)) == dict(zip(names, server, strict=True))
    assert [
        {key: each[key] for key in case["expected"]} for each, case in zip(browser, VECTORS["cases"], strict=True)
    ] == [case["expected"] for case in VECTORS["cases"]]


@pytest.mark.parametrize("seed", range(3))
def test_generated_answers_are_judged_alike(page: Page, seed: int) -> None:
    cases = list(generated(seed, 400))

    browser = judged(page, [(content, given, TODAY) for content, given, _expected in cases])

    different = [
        (content["form"], given, verdict, expected)
        for (content, given, expected), verdict in zip(cases, browser, strict=True)
        if verdict != expected
    ]
    assert different[:1] == []
    assert sum(bool(expected["hidden"]) for _content, _given, expected in cases) > 80
    assert sum(bool(expected["computed"]) for _content, _given, expected in cases) > 30


def test_some_generated_answers_are_right(page: Page) -> None:
    right = [(content, given, TODAY) for content, given, expected in generated(7, 1500) if not expected["problems"]]

    assert len(right) > 5
    assert all(not each["problems"] for each in judged(page, right))
