"""A service is published while its drafts are submitted, and drafts are moved by two at once."""

from collections import Counter

import pytest
from django.utils import timezone

from services.applications.models import Application, Event, Submission
from services.applications.operations.moving import move_draft
from services.applications.queries.chain import broken_links
from tests.at_once import at_once
from tests.services.applications.api.test_submit import submit
from tests.services.applications.factory import ANSWERS, new_version, publish_service, resident
from tests.services.applications.test_new_version import content, draft, stricter_name, with_address, without_nik
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 20


def test_twenty_submissions_against_a_publication_are_each_wholly_before_or_after_it() -> None:
    publish_service(requirements=[])
    app = signed_in(resident(), "applications")
    drafts = [draft(app) for _ in range(AT_ONCE)]

    def publish() -> None:
        new_version(with_address(content()), policy="re_ask")

    answers = at_once(publish, *[lambda id=id: submit(app, id) for id in drafts])[1:]

    statuses = Counter(answer.status_code for answer in answers)
    assert statuses[200] + statuses[422] == AT_ONCE, statuses
    assert Submission.objects.count() == Event.objects.count() == statuses[200]
    submitted = Application.objects.exclude(state="draft")
    assert set(submitted.values_list("version__number", flat=True)) <= {1}
    for id, answer in zip(drafts, answers, strict=True):
        standing = Application.objects.get(id=id)
        assert standing.answers == ANSWERS
        assert standing.version.number == (1 if answer.status_code == 200 else 2)
    assert list(broken_links()) == []


def test_a_draft_moved_by_many_at_once_moves_once() -> None:
    publish_service(requirements=[])
    app = signed_in(resident(), "applications")
    id = draft(app)
    revision = Application.objects.get().revision
    new_version(stricter_name(without_nik(content())), policy="re_ask")
    now = timezone.now()

    moved = at_once(*[lambda: move_draft(Application.objects.get(id=id).id, seen=True, now=now)] * 8)

    standing = Application.objects.get()
    assert moved.count(True) == 1
    assert (standing.revision, standing.version.number) == (revision + 1, 2)
    assert standing.moved
    assert [each["value"] for each in standing.moved["set_aside"]] == ["6471014101900001"]
    assert move_draft(standing.id, seen=True, now=now) is False
