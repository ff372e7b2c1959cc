"""Hours at a counter, and the survey."""

from datetime import datetime, timedelta
from uuid import uuid4

from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from services.applications.appointing import close_past, remind
from services.applications.models import Appointment
from services.applications.skm import ELEMENTS
from tests.services.applications.api.test_submit import URL
from tests.services.applications.lifecycle.world import API, JSON, PLACES, World

DAYS_AHEAD, HALVES = st.integers(0, 4), st.booleans()


class Counters(World):
    """Who comes to the counter, and who says how it was."""

    def hour(self, ahead: int, half: bool) -> str:
        """Return an hour that the counter may serve."""
        day = timezone.localtime() + timedelta(days=ahead)
        return day.replace(hour=8, minute=30 if half else 0, second=0, microsecond=0).isoformat()

    @precondition(lambda self: self.ids)
    @rule(place=PLACES, ahead=DAYS_AHEAD, half=HALVES, another=st.booleans(), again=st.booleans())
    def book(self, place: int, ahead: int, half: bool, another: bool, again: bool) -> None:
        """Book an hour for an application; or another person does, for something else."""
        id, at = str(uuid4()), self.hour(ahead, half)
        who = self.stranger if another else self.siti
        path = f"{API}me/appointments/" if another else f"{URL}{self.pick(place)}/appointments/"
        body = {"id": id, "counter": self.counter, "starts_at": at}
        taken = Appointment.objects.filter(starts_at=datetime.fromisoformat(at), state="booked").exists()
        answer = self.do(lambda: who.post(path, body, content_type=JSON), again=again, same=False)
        if answer.status_code == 201:
            assert not taken
            self.hours.append((who, id))

    @precondition(lambda self: self.hours)
    @rule(place=PLACES, ahead=DAYS_AHEAD, half=HALVES, again=st.booleans())
    def move(self, place: int, ahead: int, half: bool, again: bool) -> None:
        who, id = self.hours[place % len(self.hours)]
        body, headers = {"starts_at": self.hour(ahead, half)}, {"If-Match": "*"}
        path = f"{API}me/appointments/{id}/"
        self.do(lambda: who.patch(path, body, content_type=JSON, headers=headers), again=again)

    @precondition(lambda self: self.hours)
    @rule(place=PLACES, again=st.booleans())
    def give_back(self, place: int, again: bool) -> None:
        who, id = self.hours[place % len(self.hours)]
        path = f"{API}me/appointments/{id}/"
        self.do(lambda: who.delete(path, headers={"If-Match": "*"}), again=again)

    @precondition(lambda self: self.hours)
    @rule(place=PLACES, what=st.sampled_from(["attended", "missed"]), again=st.booleans())
    def mark(self, place: int, what: str, again: bool) -> None:
        """Note who came: not before the hour has begun."""
        _who, id = self.hours[place % len(self.hours)]
        begun = Appointment.objects.filter(id=id, starts_at__lte=timezone.now()).exists()
        path = f"{API}office/appointments/{id}/{what}/"
        answer = self.do(lambda: self.rina.post(path, {}, content_type=JSON), again=again)
        assert answer.status_code >= 400 or begun

    @rule()
    def hours_are_tended(self) -> None:
        """Remind of tomorrow's hours and close the past ones; each is reminded of once."""
        close_past(now=timezone.now())
        remind(now=timezone.now())
        assert remind(now=timezone.now()) == 0

    @precondition(lambda self: self.ids)
    @rule(place=PLACES, score=st.integers(1, 4), again=st.booleans())
    def rate(self, place: int, score: int, again: bool) -> None:
        """Answer the survey, which is asked of what was decided alone."""
        id, end = self.pick(place), self.of(place).end
        scores = dict.fromkeys(ELEMENTS, score)
        path, body = f"{URL}{id}/satisfaction/", {"scores": scores, "words": "Cepat"}
        answer = self.do(lambda: self.siti.put(path, body, content_type=JSON), again=again, same=False)
        if answer.status_code < 300:
            assert end in ("granted", "rejected")
            assert (answer.status_code == 201) == (id not in self.rated)
            self.rated[id] = scores
