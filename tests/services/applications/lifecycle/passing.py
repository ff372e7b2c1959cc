"""Time, the calendar, and the workers: in time, late, or told everything twice."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from services.agencies.models import Holiday
from services.applications.models import Application, Appointment, Event, Submission
from services.applications.operations.silence import tend_rounds
from services.applications.operations.watching import tend_clocks
from services.events.models import Delivery
from services.notifications.models import Notice
from tests.services.applications.lifecycle.world import API, JSON, World

TOLD = ["submitted", "withdrawn", "in_review", "granted", "rejected", "upheld", "refused", "reopened"]


class Passing(World):
    """What happens by itself."""

    @rule(hours=st.integers(1, 100))
    def time_passes(self, hours: int) -> None:
        self.clock.shift(timedelta(hours=hours))

    @rule()
    def the_worker_tends(self) -> None:
        tend_rounds(now=timezone.now())

    @rule()
    def the_clocks_are_tended(self) -> None:
        """Silence grants what it grants on the day after the last, and nothing else; whoever is late is told of."""
        self.all_is_told()
        today = timezone.localdate()
        running = Application.objects.filter(end="", paused_on=None, submitted_at__isnull=False)
        silent = running.filter(version__content__deadline__on_lapse="granted")
        late = set(silent.filter(due_on__lt=today).values_list("id", flat=True))
        before = set(Event.objects.filter(type="deemed_granted").values_list("id", flat=True))
        tend_clocks(now=timezone.now())
        new = Event.objects.filter(type="deemed_granted").exclude(id__in=before)
        assert set(new.values_list("application_id", flat=True)) == late
        assert tend_clocks(now=timezone.now()) == {}
        self.all_is_told()

    @rule(ahead=st.integers(-3, 9), closed=st.booleans(), again=st.booleans())
    def the_calendar_changes(self, ahead: int, closed: bool, again: bool) -> None:
        """Close or open a day; open applications are counted anew before anything else happens."""
        day = timezone.localdate() + timedelta(days=ahead)
        path = f"{API}office/holidays/{day}/"
        body = {"name": "Libur", "kind": "libur_nasional", "basis": "SKB"}
        ask = (
            (lambda: self.staff.put(path, body, content_type=JSON))
            if closed
            else (lambda: self.staff.delete(f"{path}?basis=x"))
        )
        self.do(ask, again=again, same=False)
        self.all_is_told()
        closed_days = set(Holiday.objects.values_list("date", flat=True))
        for each in Appointment.objects.filter(state="booked", starts_at__gt=timezone.now()):
            assert timezone.localdate(each.starts_at) not in closed_days

    @rule()
    def the_outbox_is_told_twice(self) -> None:
        """Tell all that waits, then tell all of it once more, as after a crash: nothing is told double."""
        self.all_is_told()
        told = self.told()
        Delivery.objects.update(done_at=None, due_at=timezone.now())
        self.all_is_told()
        assert self.told() == told
        for event in Event.objects.filter(type__in=TOLD, application__erased_at=None):
            assert Notice.objects.filter(event_id=event.id, recipient__email="siti@example.org").count() == 1

    def told(self) -> tuple[Any, ...]:
        events = list(Event.objects.order_by("application_id", "sequence").values_list("id", flat=True))
        return (
            events,
            list(Notice.objects.order_by("id").values_list("event_id", "recipient_id")),
            list(Application.objects.order_by("id").values_list("document_id", "state", "due_on")),
            list(Appointment.objects.order_by("id").values_list("id", "state")),
        )

    @precondition(lambda self: self.ids)
    @rule()
    def somebody_rewrites_history(self) -> None:
        """Try what only raw access to the database could: it refuses."""
        for found, change in (
            (Event.objects.all(), {"reason": "lain"}),
            (Event.objects.all(), None),
            (Submission.objects.all(), {"answers": {}}),
            (Submission.objects.all(), None),
        ):
            if not found.exists():
                continue
            with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
                found.update(**change) if change is not None else found.delete()
