"""What a definition says of objections becomes a definition of its own, as sound as any that a person writes."""

import copy
from typing import Any

import pytest

from services.definitions import Deadline, DefinitionError, load_content
from services.definitions.changes import changes_between
from tests.services.applications.factory import CONTENT

OBJECTION: dict[str, Any] = {
    "within": {"working_days": 21, "basis": "UU 30/2014 Pasal 77 ayat (1)"},
    "decide": {"working_days": 10, "basis": "UU 30/2014 Pasal 77 ayat (4)"},
    "follow_up": {"working_days": 5, "basis": "UU 30/2014 Pasal 77 ayat (6)"},
    "on_silence": "granted",
    "appeal": {
        "within": {"working_days": 10, "basis": "UU 30/2014 Pasal 78 ayat (1)"},
        "decide": {"working_days": 10, "basis": "UU 30/2014 Pasal 78 ayat (4)"},
    },
}
REOPENING: dict[str, Any] = {
    "by": ["approver"],
    "from": ["rejected"],
    "within": {"calendar_days": 30, "basis": "UU 30/2014 Pasal 63"},
    "follow_up": {"working_days": 5, "basis": "UU 30/2014 Pasal 63"},
}


def content(**more: Any) -> dict[str, Any]:
    return copy.deepcopy(CONTENT) | {"objection": OBJECTION, "reopening": REOPENING} | more


def test_the_objection_and_the_appeal_are_sound_definitions() -> None:
    service = load_content(content())
    objection = service.objecting()
    appeal = objection.objecting()

    assert (service.kind, objection.kind, appeal.kind) == ("application", "objection", "appeal")
    assert objection.content["title"] == {"id": "Keberatan: Layanan uji", "en": "Objection: Test service"}
    assert appeal.content["title"]["id"] == "Banding: Layanan uji"
    assert appeal.workflow.states["upheld"].label == {"id": "Banding dikabulkan", "en": "Appeal upheld"}
    assert objection.deadline == Deadline(10, working=True, basis="UU 30/2014 Pasal 77 ayat (4)")
    assert (objection.content["deadline"]["on_lapse"], appeal.content["deadline"]["on_lapse"]) == (
        "granted",
        "escalate",
    )
    assert appeal.objection is None
    assert objection.objection is not None
    assert objection.objection.follow_up == Deadline(5, working=True, basis="UU 30/2014 Pasal 77 ayat (6)")
    for each in (objection, appeal):
        written = {key: value for key, value in each.content.items() if key != "derived"}
        written["deadline"] = written["deadline"] | {"on_lapse": "escalate"}
        assert load_content(written).form.evaluate({"keberatan": {"uraian": "x" * 20}}).problems == ()


def test_rules_for_decisions_that_are_never_taken_are_refused() -> None:
    with pytest.raises(DefinitionError) as never:
        load_content(content(workflow="instant"))
    with pytest.raises(DefinitionError) as granted:
        load_content(content(reopening=REOPENING | {"from": ["granted", "rejected"]}))
    with pytest.raises(DefinitionError) as both:
        load_content(content(objection=OBJECTION | {"within": {"working_days": 1, "calendar_days": 1, "basis": "xyz"}}))

    assert {fault.pointer for fault in never.value.faults} == {"/objection", "/reopening/from/0"}
    assert [(fault.pointer, fault.hint) for fault in granted.value.faults] == [
        ("/reopening/from/0", "Choose among: rejected, withdrawn")
    ]
    assert [fault.pointer for fault in both.value.faults] == ["/objection/within"]


def test_what_changes_of_them_is_told() -> None:
    old, new = load_content(CONTENT), load_content(content())

    assert [(each.text["id"], each.change_class) for each in changes_between(old, new)] == [
        ("*Keberatan dan banding* diubah", "compatible"),
        ("*Pembukaan kembali* diubah", "compatible"),
    ]
