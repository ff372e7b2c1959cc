"""A workflow is refused where somebody would be stuck, where it can be got round, or where a guard reads nothing."""

import copy
from typing import Any

import pytest

from services.definitions import DefinitionError, load_content
from services.definitions.flow import compile_workflow, template_names, workflow_content
from tests.services.applications.factory import CONTENT

LABEL = {"id": "x", "en": "x"}
STATES: dict[str, Any] = {
    "submitted": {"label": LABEL},
    "checked": {"label": LABEL},
    "granted": {"label": LABEL, "end": "granted"},
    "rejected": {"label": LABEL, "end": "rejected"},
}


def step(action: str, source: str, target: str, *roles: str, **more: Any) -> dict[str, Any]:
    return {
        "action": action,
        "label": LABEL,
        "from": [source],
        "to": target,
        "roles": list(roles or ["officer"]),
    } | more


def flow(*more: dict[str, Any], **states: Any) -> dict[str, Any]:
    verify = step("verify", "submitted", "checked")
    approve = step("approve", "checked", "granted", "approver", separate_from="verify")
    reject = step("reject", "submitted", "rejected", reason="required")
    return {"initial": "submitted", "states": STATES | states, "transitions": [verify, approve, reject, *more]}


def loaded(workflow: Any) -> Any:
    return load_content(copy.deepcopy(CONTENT) | {"workflow": workflow})


def faults(workflow: Any) -> list[tuple[str, str]]:
    with pytest.raises(DefinitionError) as refused:
        loaded(workflow)
    assert all(fault.hint for fault in refused.value.faults)
    return [(fault.pointer, fault.message) for fault in refused.value.faults]


@pytest.mark.parametrize("name", template_names())
def test_every_template_is_sound(name: str) -> None:
    workflow, found = compile_workflow(name)

    assert found == []
    assert workflow is not None
    assert loaded(dict(workflow_content(name))).workflow == workflow
    assert any(state.end == "granted" for state in workflow.states.values())


def test_there_are_the_templates_that_the_city_needs() -> None:
    assert template_names() == (
        "complaint",
        "information-request",
        "instant",
        "site-visit",
        "standard-review",
        "two-step-approval",
    )


def test_a_state_that_nothing_leads_to_or_out_of_is_refused() -> None:
    assert faults(flow(lost={"label": LABEL})) == [
        ("/workflow/states/lost", "no path leads to this state"),
        ("/workflow/states/lost", "from here no end can be reached"),
    ]


def test_a_circle_without_an_end_is_refused() -> None:
    there, back = step("wait", "submitted", "one"), step("go", "one", "two")
    circle = flow(there, back, step("come", "two", "one"), one={"label": LABEL}, two={"label": LABEL})

    assert sorted(faults(circle)) == [
        ("/workflow/states/one", "from here no end can be reached"),
        ("/workflow/states/two", "from here no end can be reached"),
    ]


def test_a_way_around_the_separation_of_duties_is_refused() -> None:
    around = step("approve_quickly", "checked", "granted")

    assert faults(flow(around)) == [
        ("/workflow/transitions/3", "'approve_quickly' is a way around the separation of 'approve'")
    ]


def test_separation_from_what_never_comes_before_is_refused() -> None:
    workflow = flow()
    workflow["transitions"][0]["separate_from"] = "approve"

    assert faults(workflow) == [("/workflow/transitions/0/separate_from", "'approve' never comes before 'verify'")]


def test_duties_may_be_kept_apart_from_several() -> None:
    workflow = flow(step("look", "submitted", "submitted"))
    workflow["transitions"][1]["separate_from"] = ["verify", "look"]

    assert loaded(workflow).workflow.transition("approve", "checked").separate_from == ("verify", "look")


def test_a_resident_does_not_decide() -> None:
    assert ("/workflow/transitions/3/roles", "a resident may not decide") in faults(
        flow(step("help_myself", "submitted", "granted", "resident"))
    )


@pytest.mark.parametrize("name", ["data.nama", "facts.cuaca", "answers.data.luas", "facts"])
def test_a_guard_that_reads_what_it_is_not_told_is_refused(name: str) -> None:
    guard = {"rule": {"==": [{"var": name}, "x"]}, "message": LABEL}

    ((pointer, message),) = faults(flow(step("hold", "submitted", "rejected", guard=guard)))

    assert pointer == "/workflow/transitions/3/guard/rule"
    assert name.removeprefix("answers.") in message


def test_a_guard_sees_answers_and_facts_and_fails_closed() -> None:
    rule = {"and": [{"var": "answers.data.kawin"}, {"in": ["verify", {"var": "facts.taken"}]}]}
    broken = {">": [{"/": [1, {"var": "facts.fee"}]}, 0]}
    definition = loaded(
        flow(
            step("one", "submitted", "rejected", guard={"rule": rule, "message": LABEL}),
            step("two", "submitted", "rejected", guard={"rule": broken, "message": LABEL}),
        )
    )
    one, two = definition.workflow.transitions[3:]

    assert definition.lets(one, {"data": {"kawin": True}}, {"taken": ["verify"]}) is True
    assert definition.lets(one, {"data": {"kawin": True}}, {"taken": []}) is False
    assert definition.lets(one, {}, {"taken": ["verify"]}) is False
    assert definition.lets(two, {}, {"fee": "banyak"}) is False
    assert definition.lets(definition.workflow.transitions[0], {}, {}) is True


def test_a_resident_sees_what_they_hand_in() -> None:
    papers = [{"id": "bukti", "title": LABEL, "accept": ["pdf"], "max_mb": 1, "internal": True}]
    taken_back = step("leave", "submitted", "rejected", documents=papers) | {"roles": ["officer"]}

    assert loaded(flow(taken_back)).workflow.transition("leave", "submitted").documents[0].internal
    told = faults(flow(step("stay", "submitted", "submitted", documents=papers) | {"roles": ["resident"]}))
    assert told == [
        ("/workflow/transitions/3/documents/0/internal", "what a resident hands in is not hidden from them")
    ]


def test_reasons_and_documents_carry_their_own_names() -> None:
    codes = [{"code": "sama", "label": LABEL}] * 2
    papers = [{"id": "sama", "title": LABEL, "accept": ["pdf"], "max_mb": 1}] * 2

    assert faults(flow(step("hold", "submitted", "rejected", reason_codes=codes, documents=papers))) == [
        ("/workflow/transitions/3/reason_codes", "'sama' comes twice"),
        ("/workflow/transitions/3/documents", "'sama' comes twice"),
    ]


def test_reasons_to_choose_from_are_not_forbidden_at_once() -> None:
    codes = [{"code": "a", "label": LABEL}]

    assert faults(flow(step("hold", "submitted", "rejected", reason="none", reason_codes=codes))) == [
        ("/workflow/transitions/3/reason", "there are reasons to choose, but none may be given")
    ]
