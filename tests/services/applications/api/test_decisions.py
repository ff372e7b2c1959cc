"""A decision says why and on which law, to the resident wherever they look, and on the document."""

import copy
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from services.applications.models import Application, Event
from services.applications.queries.chain import broken_links
from services.definitions.flow import workflow_content
from services.documents.models import IssuedDocument
from services.documents.operations import open_document
from services.notifications.models import Notice
from tests.problems import fields, problem
from tests.services.applications.api.test_office import URL as OFFICE
from tests.services.applications.api.test_office import officer, take
from tests.services.applications.api.test_submit import URL
from tests.services.applications.api.test_workflow import offered, submitted
from tests.services.applications.test_new_version import drain_all
from tests.services.definitions.test_objections import OBJECTION
from tests.services.documents.test_certificate import text_of

pytestmark = pytest.mark.django_db
CODED = "Perda 12/2012 Pasal 34"
ADDED = "Perwali 5/2021 Pasal 7 ayat (2)"


def workflow(**reject: Any) -> dict[str, Any]:
    """Return the standard review, with another `reject`."""
    content = copy.deepcopy(dict(workflow_content("standard-review")))
    for each in content["transitions"]:
        if each["action"] == "reject":
            each |= reject
    return content


def under_review(content: Any = "standard-review") -> tuple[Client, Client, str]:
    app, id = submitted(content)
    rina = officer()
    take(rina, id, "start_review")
    return app, rina, id


def test_a_rejection_tells_its_reason_and_its_laws_everywhere() -> None:
    codes = [{"code": "lindung", "label": {"id": "Kawasan lindung", "en": "Protected area"}, "basis": CODED}]
    app, rina, id = under_review(workflow(reason_codes=codes))
    reject = offered(rina, id, "reject")
    assert (reject["decides"], reject["reason_codes"][0]["basis"]) == (True, CODED)

    assert take(rina, id, "reject", reason_code="lindung", reason="Lihat peta.", basis=f" {ADDED} ").status_code == 200
    drain_all()

    detail = app.get(f"{URL}{id}/").json()
    line = app.get(f"{URL}{id}/timeline/").json()["results"][-1]
    told = {"reason": "Kawasan lindung. Lihat peta.", "basis": f"{CODED}; {ADDED}"}
    assert detail["decision"] == told | {"decided_at": detail["closed_at"], "objection": None}
    assert {name: line[name] for name in told} == told
    assert rina.get(f"{OFFICE}{id}/").json()["decision"] == detail["decision"]
    (notice,) = Notice.objects.filter(kind="application.rejected")
    assert f"Dasar hukum: {CODED}; {ADDED}" in notice.body["id"]
    assert "Reason: Protected area. Lihat peta." in notice.body["en"]
    assert Event.objects.order_by("-sequence")[0].data == {"reason_code": "lindung", "legal_basis": [CODED, ADDED]}
    assert list(broken_links()) == []


def test_a_rejection_tells_until_when_and_by_which_law_it_may_be_objected_to() -> None:
    app, id = submitted("standard-review", objection=OBJECTION)
    rina = officer()
    take(rina, id, "start_review")
    with time_machine.travel(datetime(2026, 11, 24, 2, 0, tzinfo=UTC)):
        take(rina, id, "reject", reason="Tidak lengkap.")
    drain_all()

    remedy = app.get(f"{URL}{id}/").json()["decision"]["objection"]
    assert remedy["basis"]
    assert remedy["until"] == "2026-12-23"  # 3 days that week, three weeks of 5, 3 more
    (notice,) = Notice.objects.filter(kind="application.rejected")
    assert f"Anda dapat mengajukan keberatan sampai 23 Desember 2026 ({remedy['basis']})." in notice.body["id"]


@pytest.mark.parametrize("rule", ["optional", "none"])
def test_a_rejection_without_a_reason_is_refused_whatever_the_definition_says(rule: str) -> None:
    _app, rina, id = under_review(workflow(reason=rule))

    assert offered(rina, id, "reject")["reason"] == "required"
    refused = take(rina, id, "reject")

    assert (problem(refused), fields(refused)) == ((422, "invalid_reason"), {"/reason": "required"})
    assert Application.objects.get().state == "in_review"
    assert take(rina, id, "reject", reason="Tidak lengkap.").json()["end"] == "rejected"


def test_without_another_law_the_services_own_is_told() -> None:
    app, rina, id = under_review()
    assert app.get(f"{URL}{id}/").json()["decision"] is None
    take(rina, id, "reject", reason="Tidak lengkap.")

    assert app.get(f"{URL}{id}/").json()["decision"]["basis"] == "UU 25/2009 Pasal 1"
    lines = app.get(f"{URL}{id}/timeline/").json()["results"]
    assert [line["basis"] for line in lines] == [None, None, "UU 25/2009 Pasal 1"]


def test_a_law_belongs_to_a_decision_and_is_not_longer_than_a_citation() -> None:
    app, id = submitted("standard-review")
    rina = officer()

    refused = take(rina, id, "start_review", basis=ADDED)
    assert (problem(refused), fields(refused)) == ((422, "invalid_reason"), {"/basis": "not_asked"})
    take(rina, id, "start_review")
    assert fields(take(rina, id, "grant", basis="x" * 301)) == {"/basis": "max_length"}
    assert app.get(f"{URL}{id}/").json()["state"] == "in_review"


def test_the_document_says_on_which_grounds_and_law_it_was_granted() -> None:
    app, rina, id = under_review()
    take(rina, id, "grant", reason="Memenuhi syarat.", basis=ADDED)
    drain_all()

    page = text_of(open_document(IssuedDocument.objects.get()).read())

    assert "Memenuhi syarat." in page
    assert ADDED in page
    assert app.get(f"{URL}{id}/").json()["decision"]["reason"] == "Memenuhi syarat."


def test_a_withdrawal_is_no_decision() -> None:
    app, id = submitted("standard-review")

    named = app.post(f"{URL}{id}/actions/withdraw/", {"basis": ADDED}, content_type="application/json")
    assert (named.status_code, fields(named)) == (400, {"/basis": "unknown"})  # a resident decides by no law

    assert app.post(f"{URL}{id}/actions/withdraw/", {}, content_type="application/json").status_code == 200
    assert app.get(f"{URL}{id}/").json()["decision"] is None
    assert [line["basis"] for line in app.get(f"{URL}{id}/timeline/").json()["results"]] == [None, None]
