"""What officers do, and what nobody else may."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from accounts.privacy.models import DataAccess
from services.applications.models import Application, BulkItem, Hop
from tests.services.applications.api.test_office import URL as OFFICE
from tests.services.applications.api.test_submit import URL
from tests.services.applications.factory import ANSWERS
from tests.services.applications.lifecycle.world import JSON, MARKS, PLACES, World

LEADS_TO = {
    "start_review": "in_review",
    "ask": "waiting",
    "go_on": "in_review",
    "extend": "in_review",
    "grant": "granted",
    "reject": "rejected",
    "withdraw": "withdrawn",
}
OWN_PATHS = ("", "timeline/", "deadline/", "corrections/", "actions/", "document/", "receipt/", "prefill/")
LATER_PATHS = ("objections/", "appointments/", "satisfaction/", "messages/", "definition/", "access-log/")
OFFICE_PATHS = ("", "timeline/", "corrections/", "actions/", "document/", "objections/", "places/", "notes/", "holds/")


class Office(World):
    """The officers of the agency, and those of another."""

    @precondition(lambda self: self.ids)
    @rule(place=PLACES, action=st.sampled_from(sorted(LEADS_TO)), approver=st.booleans(), again=st.booleans())
    def act(self, place: int, action: str, approver: bool, again: bool) -> None:
        """Take an action, offered or not: it is taken if and only if it was offered and nothing blocked it."""
        id, who = self.pick(place), self.ana if approver else self.rina
        found = who.get(f"{OFFICE}{id}/actions/")
        open_now = {each["action"] for each in found.json().get("results", []) if not each["blocked"]}
        answer = self.post(who, f"{OFFICE}{id}/actions/{action}/", {"reason": "Uji."}, again=again)
        if found.status_code == 200 and action != "start_review":  # which takes no reason
            assert (answer.status_code == 200) == (action in open_now), (open_now, answer.content)
        if answer.status_code == 200:
            assert answer.json()["state"] == LEADS_TO[action]

    @precondition(lambda self: self.ids)
    @rule(place=PLACES, again=st.booleans())
    def review(self, place: int, again: bool) -> None:
        self.post(self.rina, f"{OFFICE}{self.pick(place)}/actions/start_review/", {}, again=again)

    @precondition(lambda self: self.ids)
    @rule(place=PLACES, marks=st.sets(st.sampled_from(MARKS), min_size=1), again=st.booleans())
    def ask_correction(self, place: int, marks: set[str], again: bool) -> None:
        items = [{"pointer": each, "reason_code": "incorrect"} for each in sorted(marks)]
        self.post(self.rina, f"{OFFICE}{self.pick(place)}/corrections/", {"items": items}, again=again)

    @precondition(lambda self: self.ids)
    @rule(place=PLACES, again=st.booleans())
    def cancel_correction(self, place: int, again: bool) -> None:
        self.post(self.rina, f"{OFFICE}{self.pick(place)}/corrections/cancel/", {}, again=again)

    @precondition(lambda self: self.ids)
    @rule(place=PLACES, step=st.sampled_from(["claim", "release"]), approver=st.booleans(), again=st.booleans())
    def take_in_hand(self, place: int, step: str, approver: bool, again: bool) -> None:
        who = self.ana if approver else self.rina
        path = f"{OFFICE}{self.pick(place)}/{step}/"
        self.do(lambda: who.post(path, {}, content_type=JSON), again=again)

    @precondition(lambda self: self.ids)
    @rule(
        place=PLACES,
        to=st.sampled_from(["rina@example.org", "ana@example.org", "hendra@example.org", "siti@example.org"]),
        again=st.booleans(),
    )
    def assign(self, place: int, to: str, again: bool) -> None:
        """Give it to a colleague; to whoever does not work there it cannot be given."""
        id, body = self.pick(place), {"assignee": self.people[to]}
        answer = self.do(lambda: self.ana.post(f"{OFFICE}{id}/assign/", body, content_type=JSON), again=again)
        if to.startswith(("hendra", "siti")):
            assert answer.status_code >= 400
        if answer.status_code == 200:
            assert str(self.of(place).assignee_id) == self.people[to]

    @precondition(lambda self: self.ids)
    @rule(place=PLACES, step=st.sampled_from(["hand-over", "give-back", "recall"]))
    def pass_on(self, place: int, step: str) -> None:
        """Send it to the other agency and have it back: its clock runs on, and only where it lies is it seen."""
        id = self.pick(place)
        who = self.elsewhere if step == "give-back" else self.rina
        body = {"reason": "Mohon ditinjau."} | ({"agency": "DPMPTSP"} if step == "hand-over" else {})
        answer = self.do(lambda: who.post(f"{OFFICE}{id}/{step}/", body, content_type=JSON), again=False)
        if answer.status_code == 200:
            away = step == "hand-over"
            seen = [each.get(f"{OFFICE}{id}/").status_code for each in (self.rina, self.elsewhere)]
            assert seen == ([404, 200] if away else [200, 404])
        assert Hop.objects.filter(application_id=id, left_at=None).count() <= 1

    @precondition(lambda self: self.ids)
    @rule(action=st.sampled_from(["start_review", "grant", "reject"]))
    def order_for_all(self, action: str) -> None:
        """Order one action for all of them: each is done if and only if it would be by itself, and told so."""
        self.all_is_told()
        lines, job = [{"id": each} for each in self.ids], uuid4()
        body = {"id": str(job), "action": action, "reason": "Uji.", "applications": lines}
        states = dict(Application.objects.values_list("id", "state"))
        answer = self.rina.post(f"{OFFICE}bulk/", body, content_type=JSON)
        assert answer.status_code == 202, answer.content
        self.all_is_told()
        for each in BulkItem.objects.filter(job_id=job):
            now = Application.objects.filter(id=each.application_id).values_list("state", flat=True)[0]
            done = each.state == BulkItem.State.DONE
            assert now == (LEADS_TO[action] if done else states[each.application_id]), each.problem

    @precondition(lambda self: self.ids)
    @rule(place=PLACES)
    def an_officer_reads(self, place: int) -> None:
        """Whatever an officer reads of it is written down where its applicant sees it, before the next is read."""
        id = self.pick(place)
        self.clock.shift(timedelta(seconds=1))  # what was decided just now was read, too
        before = DataAccess.objects.filter(about=id).count()
        seen = self.rina.get(f"{OFFICE}{id}/").status_code == 200
        assert DataAccess.objects.filter(about=id).count() == before + seen
        if seen:
            told = self.siti.get(f"{URL}{id}/access-log/").json()["results"][0]
            assert (told["reader"]["name"], told["what"]) == ("Rina", "application")
            assert told["at"] == timezone.localtime().isoformat()

    @precondition(lambda self: self.ids)
    @rule(place=PLACES, path=st.sampled_from([*OWN_PATHS, *LATER_PATHS]), office=st.sampled_from(OFFICE_PATHS))
    def strangers_try(self, place: int, path: str, office: str) -> None:
        """Whoever is neither the applicant nor of the agency learns not even that it is there."""
        id = self.pick(place)
        if Application.objects.filter(id=id, agency__code="DPMPTSP").exists():
            return  # handed over, it is known there
        before = self.world()
        given: dict[str, Any] = {"content_type": JSON, "headers": {"Idempotency-Key": str(uuid4()), "If-Match": "*"}}
        items = {"items": [{"pointer": MARKS[0], "reason_code": "incorrect"}]}
        tried = [
            self.stranger.get(f"{URL}{id}/{path}"),
            self.elsewhere.get(f"{OFFICE}{id}/{office}"),
            self.stranger.post(f"{URL}{id}/submit/", **given),
            self.stranger.post(f"{URL}{id}/withdraw/", {}, **given),
            self.stranger.post(f"{URL}{id}/objections/", {}, **given),
            self.stranger.post(f"{URL}{id}/read/", {}, **given),
            self.stranger.patch(f"{URL}{id}/", {"answers": ANSWERS}, **given),
            self.stranger.delete(f"{URL}{id}/", headers={"If-Match": "*"}),
            self.stranger.post(f"{URL}{id}/corrections/send/", {}, **given),
            self.elsewhere.post(f"{OFFICE}{id}/actions/grant/", {"reason": ""}, **given),
            self.elsewhere.post(f"{OFFICE}{id}/corrections/", items, **given),
            self.elsewhere.post(f"{OFFICE}{id}/reopen/", {"reason": "Uji."}, **given),
            self.elsewhere.post(f"{OFFICE}{id}/claim/", {}, **given),
        ]
        assert {each.status_code for each in tried} == {404}
        assert self.stranger.get(URL).json()["results"] == []
        assert id not in [each["id"] for each in self.elsewhere.get(OFFICE).json()["results"]]
        assert self.world() == before
