"""Two definitions beside each other, whatever was answered: the same never differ, and what was changed is told."""

import copy
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.definitions import Definition
from services.definitions.changes import Comparison, Effect, changes_between
from tests.services.definitions.test_changes import base, loaded

TODAY = date(2026, 11, 28)
WORDS = st.text(st.characters(codec="ascii", min_codepoint=32), max_size=12)
VALUES = st.none() | st.booleans() | st.integers(-5, 200) | WORDS
FIELDS = sorted(base()["form"]["schema"]["properties"]["data"]["properties"])
ANSWERS = st.fixed_dictionaries(
    {"data": st.dictionaries(st.sampled_from(FIELDS), VALUES | st.lists(st.dictionaries(WORDS, VALUES, max_size=2)))}
)


def fitting(definition: Definition, answers: Any) -> Any:
    """Return answers as they are kept: nothing hidden, nothing of a kind that is not asked for."""
    found = definition.form.evaluate(copy.deepcopy(answers), draft=True, today=TODAY)
    wrong = {each.pointer.split("/")[2] for each in found.problems if each.pointer.count("/") > 1}
    kept = {name: value for name, value in (found.answers.get("data") or {}).items() if name not in wrong}
    return definition.form.evaluate({"data": kept}, draft=True, today=TODAY).answers


def effects(old: Any, new: Any, answers: Any) -> list[Effect]:
    one, other = loaded(old), loaded(new)
    answers = fitting(one, answers)
    comparison = Comparison(one, other, changes_between(one, other))
    return comparison.effects(answers, state=None, files={}, today=TODAY)


@settings(max_examples=60, deadline=None)
@given(answers=ANSWERS)
def test_the_same_definition_changes_nothing_for_anybody(answers: Any) -> None:
    other_words = base()
    other_words["summary"] = {"id": "Kata lain", "en": "Other words"}

    assert effects(base(), base(), answers) == []
    assert effects(base(), other_words, answers) == []


@settings(max_examples=60, deadline=None)
@given(answers=ANSWERS, name=st.sampled_from(FIELDS))
def test_a_field_that_is_removed_is_told_to_each_who_answered_it(answers: Any, name: str) -> None:
    new = base()
    fields = new["form"]["schema"]["properties"]["data"]
    del fields["properties"][name]
    fields["required"] = [each for each in fields.get("required", []) if each != name]
    answered = answers["data"].get(name)
    kept = fitting(loaded(base()), answers)
    if name not in (kept.get("data") or {}) or answered in (None, [], {}):
        return

    try:
        found = effects(base(), new, answers)
    except Exception as error:
        if "no field" in str(error):
            return  # a rule watches it: such a definition is not published
        raise

    assert [each.pointer for each in found if each.pointer.startswith(f"/data/{name}")], found


@settings(max_examples=60, deadline=None)
@given(answers=ANSWERS)
def test_a_new_required_question_is_told_to_everybody(answers: Any) -> None:
    new = base()
    fields = new["form"]["schema"]["properties"]["data"]
    fields["properties"]["baru"] = {"type": "string", "minLength": 1, "maxLength": 9, "x-label": {"id": "B", "en": "B"}}
    fields["required"] = [*fields.get("required", []), "baru"]

    assert [(each.kind, each.pointer) for each in effects(base(), new, answers) if each.pointer == "/data/baru"] == [
        ("invalid", "/data/baru")
    ]
