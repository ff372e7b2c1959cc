"""Two at once: what is published is published once, and nothing is lost."""

from datetime import timedelta

import pytest
from django.utils import timezone

from services.catalogue.models import Change, Publication, Service, ServiceDraft, ServiceVersion, VersionLife
from services.catalogue.operations.ending import set_cut_off
from services.catalogue.operations.modules import publish
from services.catalogue.operations.waiting import publish_due
from services.definitions import load_content
from tests.at_once import at_once
from tests.services.applications.factory import CONTENT
from tests.services.catalogue.admins import Admin

pytestmark = pytest.mark.django_db(transaction=True)
KEPT = {"drafts_policy": "carry_on"}


def the_same(admin: Admin) -> Admin:
    """Return another client of the same admin, for another thread."""
    twin = Admin(admin)
    twin.etags = dict(admin.etags)
    return twin


def test_two_publish_the_same_draft_at_once(dewi: Admin) -> None:
    dewi.make()
    tries = [the_same(dewi).publish for _turn in range(3)]

    answers = [answer.status_code for answer in at_once(*tries)]

    assert sorted(answers) == [201, 404, 404]
    assert ServiceVersion.objects.count() == 1
    assert Change.objects.filter(what="published").count() == 1


def test_publishing_against_an_edit_publishes_what_was_seen_or_nothing(dewi: Admin) -> None:
    dewi.make()
    seen = ServiceDraft.objects.get().sha256
    one, two = the_same(dewi), the_same(dewi)
    edit = {"content": {"category": "lain"}}

    published, saved = at_once(
        lambda: one.publish().status_code,
        lambda: two.send("patch", "office/services/surat-uji/draft/", edit).status_code,
    )

    if published == 201:
        assert (saved, ServiceVersion.objects.get().sha256) == (404, seen)
    else:
        assert (published, saved) == (412, 200)
        assert (ServiceVersion.objects.count(), ServiceDraft.objects.get().content["category"]) == (0, "lain")


def test_a_planned_version_against_a_cut_off_and_three_workers(dewi: Admin) -> None:
    dewi.make()
    dewi.publish()
    dewi.change(category="baru")
    day = timezone.now() + timedelta(days=1)
    assert dewi.publish(effective_from=day.isoformat(), **KEPT).status_code == 202
    service = Service.objects.get()
    end = day + timedelta(days=5)

    def cut() -> None:
        set_cut_off(service=service, at=end, reason="Uji", actor_id=dewi.user.pk, now=day)

    done = at_once(cut, *(lambda: publish_due(now=day) for _worker in range(3)))

    assert sorted(done[1:]) == [0, 0, 1]
    current = Service.objects.select_related("current").get().current
    assert current is not None
    assert (current.number, ServiceVersion.objects.count()) == (2, 2)
    ends = dict(VersionLife.objects.values_list("version__number", "cut_off_at"))
    # Whichever came first, the version that stood then was spared, and no other was.
    assert (ends[2], ends[1]) in [(None, end), (None, None)]


def test_a_modules_change_against_an_admins_publication(dewi: Admin) -> None:
    first = load_content(CONTENT | {"service": "surat-uji"})
    publish(agency_code="DISDUKCAPIL", module="module_a", definition=first, now=timezone.now())
    dewi.change(category="admin")
    newer = load_content(CONTENT | {"service": "surat-uji", "category": "modul"})
    one = the_same(dewi)

    brought, answer = at_once(
        lambda: publish(agency_code="DISDUKCAPIL", module="module_a", definition=newer, now=timezone.now()),
        lambda: one.publish(**KEPT),
    )

    category = Service.objects.select_related("current").get().current.content["category"]  # type: ignore[union-attr]
    if answer.status_code == 201:  # the admin was first: the module's change waits for a person
        assert (brought.created, brought.drifted, category) == (False, True, "admin")
    else:  # the module was first: the admin compares before publishing over it
        assert (answer.status_code, answer.json()["code"]) == (409, "draft_outdated")
        assert (brought.created, category) == (True, "modul")
    assert ServiceVersion.objects.count() == 2
    assert not Publication.objects.filter(state="scheduled").exists()
