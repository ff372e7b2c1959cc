"""What must hold after each step."""

import logging
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from django.db import connection
from django.utils import timezone
from hypothesis.stateful import invariant

from services.applications.models import (
    DRAFT,
    Application,
    Appointment,
    CorrectionRound,
    Event,
    Satisfaction,
    SatisfactionCount,
    Submission,
)
from services.applications.queries.chain import broken_links
from services.applications.skm import ELEMENTS
from services.definitions.values import walk
from services.events.models import Delivery, OutboxEvent
from tests.services.applications.api.test_submit import URL
from tests.services.applications.lifecycle.counting import counted, promised
from tests.services.applications.lifecycle.world import World

# Who of the house has it in hand is no news to its applicant.
IN_THE_HOUSE = ("claimed", "assigned", "released", "unassigned")
_NIK = """
SELECT 'event' FROM applications_event WHERE data::text || reason ~ %(nik)s
UNION ALL SELECT 'outbox' FROM events_outboxevent WHERE body::text ~ %(nik)s
UNION ALL SELECT 'notice' FROM notifications_notice WHERE title::text || body::text ~ %(nik)s
UNION ALL SELECT 'reading' FROM accounts_privacy_dataaccess WHERE what || why ~ %(nik)s
"""


class Heard(logging.Handler):
    """Keeps what was logged."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


class Holds(World):
    """The invariants."""

    def __init__(self) -> None:
        super().__init__()
        self.heard = Heard()
        logging.getLogger().addHandler(self.heard)
        self.stack.callback(logging.getLogger().removeHandler, self.heard)

    @invariant()
    def the_history_is_whole(self) -> None:
        assert list(broken_links()) == []
        for id in self.ids:
            states = [(DRAFT, DRAFT)]
            for each in (
                Event.objects.filter(application_id=id).order_by("sequence").values_list("from_state", "to_state")
            ):
                assert each[0] == states[-1][1]
                states.append(each)
            assert Application.objects.values_list("state", flat=True).get(id=id) == states[-1][1]

    @invariant()
    def what_was_handed_in_stays(self) -> None:
        now = {
            f"{each.application_id} {each.number}": (each.answers, each.files, each.sha256, each.submitted_at)
            for each in Submission.objects.all()
        }
        kept = {key: told for key, told in self.handed_in.items() if key.split()[0] not in self.gone}
        assert {key: now.get(key) for key in kept} == kept
        self.handed_in = now

    @invariant()
    def only_what_was_asked_for_changed(self) -> None:
        """Each further submission differs from the one before in what its round marked alone."""
        for id in self.ids:
            handed_in = list(Submission.objects.filter(application_id=id).order_by("number"))
            rounds = CorrectionRound.objects.filter(application_id=id, state="sent").order_by("number")
            assert len(handed_in) in (0, len(rounds) + 1)
            for before, after, asked in zip(handed_in, handed_in[1:], rounds, strict=False):
                marked = {each["pointer"] for each in asked.items}
                assert set(_differences(before, after)) <= marked

    @invariant()
    def the_clock_is_that_of_the_history(self) -> None:
        found = Application.objects.exclude(submitted_at=None).filter(erased_at=None).select_related("service")
        for application in found.select_related("objects_to").order_by("id"):
            events = list(Event.objects.filter(application=application).order_by("sequence"))
            stands, due_on = counted(events, promised(application))
            assert (application.paused_on is not None) == (stands and not application.end), events
            if not application.end:
                assert application.due_on == due_on, [(each.type, each.to_state, each.at) for each in events]

    @invariant()
    def each_is_reminded_and_escalated_once(self) -> None:
        """A due date is reminded of once, and another lies between; each level is told once, in order."""
        reminded: dict[Any, list[str]] = {}
        for key, body in (
            OutboxEvent.objects.filter(topic="clock.near").order_by("created_at", "id").values_list("key", "body")
        ):
            reminded.setdefault(key, []).append(body["due_on"])
        for days in reminded.values():
            assert all(one != another for one, another in pairwise(days)), days
        for id in self.ids:
            told = Event.objects.filter(application_id=id, type__startswith="escalated_").order_by("sequence")
            levels = ["escalated_officer", "escalated_head", "escalated_inspectorate"]
            assert list(told.values_list("type", flat=True)) == levels[: told.count()]

    @invariant()
    def nothing_is_parked(self) -> None:
        parked = Delivery.objects.exclude(parked_at=None)
        assert list(parked.values_list("event__topic", "consumer", "latest_error")) == []

    @invariant()
    def no_nik_leaves_the_answers(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_NIK, {"nik": "64710141019000"})
            assert cursor.fetchall() == []
        assert [each for each in self.heard.lines if "64710141019000" in each] == []

    @invariant()
    def no_hour_is_overbooked(self) -> None:
        """An hour is one person's, of an application there is one open, and what ended holds none to come."""
        booked = list(Appointment.objects.filter(state="booked").select_related("application"))
        hours = [(each.counter_id, each.starts_at) for each in booked]
        assert len(hours) == len(set(hours))
        of = [each.application_id for each in Appointment.objects.filter(state__in=["booked", "displaced"])]
        assert len([each for each in of if each]) == len({each for each in of if each})
        for each in booked:
            closed_at = each.application.closed_at if each.application else None
            assert closed_at is None or each.starts_at <= closed_at

    @invariant()
    def the_survey_counts_each_once(self) -> None:
        kept = {str(each.application_id): each.scores for each in Satisfaction.objects.all()}
        assert kept == {id: scores for id, scores in self.rated.items() if id not in self.gone}
        for element in ELEMENTS:
            sums = SatisfactionCount.objects.filter(element=element).values_list("respondents", "total")
            wanted = (len(self.rated), sum(each[element] for each in self.rated.values()))
            assert (sum(each[0] for each in sums), sum(each[1] for each in sums)) == wanted

    @invariant()
    def what_an_app_is_told_is_what_there_is(self) -> None:
        """An app that begins anew is told of each, page by page, with how much of it is unread, and of what went.

        All of this is one transaction, which a cursor has not seen the end of: `test_sync` goes on from cursors.
        """
        told, deleted = self._everything()
        assert set(told) == set(self.ids)
        assert self.gone <= deleted
        for id, line in told.items():
            application = Application.objects.get(id=id)
            others = Event.objects.filter(application_id=id).exclude(actor_role="resident")
            happened = others.exclude(type__in=IN_THE_HOUSE).count()
            assert (line["state"], line["news"]) == (application.state, happened)
            assert line["unread"] == happened - self.read.get(id, 0)

    def _everything(self) -> tuple[dict[str, Any], set[str]]:
        told: dict[str, Any] = {}
        deleted: set[str] = set()
        page = self.siti.get(URL, {"updated_since": "", "limit": "2"}).json()
        assert page["reset"]
        while True:
            told.update({each["id"]: each for each in page["results"]})
            deleted.update(page["deleted"])
            if not page["next"]:
                return told, deleted
            page = self.siti.get(page["next"]).json()

    @invariant()
    def nobody_judges_their_own_decision(self) -> None:
        for objection in Application.objects.exclude(objects_to=None).exclude(end="").filter(erased_at=None):
            judged = _deciders(objection)
            below = objection.objects_to
            while below is not None:
                assert not judged & _deciders(below)
                below = below.objects_to

    @invariant()
    def nothing_happens_before_its_time(self) -> None:
        assert not Event.objects.filter(at__gt=timezone.now()).exists()


def _deciders(application: Application) -> set[Any]:
    found = Event.objects.filter(application=application, to_state__in=["granted", "rejected", "upheld", "refused"])
    return set(found.exclude(actor_id=None).exclude(actor_role="resident").values_list("actor_id", flat=True))


def _differences(before: Submission, after: Submission) -> Iterator[str]:
    was, now = (dict(walk(each.answers)) for each in (before, after))
    for pointer in was.keys() | now.keys():
        one, another = was.get(pointer), now.get(pointer)
        if one != another and not isinstance(one, dict) and not isinstance(another, dict):
            yield f"/answers{pointer}"
    for name in before.files.keys() | after.files.keys():
        if before.files.get(name) != after.files.get(name):
            yield f"/files/{name}"
