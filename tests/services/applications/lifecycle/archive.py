"""The end of keeping, and holds."""

from datetime import date, timedelta

from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from services.applications.models import Application, Destruction, LegalHold
from services.applications.operations.retention import UNFETCHED, WARNED, tend_retention
from services.events.models import OutboxEvent
from tests.services.applications.api.test_office import URL as OFFICE
from tests.services.applications.api.test_submit import URL
from tests.services.applications.lifecycle.counting import (
    APPEALED_WITHIN,
    OBJECTED_WITHIN,
    is_appeal,
    kept_until,
    root_slug,
    working_days_after,
)
from tests.services.applications.lifecycle.world import PLACES, World


class Archive(World):
    """Who answers for the archive, and the worker that empties it."""

    @precondition(lambda self: self.ids)
    @rule(place=PLACES, again=st.booleans())
    def hold(self, place: int, again: bool) -> None:
        """Place a hold on one, once; whoever does not answer for the archive cannot."""
        id = self.pick(place)
        refused = self.post(self.rina, f"{OFFICE}{id}/holds/", {"reason": "Perkara"}, again=False)
        assert refused.status_code in (403, 404)
        if id in self.holds:
            return
        answer = self.post(self.dewi, f"{OFFICE}{id}/holds/", {"reason": "Perkara"}, again=again)
        if answer.status_code == 201:
            self.holds[id] = answer.json()["id"]

    @precondition(lambda self: self.holds)
    @rule(place=PLACES)
    def lift(self, place: int) -> None:
        id = sorted(self.holds)[place % len(self.holds)]
        path = f"{OFFICE}{id}/holds/{self.holds[id]}/lift/"
        if self.post(self.dewi, path, {"reason": "Selesai"}, again=False).status_code == 200:
            del self.holds[id]

    @precondition(lambda self: self.ended())
    @rule(days=st.integers(10, 200))
    def months_pass(self, days: int) -> None:
        self.clock.shift(timedelta(days=days))
        self.the_archive_is_tended()

    @precondition(lambda self: self.ids)
    @rule()
    def the_archive_is_tended(self) -> None:
        """What goes has been over, warned of, fetched, and is neither held nor contested; and what may go, goes."""
        self.all_is_told()
        self.clock.shift(timedelta(days=1))
        today = timezone.localdate()
        may = {str(each.id): self.may_go(each, today) for each in self.ended()}
        tend_retention(now=timezone.now())
        self.all_is_told()
        went = {str(each) for each in Application.objects.exclude(erased_at=None).values_list("id", flat=True)}
        for id in went - self.gone:
            assert may[id], (id, self.warned_on(id))
            assert self.siti.get(f"{URL}{id}/").status_code == 404
            assert self.dewi.get(f"{OFFICE}{id}/").status_code == 404
            self.ids.remove(id)
            self.gone.add(id)
        assert Destruction.objects.count() == len(went)
        for each in self.ended():  # what is left
            warned = self.warned_on(str(each.id))
            assert str(each.id) in self.holds or self.is_contested(each) or warned is None or today < warned + UNFETCHED
            near = today >= kept_until(each) - WARNED
            assert (warned is not None) or not near or str(each.id) in self.holds or self.is_contested(each)

    def ended(self) -> list[Application]:
        return list(Application.objects.exclude(end="").filter(erased_at=None).select_related("service", "objects_to"))

    def warned_on(self, id: str) -> date | None:
        """Return on which day it was warned of since it ended."""
        since = Application.objects.filter(id=id).values_list("closed_at", flat=True)[0]
        told = OutboxEvent.objects.filter(topic="retention.near", key=id, created_at__gte=since).first()
        return timezone.localdate(told.created_at) if told else None

    def may_go(self, each: Application, today: date) -> bool:
        warned = self.warned_on(str(each.id))
        delivered = each.document_id is None or str(each.id) in self.fetched
        held = LegalHold.objects.filter(application=each, lifted_at=None).exists()
        if held or warned is None or self.is_contested(each):
            return False
        return today >= max(kept_until(each), warned + (WARNED if delivered else UNFETCHED))

    def is_contested(self, each: Application) -> bool:
        """Return whether an objection to it, or an appeal to one, is open, or may still be filed."""
        filed = [other for other in Application.objects.filter(objects_to=each) if other.submitted_at]
        if any(other.end == "" or self.is_contested(other) for other in filed):
            return True
        if each.end != "rejected" or each.closed_at is None or root_slug(each) != "uji" or is_appeal(each):
            return False
        judged = any(
            other.end in ("granted", "rejected") and other.submitted_at and other.submitted_at >= each.closed_at
            for other in filed
        )
        within = OBJECTED_WITHIN if each.objects_to is None else APPEALED_WITHIN
        return not judged and timezone.localdate() <= working_days_after(timezone.localdate(each.closed_at), within)
