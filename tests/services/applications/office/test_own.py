"""Staff who applied for something themselves: what colleagues keep of it is not theirs to read."""

from typing import Any

import pytest

from accounts.models import User
from services.applications.models import Message
from services.definitions.flow import workflow_content
from tests.problems import problem
from tests.services.applications.api.test_office import hand_in
from tests.services.applications.api.test_submit import ready, submit
from tests.services.applications.factory import member, publish_service
from tests.services.applications.office.test_handling import URL, desk, rina
from tests.services.signed_in import signed_in

__all__ = ["rina"]
pytestmark = pytest.mark.django_db
KEY = {"Idempotency-Key": "once"}


def test_staff_read_nothing_that_colleagues_keep_of_what_they_applied_for(rina: User) -> None:
    workflow = {**workflow_content("standard-review")}
    workflow["transitions"] = [_with_memo(each) for each in workflow["transitions"]]
    publish_service(workflow=workflow)
    app = signed_in(rina, "applications")
    own = ready(app)
    submit(app, own)
    write = {"text": "Kapan?"}
    app.post(f"/api/v1/applications/{own}/messages/", write, "application/json", headers={"Idempotency-Key": "m"})
    maya, budi = member("maya@example.org", "officer", "approver"), member("budi@example.org", "officer")
    note = desk(maya).post(f"{URL}{own}/notes/", {"text": "Ia rekan kita."}, "application/json", headers=KEY)
    assert note.status_code == 201, note.content
    hand_in(desk(maya), own, "start_review", "memo")
    assert desk(maya).post(f"{URL}{own}/actions/start_review/", {}, "application/json").status_code == 200

    shown = {each: desk(each).get(f"{URL}{own}/timeline/").json()["results"][-1]["documents"] for each in (rina, budi)}
    (memo,) = shown[budi]

    assert shown[rina] == []
    assert problem(desk(rina).get(f"{URL}{own}/notes/")) == (403, "action_forbidden")
    assert problem(desk(rina).get(memo["url"].partition("testserver")[2])) == (404, "not_found")
    assert problem(desk(rina).post(f"{URL}{own}/messages/read/")) == (403, "action_forbidden")
    assert Message.objects.get().read_at is None
    assert desk(budi).get(memo["url"].partition("testserver")[2]).status_code == 200


def _with_memo(transition: dict[str, Any]) -> dict[str, Any]:
    memo = {"id": "memo", "title": {"id": "Memo", "en": "Memo"}, "accept": ["pdf"], "max_mb": 1, "internal": True}
    return transition | ({"documents": [memo]} if transition["action"] == "start_review" else {})
