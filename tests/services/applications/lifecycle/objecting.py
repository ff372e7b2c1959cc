"""What comes after a decision: objecting, appealing, judging, opening again."""

from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from services.applications.models import Application
from tests.services.applications.api.test_objections import GROUNDS
from tests.services.applications.api.test_office import URL as OFFICE
from tests.services.applications.api.test_submit import URL
from tests.services.applications.lifecycle.world import JSON, PLACES, World

JUDGED = {"take_up": "in_review", "uphold": "upheld", "refuse": "refused"}


class Objecting(World):
    """The applicant who does not agree, and who judges."""

    @precondition(lambda self: self.ids)
    @rule(place=PLACES, again=st.booleans(), far=st.integers(0, 3))
    def object_to(self, place: int, again: bool, far: int) -> None:
        """Begin an objection, or an appeal to one; and file it."""
        decided, id = self.of(place), str(uuid4())
        path, body = f"{URL}{decided.id}/objections/", {"id": id}
        open_now = self.siti.get(path).json()["may"]["until"] is not None
        answer = self.do(lambda: self.siti.post(path, body, content_type=JSON), again=again, same=False)
        assert (answer.status_code == 201) == open_now, answer.content
        if answer.status_code != 201:
            return
        assert decided.end == "rejected"
        self.ids.append(id)
        if not far:
            return
        saved = self.siti.patch(f"{URL}{id}/", GROUNDS, content_type=JSON, headers={"If-Match": "*"})
        assert saved.status_code == 200, saved.content
        sent = self.post(self.siti, f"{URL}{id}/submit/", {}, again=again)
        assert sent.status_code == 200, sent.content
        if far > 1:
            self.judge(len(self.ids) - 1, "take_up", "budi", again=again)
        if far > 2:
            self.judge(len(self.ids) - 1, "refuse", "budi", again=again)

    @precondition(lambda self: self.ids)
    @rule(
        place=PLACES,
        action=st.sampled_from(sorted(JUDGED)),
        who=st.sampled_from(["ana", "budi", "dewi"]),
        again=st.booleans(),
    )
    def judge(self, place: int, action: str, who: str, again: bool) -> None:
        """Take up, uphold or refuse what is an objection; what is upheld opens again what was decided."""
        id, client = self.pick(place), getattr(self, who)
        body = {} if action == "take_up" else {"reason": "Sudah diperiksa kembali."}
        answer = self.post(client, f"{OFFICE}{id}/actions/{action}/", body, again=again)
        if answer.status_code != 200:
            return
        assert answer.json()["state"] == JUDGED[action]
        if action == "uphold":
            self.all_is_told()
            root = self.of(place)
            while root.objects_to is not None:
                root = root.objects_to
            assert root.end in ("", "granted"), root.end

    @precondition(lambda self: self.ids)
    @rule(place=PLACES, who=st.sampled_from(["rina", "ana", "dewi"]), again=st.booleans())
    def reopen(self, place: int, who: str, again: bool) -> None:
        """Open again what ended, where the agency's rule lets this one."""
        id, was = self.pick(place), self.of(place)
        answer = self.post(getattr(self, who), f"{OFFICE}{id}/reopen/", {"reason": "Keliru."}, again=again)
        if answer.status_code == 200:
            assert who != "rina"
            assert was.end in ("rejected", "withdrawn")
            assert not Application.objects.filter(objects_to=was, end="", submitted_at__isnull=False).exists()
            assert self.of(place).end == ""
