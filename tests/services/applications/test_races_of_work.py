"""Work on the same application from two sides at once: handed over twice, ordered and done, let go of and taken up."""

from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.core.files.storage import default_storage
from django.db import transaction
from django.test import Client
from django.utils import timezone

from services.applications.models import Application, ApplicationFile, BulkItem, Event
from services.applications.operations.files import attach_standing, remove_file
from services.applications.queries.chain import broken_links
from services.documents.models import StoredFile
from services.events.models import OutboxEvent
from services.events.operations import drain
from tests.at_once import at_once
from tests.problems import problem
from tests.services.applications.api.test_bulk import order, several
from tests.services.applications.api.test_office import URL as OFFICE
from tests.services.applications.api.test_office import officer, take
from tests.services.applications.api.test_submit import ready
from tests.services.applications.factory import member, publish_service, resident
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 3  # who wins is chance


def whole(id: Any, type: str) -> None:
    """Hold that one such event stands, and is told once."""
    assert Event.objects.filter(application_id=id, type=type).count() == 1
    assert OutboxEvent.objects.filter(key=id, topic=f"application.{type}").count() == 1
    assert list(broken_links()) == []


def test_two_officers_hand_it_to_two_agencies_and_it_is_at_one() -> None:
    rina, tono = officer(), officer(email="tono@example.org")
    for code in ("DPU", "DLH"):
        member(f"{code}@example.org", "officer", code=code)
    for id in several(TIMES):

        def send(client: Client, code: str, id: str = id) -> Any:
            body = {"agency": code, "reason": "Mohon ditinjau."}
            return client.post(f"{OFFICE}{id}/hand-over/", body, content_type="application/json")

        answers = at_once(partial(send, rina, "DPU"), partial(send, tono, "DLH"))

        (won,) = [each for each in answers if each.status_code == 200]
        (lost,) = [each for each in answers if each is not won]
        assert problem(lost)[0] in (404, 409)
        standing = Application.objects.select_related("agency").get(id=id)
        assert won.json()["agency"]["code"] == standing.agency.code
        assert standing.hops.filter(left_at=None).count() == 1
        whole(id, "handed_over")


def test_what_is_ordered_for_many_and_done_by_hand_is_done_once() -> None:
    rina, tono = officer(), officer(email="tono@example.org")
    ids = several(TIMES)
    order(rina, ids)

    def work() -> None:
        while drain(now=timezone.now()):
            pass

    _, *answers = at_once(work, *(partial(take, tono, id, "start_review") for id in ids))
    work()

    items = {str(each.application_id): each for each in BulkItem.objects.all()}
    for id, answer in zip(ids, answers, strict=True):
        whole(id, "in_review")
        done = items[id].state == BulkItem.State.DONE
        assert (answer.status_code, done) in ((200, False), (409, True)), answer.content
        if not done:
            assert (items[id].problem or {})["code"] == "action_not_available"


def test_a_file_that_goes_while_another_draft_takes_hold_of_it_is_there_or_is_not() -> None:
    publish_service()
    siti = resident()
    app = signed_in(siti, "applications")
    for _ in range(TIMES):
        here, there = Application.objects.get(id=ready(app)), Application.objects.get(id=ready(app, files=False))
        attached = ApplicationFile.objects.get(application=here)
        stored, now = attached.file, timezone.now()

        def take_hold(there: UUID = there.id, file: UUID = stored.id) -> None:
            with transaction.atomic():
                draft = Application.objects.select_for_update().get(id=there)
                attach_standing(application=draft, requirement="foto", file_id=file, now=timezone.now())

        let_go = partial(remove_file, application_id=here.id, applicant_id=siti.pk, file_id=attached.id, now=now)

        answers = at_once(take_hold, let_go, refused=(StoredFile.DoesNotExist,))

        assert answers[1] is None
        assert not here.files.exists()
        held = answers[0] is None
        assert there.files.filter(file=stored).exists() is held
        assert StoredFile.objects.filter(id=stored.id).exists() is held
        assert default_storage.exists(stored.storage_key) is held
