"""Draft, planned, published, superseded, rolled back, retired, cut off: each once, and each in the history."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from services.applications.models import Application
from services.catalogue.models import Change, DraftsPolicy, Origin, Publication, Service, ServiceVersion, VersionLife
from services.catalogue.operations.ending import remind_of_cut_offs
from services.catalogue.operations.releasing import lock_catalogue, release
from services.catalogue.operations.waiting import publish_due
from services.definitions import load_content
from services.events.operations import drain
from services.notifications.models import Notice
from tests.accounts.proofing.conftest import Caller
from tests.services.applications.factory import ANSWERS, CONTENT, resident
from tests.services.catalogue.admins import Admin

pytestmark = pytest.mark.django_db
NEW = {"category": "baru"}
KEPT = {"drafts_policy": "carry_on"}
OPTIONAL = [CONTENT["requirements"][0] | {"optional": True}]


def codes(answer: Any) -> dict[str, str]:
    return {each["pointer"]: each["code"] for each in answer.json()["errors"]}


def history(admin: Admin, slug: str = "surat-uji") -> list[str]:
    return [each["what"] for each in admin.get(f"office/services/{slug}/history/").json()["results"]]


def standing(slug: str = "surat-uji") -> tuple[int, str]:
    current = Service.objects.select_related("current").get(slug=slug).current
    assert current is not None
    return current.number, current.content["category"]


def drafted(siti: Caller, slug: str = "surat-uji") -> str:
    """Begin an application without documents, and fill it in."""
    id = str(uuid4())
    begun = siti.post("applications/", {"id": id, "service": slug})
    assert begun.status_code == 201, begun.content
    siti.api.credentials(HTTP_IF_MATCH="*")
    assert siti._call("patch", f"applications/{id}/", {"answers": ANSWERS}).status_code == 200
    siti.api.credentials()
    return id


def by_the_platform(**changes: Any) -> None:
    with transaction.atomic():
        lock_catalogue()
        definition = load_content(CONTENT | {"service": "surat-uji"} | changes)
        release(Service.objects.get(slug="surat-uji"), definition, origin=Origin.MODULE, now=timezone.now())


@pytest.fixture
def open_service(dewi: Admin) -> Admin:
    """An admin with one published service that asks for no documents."""
    dewi.make(requirements=[])
    assert dewi.publish().status_code == 201
    return dewi


def test_a_misspelt_date_does_not_publish_at_once(open_service: Admin) -> None:
    dewi = open_service
    dewi.change(**NEW)

    answer = dewi.publish(**KEPT, effective_form="2027-01-01T00:00:00+08:00", chosen_class="breaking")

    assert (answer.status_code, codes(answer)) == (400, {"/effective_form": "unknown", "/chosen_class": "unknown"})
    assert standing() == (1, CONTENT["category"])
    retired = dewi.send("post", "office/services/surat-uji/retire/", {"reason": "Tutup", "cut_of_at": "2027-01-01"})
    assert (retired.status_code, codes(retired)) == (400, {"/cut_of_at": "unknown"})
    assert Service.objects.get(slug="surat-uji").retired_at is None


def test_a_change_is_told_with_its_class_and_may_only_be_made_stricter(open_service: Admin) -> None:
    dewi = open_service
    dewi.change(**NEW)
    check = dewi.get("office/services/surat-uji/check/").json()
    assert check["change_class"] == "cosmetic"
    assert [each["pointer"] for each in check["changes"]] == ["/category"]
    diff = dewi.get("office/services/surat-uji/diff/").json()
    assert (diff["old"], diff["new"], diff["changes"]) == ("1", "draft", check["changes"])

    published = dewi.publish(change_class="compatible", drafts_policy="upgrade")

    assert published.status_code == 201, published.content
    version = ServiceVersion.objects.get(number=2)
    assert (version.change_class, version.chosen_class, version.drafts_policy) == ("cosmetic", "compatible", "upgrade")
    assert (version.origin, version.published_by) == ("admin", dewi.user.pk)
    assert VersionLife.objects.get(version__number=1).superseded_at == version.published_at


def test_a_milder_class_or_no_word_on_drafts_is_refused_by_field(open_service: Admin) -> None:
    dewi = open_service
    dewi.change(requirements=OPTIONAL)
    assert dewi.get("office/services/surat-uji/check/").json()["change_class"] == "compatible"

    refused = dewi.publish(change_class="cosmetic")

    assert refused.status_code == 400
    assert codes(refused) == {"/change_class": "too_mild", "/drafts_policy": "required"}
    assert standing() == (1, "uji")


def test_what_is_planned_is_published_on_its_day_once_however_late(open_service: Admin) -> None:
    dewi = open_service
    dewi.change(**NEW)
    day = timezone.now() + timedelta(days=2)

    planned = dewi.publish(effective_from=day.isoformat(), **KEPT)

    assert (planned.status_code, planned.json()["state"]) == (202, "scheduled")
    assert dewi.get("office/services/surat-uji/publication/").json() == planned.json()
    assert publish_due(now=day - timedelta(seconds=1)) == 0
    assert standing() == (1, "uji")
    late = day + timedelta(days=3)
    assert [publish_due(now=late), publish_due(now=late)] == [1, 0]
    assert standing() == (2, "baru")
    version = ServiceVersion.objects.get(number=2)
    assert (version.effective_from, version.published_at) == (day, late)
    assert history(dewi)[:2] == ["published", "scheduled"]
    assert dewi.get("office/services/surat-uji/publication/").status_code == 404


def test_beside_what_is_planned_nothing_else_is_published(open_service: Admin) -> None:
    dewi = open_service
    dewi.change(**NEW)
    day = (timezone.now() + timedelta(days=2)).isoformat()
    assert dewi.publish(effective_from=day, **KEPT).status_code == 202

    answers = {
        "draft": dewi.post("office/services/surat-uji/draft/", {}),
        "roll-back": dewi.post("office/services/surat-uji/roll-back/", {"to": 1} | KEPT),
        "retire": dewi.post("office/services/surat-uji/retire/", {"reason": "Selesai"}),
    }

    assert {name: answer.json()["code"] for name, answer in answers.items()} == dict.fromkeys(
        answers, "publication_open"
    )


def test_what_is_taken_back_is_a_draft_again_and_is_not_published(open_service: Admin) -> None:
    dewi = open_service
    dewi.change(**NEW)
    day = timezone.now() + timedelta(days=2)
    dewi.publish(effective_from=day.isoformat(), **KEPT)

    back = dewi.post("office/services/surat-uji/unschedule/", {"reason": "Menunggu Perwali"})

    assert (back.status_code, back.json()["state"]) == (200, "cancelled")
    assert publish_due(now=day) == 0
    draft = dewi.get("office/services/surat-uji/draft/").json()
    assert (draft["content"]["category"], draft["base"], draft["sound"]) == ("baru", 1, True)
    assert dewi.post("office/services/surat-uji/unschedule/", {}).status_code == 404
    assert history(dewi)[:3] == ["draft_begun", "cancelled", "scheduled"]


def test_a_planned_version_that_is_sound_no_more_fails_aloud_and_holds_up_no_other(
    open_service: Admin, caplog: pytest.LogCaptureFixture
) -> None:
    dewi = open_service
    dewi.make("surat-lain")
    day = timezone.now() + timedelta(days=2)
    assert dewi.publish("surat-lain", effective_from=(day + timedelta(hours=1)).isoformat()).status_code == 202
    dewi.change(**NEW)
    assert dewi.publish(effective_from=day.isoformat(), **KEPT).status_code == 202
    broken = Publication.objects.get(service__slug="surat-uji", state="scheduled")
    broken.content.pop("fee")
    broken.save()

    assert publish_due(now=day + timedelta(days=1)) == 1

    assert (standing(), standing("surat-lain")) == ((1, "uji"), (1, "uji"))
    broken.refresh_from_db()
    assert broken.state == "failed"
    assert history(dewi)[:2] == ["draft_begun", "failed"]
    assert "unsound_definition" in caplog.text


@pytest.mark.parametrize(
    ("wish", "pointer"),
    [
        ({"effective_from": "2020-01-01T00:00:00Z"}, "/effective_from"),
        ({"cut_off_at": "2020-01-01T00:00:00Z"}, "/cut_off_at"),
        ({"effective_from": "2099-01-02T00:00:00Z", "cut_off_at": "2099-01-01T00:00:00Z"}, "/cut_off_at"),
    ],
)
def test_moments_out_of_order_are_refused(open_service: Admin, wish: dict[str, str], pointer: str) -> None:
    open_service.change(**NEW)

    refused = open_service.publish(**wish, **KEPT)

    assert (refused.status_code, list(codes(refused))) == (400, [pointer])
    assert not Publication.objects.filter(service__slug="surat-uji", version=None).exists()


def test_rolling_back_publishes_the_old_content_again(open_service: Admin) -> None:
    dewi = open_service
    dewi.change(**NEW)
    dewi.publish(**KEPT)

    back = dewi.post("office/services/surat-uji/roll-back/", {"to": 1, "reason": "Keliru"} | KEPT)

    assert (back.status_code, back.json()["version"]) == (201, 3)
    versions = dewi.get("office/services/surat-uji/versions/").json()["results"]
    assert [each["number"] for each in versions] == [3, 2, 1]
    assert versions[0]["sha256"] == versions[2]["sha256"]
    assert [each["superseded_at"] is None for each in versions] == [True, False, False]
    same = dewi.post("office/services/surat-uji/roll-back/", {"to": 3} | KEPT)
    assert (same.status_code, same.json()["code"]) == (409, "nothing_changed")
    assert dewi.post("office/services/surat-uji/roll-back/", {"to": 9} | KEPT).status_code == 400


def test_a_draft_that_another_version_overtook_is_compared_first(open_service: Admin) -> None:
    dewi = open_service
    dewi.change(**NEW)
    by_the_platform(category="modul")

    refused = dewi.publish(**KEPT)

    assert (refused.status_code, refused.json()["code"], refused.json()["current"]) == (409, "draft_outdated", 2)
    seen = dewi.send("patch", "office/services/surat-uji/draft/", {"content": {}, "base": 2})
    assert (seen.status_code, seen.json()["base"]) == (200, 2)
    assert dewi.publish(**KEPT).json()["code"] == "replay_needed"  # beside that version it changes more
    assert dewi.replay()["against"] == 2
    assert dewi.publish(**KEPT).status_code == 201
    assert standing() == (3, "baru")


def test_a_retired_service_takes_no_new_applications_and_lets_drafts_be_submitted(open_service: Admin) -> None:
    dewi, siti = open_service, Caller(resident())
    id = drafted(siti)

    retired = dewi.post("office/services/surat-uji/retire/", {"reason": "Digabung"})

    assert (retired.status_code, retired.json()["state"]) == (200, "retired")
    refused = siti.post("applications/", {"id": str(uuid4()), "service": "surat-uji"})
    assert (refused.status_code, refused.json()["code"]) == (409, "service_closed")
    submitted = siti.post(f"applications/{id}/submit/")
    assert submitted.status_code == 200, submitted.content
    assert siti.get("services/surat-uji/").json()["is_open"] is False
    assert dewi.post("office/services/surat-uji/retire/", {"reason": "Lagi"}).json()["code"] == "service_retired"
    reopened = dewi.post("office/services/surat-uji/reopen/", {"reason": "Masih perlu"})
    assert reopened.json()["state"] == "open"
    assert siti.post("applications/", {"id": str(uuid4()), "service": "surat-uji"}).status_code == 201
    assert history(dewi)[:2] == ["reopened", "retired"]
    reasons = list(
        Change.objects.filter(what__in=("retired", "reopened")).order_by("at").values_list("reason", flat=True)
    )
    assert reasons == ["Digabung", "Masih perlu"]


def test_after_the_cut_off_a_draft_cannot_be_submitted_and_its_owner_was_told(
    open_service: Admin, monkeypatch: pytest.MonkeyPatch
) -> None:
    dewi, siti = open_service, Caller(resident())
    id = drafted(siti)
    now = timezone.now()
    end = now + timedelta(days=10)

    retired = dewi.post("office/services/surat-uji/retire/", {"reason": "Digabung", "cut_off_at": end.isoformat()})

    assert retired.status_code == 200, retired.content
    while drain(now=timezone.now()):
        pass
    notice = Notice.objects.get(recipient=siti.user)
    assert (notice.kind, notice.application_id) == ("service.cut_off_set", Application.objects.get().pk)
    assert "sampai" in notice.body["id"]
    assert "until" in notice.body["en"]
    near = end - timedelta(days=2)
    assert [remind_of_cut_offs(now=near, ahead=timedelta(days=3)) for _turn in range(2)] == [1, 0]
    while drain(now=near):
        pass
    assert Notice.objects.filter(recipient=siti.user, kind="service.cut_off_near").count() == 1
    VersionLife.objects.update(cut_off_at=now - timedelta(seconds=1))
    refused = siti.post(f"applications/{id}/submit/")
    assert (refused.status_code, refused.json()["code"]) == (409, "version_cut_off")
    assert Application.objects.get().state == "draft"
    VersionLife.objects.update(cut_off_at=end)
    assert siti.post(f"applications/{id}/submit/").status_code == 200


def test_a_cut_off_at_publishing_concerns_drafts_under_earlier_versions_alone(open_service: Admin) -> None:
    dewi, siti = open_service, Caller(resident())
    drafted(siti)
    dewi.change(**NEW)

    dewi.publish(cut_off_at=(timezone.now() + timedelta(days=9)).isoformat(), **KEPT)

    ends = dict(VersionLife.objects.values_list("version__number", "cut_off_at"))
    assert (ends[1] is not None, ends[2]) == (True, None)
    lifted = dewi.post("office/services/surat-uji/cut-off/", {"cut_off_at": None, "reason": "Terlalu cepat"})
    assert lifted.status_code == 200
    assert not VersionLife.objects.exclude(cut_off_at=None).exists()
    assert history(dewi)[:3] == ["cut_off_set", "cut_off_set", "published"]


def test_with_four_eyes_another_admin_agrees_before_it_is_published(open_service: Admin, other: Admin) -> None:
    dewi = open_service
    assert dewi._call("put", "office/publishing-rules/", {"four_eyes": True}).json()["four_eyes"] is True
    dewi.change(**NEW)

    asked = dewi.publish(reason="Perda baru", **KEPT)

    assert (asked.status_code, asked.json()["state"]) == (202, "awaiting_approval")
    assert standing() == (1, "uji")
    own = dewi.post("office/services/surat-uji/approve/", {})
    assert (own.status_code, own.json()["code"]) == (403, "own_work")
    agreed = other.post("office/services/surat-uji/approve/", {"reason": "Sesuai"})
    assert (agreed.status_code, agreed.json()["state"], agreed.json()["version"]) == (201, "published", 2)
    assert agreed.json()["approved_by"] == other.user.full_name
    version = ServiceVersion.objects.get(number=2)
    assert (version.published_by, version.approved_by) == (dewi.user.pk, other.user.pk)
    assert history(dewi)[:3] == ["published", "approved", "approval_requested"]


def test_who_wrote_a_part_of_it_is_no_second_pair_of_eyes(open_service: Admin, other: Admin) -> None:
    dewi = open_service
    other._call("put", "office/publishing-rules/", {"four_eyes": True})
    begun = dewi.change(**NEW)
    other.send(
        "patch", "office/services/surat-uji/draft/", {"content": {"category": "lain"}}, etag=begun.headers["ETag"]
    )
    dewi.etags["surat-uji"] = "*"
    dewi.publish(**KEPT)

    refused = other.post("office/services/surat-uji/approve/", {})

    assert (refused.status_code, refused.json()["code"]) == (403, "own_work")
    assert standing() == (1, "uji")


def test_what_is_refused_is_a_draft_again_with_the_reason_in_the_history(open_service: Admin, other: Admin) -> None:
    dewi = open_service
    dewi._call("put", "office/publishing-rules/", {"four_eyes": True})
    dewi.change(**NEW)
    dewi.publish(**KEPT)
    assert other.post("office/services/surat-uji/refuse/", {}).status_code == 400

    refused = other.post("office/services/surat-uji/refuse/", {"reason": "Biaya keliru"})

    assert (refused.status_code, refused.json()["state"]) == (200, "refused")
    assert dewi.get("office/services/surat-uji/draft/").json()["content"]["category"] == "baru"
    assert Change.objects.get(what="refused").reason == "Biaya keliru"
    assert dewi.get("office/services/surat-uji/publication/").status_code == 404


def test_four_eyes_needs_two_admins_and_one_alone_cannot_switch_them_off(dewi: Admin) -> None:
    alone = dewi._call("put", "office/publishing-rules/", {"four_eyes": True})

    assert (alone.status_code, alone.json()["code"]) == (409, "needs_two_admins")


def test_switching_four_eyes_off_takes_two(dewi: Admin, other: Admin) -> None:
    dewi._call("put", "office/publishing-rules/", {"four_eyes": True})

    asked = [dewi._call("put", "office/publishing-rules/", {"four_eyes": False}).json() for _turn in range(2)]
    off = other._call("put", "office/publishing-rules/", {"four_eyes": False}).json()

    assert [each["four_eyes"] for each in asked] == [True, True]
    assert asked[0]["off_asked_by"] == dewi.user.full_name
    assert (off["four_eyes"], off["off_asked_by"]) == (False, None)
    assert dewi.get("office/publishing-rules/").json()["results"] == [off]
    kinds = Change.objects.filter(service=None).order_by("pk").values_list("what", flat=True)
    assert list(kinds) == ["four_eyes_on", "four_eyes_off_asked", "four_eyes_off_asked", "four_eyes_off"]


def test_every_policy_for_drafts_can_be_chosen(open_service: Admin) -> None:
    for number, policy in enumerate(DraftsPolicy.values, start=2):
        open_service.change(category=f"uji-{number}")
        assert open_service.publish(drafts_policy=policy).json()["drafts_policy"] == policy
