"""What the applicant does, from a draft to putting it right and taking it back."""

from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from services.applications.models import Application, Event
from tests.services.applications.api.test_office import URL as OFFICE
from tests.services.applications.api.test_submit import URL
from tests.services.applications.factory import ANSWERS
from tests.services.applications.lifecycle.counting import EXTENDED, promised
from tests.services.applications.lifecycle.world import API, JSON, MOST, PLACES, World
from tests.services.documents.crafted import png

DATA = st.sampled_from(
    [ANSWERS["data"], {"nik": "6471014101900002"}, {"kawin": True, "pasangan": "Ahmad"}, {"nama": 7}, {"x": 1}]
)
# Who sends what, and where: none of it can be right.
NONSENSE = st.sampled_from(
    [
        ("siti", "patch", URL + "{id}/", {"answers": {"data": "x"}}),
        ("siti", "patch", URL + "{id}/corrections/", {"answers": 7}),
        ("siti", "post", URL + "{id}/appointments/", {"counter": "x", "starts_at": "never"}),
        ("siti", "post", URL + "{id}/objections/", {"id": "x"}),
        ("siti", "post", URL + "{id}/read/", {"news": -1}),
        ("siti", "put", URL + "{id}/satisfaction/", {"scores": {"time": 9}}),
        ("siti", "post", URL + "{id}/files/", {"requirement": 1}),
        ("siti", "post", URL, {"id": "x", "service": "uji"}),
        ("siti", "post", URL, {"service": "tak-ada"}),
        ("rina", "post", OFFICE + "{id}/corrections/", {"items": "x"}),
        ("rina", "post", OFFICE + "{id}/corrections/", {"items": [{"pointer": 1, "reason_code": "x"}]}),
        ("rina", "post", OFFICE + "{id}/assign/", {"assignee": "agus"}),
        ("rina", "post", OFFICE + "{id}/hand-over/", {"agency": "DPMPTSP", "reason": ""}),
        ("rina", "post", OFFICE + "{id}/actions/grant/", {"reason": {"a": 1}}),
        ("rina", "post", OFFICE + "bulk/", {"action": "grant", "applications": []}),
        ("ana", "post", OFFICE + "{id}/reopen/", {"reason": ["x"]}),
        ("dewi", "post", OFFICE + "{id}/holds/", {"reason": ""}),
        ("staff", "put", API + "office/holidays/2026-03-13/", {"name": "", "kind": "x"}),
    ]
)


class Resident(World):
    """The applicant."""

    @precondition(lambda self: len(self.ids) < MOST)
    @rule(service=st.sampled_from(["uji", "uji", "diam"]), again=st.booleans(), far=st.integers(0, 9))
    def begin(self, service: str, again: bool, far: int) -> None:
        """Begin a draft, and go on with it: some way, or as far as decided."""
        id = str(uuid4())
        body = {"id": id, "service": service}
        self.do(lambda: self.siti.post(URL, body, content_type=JSON), again=again, same=False)
        self.ids.append(id)
        place = len(self.ids) - 1
        if far > 0:
            self.answer(place, ANSWERS["data"], again=again)
        if far > 1:
            self.hand_in(place)
        if far > 2:
            self.submit(place, again=again, other_key=False)
        if far > 3:
            self.post(self.rina, f"{OFFICE}{id}/actions/start_review/", {}, again=again)
        if far > 6:
            end = "grant" if far == 7 else "reject"
            self.post(self.rina, f"{OFFICE}{id}/actions/{end}/", {"reason": "Uji."}, again=again)

    @precondition(lambda self: self.ids)
    @rule(place=PLACES, data=DATA, again=st.booleans())
    def answer(self, place: int, data: Any, again: bool) -> None:
        """Save answers; sent again they are those that were saved."""
        id = self.pick(place)
        etag = self.siti.get(f"{URL}{id}/").headers["ETag"]
        body = {"answers": {"data": data}}
        headers = {"If-Match": etag}
        self.do(
            lambda: self.siti.patch(f"{URL}{id}/", body, content_type=JSON, headers=headers), again=again, same=False
        )

    @precondition(lambda self: self.ids)
    @rule(place=PLACES)
    def hand_in(self, place: int) -> None:
        file = SimpleUploadedFile("a.png", png())
        self.do(
            lambda: self.siti.post(f"{URL}{self.pick(place)}/files/", {"requirement": "foto", "file": file}),
            again=False,
        )

    @precondition(lambda self: self.ids)
    @rule(place=PLACES, again=st.booleans(), other_key=st.booleans())
    def submit(self, place: int, again: bool, other_key: bool) -> None:
        """Hand in; with another key what stands is answered, too."""
        keys = iter([str(uuid4())] * 2 if not other_key else [str(uuid4()), str(uuid4())])
        path = f"{URL}{self.pick(place)}/submit/"
        self.do(lambda: self.siti.post(path, headers={"Idempotency-Key": next(keys)}), again=again)

    @precondition(lambda self: self.ids)
    @rule(place=PLACES)
    def throw_away(self, place: int) -> None:
        """Delete it, which a draft alone can be."""
        id = self.pick(place)
        was = self.of(place).state
        answer = self.do(lambda: self.siti.delete(f"{URL}{id}/", headers={"If-Match": "*"}), again=False)
        assert (answer.status_code == 204) == (was == "draft"), answer.content
        if answer.status_code == 204:
            self.ids.remove(id)
            self.gone.add(id)

    @precondition(lambda self: self.ids)
    @rule(place=PLACES, again=st.booleans())
    def withdraw(self, place: int, again: bool) -> None:
        self.post(self.siti, f"{URL}{self.pick(place)}/withdraw/", {}, again=again)

    @precondition(lambda self: self.ids)
    @rule(place=PLACES, data=DATA)
    def correct(self, place: int, data: Any) -> None:
        body, headers = {"answers": {"data": data}}, {"If-Match": "*"}
        path = f"{URL}{self.pick(place)}/corrections/"
        self.do(lambda: self.siti.patch(path, body, content_type=JSON, headers=headers), again=False)

    @precondition(lambda self: self.ids)
    @rule(place=PLACES, again=st.booleans(), note=st.sampled_from(["", "Sudah benar."]))
    def send_correction(self, place: int, again: bool, note: str) -> None:
        self.post(self.siti, f"{URL}{self.pick(place)}/corrections/send/", {"note": note}, again=again)

    @precondition(lambda self: self.ids)
    @rule(place=PLACES)
    def look(self, place: int) -> None:
        """Read what happened: it is not new any more."""
        id = self.pick(place)
        answer = self.do(lambda: self.siti.post(f"{URL}{id}/read/", {}, content_type=JSON), again=True)
        self.read[id] = answer.json()["news"]
        assert answer.json()["unread"] == 0

    @precondition(lambda self: self.ids)
    @rule(place=PLACES)
    def fetch_the_document(self, place: int) -> None:
        id = self.pick(place)
        if self.siti.get(f"{URL}{id}/document/").status_code == 200:
            self.fetched.add(id)

    @precondition(lambda self: self.ids)
    @rule(place=PLACES)
    def the_day_is_explained(self, place: int) -> None:
        """Each day up to the due date is told, and as many of them count as were promised."""
        application = self.of(place)
        answer = self.siti.get(f"{URL}{application.id}/deadline/")
        if application.submitted_at is None:
            assert answer.status_code == 409
            return
        told = answer.json()
        events = Event.objects.filter(application=application)
        if application.end or application.paused_on or events.filter(type="reopened").exists():
            return
        days = [each["date"] for each in told["days"] if each["counted"]]
        assert days[-1] == told["due_on"] == str(application.due_on)
        whole = Application.objects.select_related("service", "objects_to").get(id=application.id)
        assert len(days) == promised(whole) + EXTENDED * events.filter(action="extend").count()

    @precondition(lambda self: self.ids)
    @rule(place=PLACES, what=NONSENSE)
    def nonsense(self, place: int, what: tuple[str, str, str, Any]) -> None:
        """Send what cannot be right: it is refused, by the name of the field where it is the input that is wrong."""
        who, method, path, body = what
        ask = getattr(getattr(self, who), method)
        given = {"content_type": JSON, "headers": {"If-Match": "*", "Idempotency-Key": str(uuid4())}}
        answer = self.do(lambda: ask(path.format(id=self.pick(place)), body, **given), again=False)
        assert 400 <= answer.status_code < 500, answer.content
        if answer.status_code in (400, 422):
            errors = answer.json()["errors"]
            assert errors
            assert all(each["pointer"].startswith("/") and each["detail"] for each in errors), errors
