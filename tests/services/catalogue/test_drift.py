"""Code meets admin: a module's change never overwrites in silence what the agency published itself."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from services.catalogue.models import Change, Origin, Service, ServiceVersion
from services.catalogue.operations.releasing import lock_catalogue, release
from services.definitions import load_content
from tests.accounts.proofing.conftest import Caller
from tests.services.applications.factory import CONTENT
from tests.services.catalogue.admins import Admin
from tests.services.catalogue.test_sync_catalogue import Bring, bring, service

__all__ = ["bring"]


def by_an_admin(slug: str = "uji", **changes: Any) -> None:
    with transaction.atomic():
        lock_catalogue()
        definition = load_content(CONTENT | {"service": slug} | changes)
        release(Service.objects.get(slug=slug), definition, origin=Origin.ADMIN, now=timezone.now())


def sync(capsys: pytest.CaptureFixture[str]) -> str:
    call_command("sync_catalogue")
    return capsys.readouterr().out.split()[0]


def standing() -> tuple[int, str]:
    current = Service.objects.select_related("current").get().current
    assert current is not None
    return current.number, current.content["category"]


def test_an_admins_version_stays_as_long_as_the_module_says_the_same(
    bring: Bring, capsys: pytest.CaptureFixture[str]
) -> None:
    bring(("module_a", "DLH", service("uji", category="modul")))
    sync(capsys)
    by_an_admin(category="admin")

    assert sync(capsys) == "unchanged"

    assert standing() == (2, "admin")
    assert not Change.objects.filter(what=Change.What.DRIFTED).exists()


def test_a_module_that_changed_beside_an_admins_version_is_drift_and_is_told_once(
    bring: Bring, capsys: pytest.CaptureFixture[str]
) -> None:
    bring(("module_a", "DLH", service("uji", category="modul")))
    sync(capsys)
    by_an_admin(category="admin")
    bring(("module_a", "DLH", service("uji", category="modul-baru")))

    assert [sync(capsys), sync(capsys)] == ["drifted", "drifted"]

    assert standing() == (2, "admin")
    assert ServiceVersion.objects.count() == 2
    assert Change.objects.filter(what=Change.What.DRIFTED).count() == 1


def test_a_retired_service_is_not_opened_by_its_module(bring: Bring, capsys: pytest.CaptureFixture[str]) -> None:
    bring(("module_a", "DLH", service("uji", category="modul")))
    sync(capsys)
    Service.objects.update(is_open=False, retired_at=timezone.now())
    assert sync(capsys) == "unchanged"
    bring(("module_a", "DLH", service("uji", category="modul-baru")))

    assert sync(capsys) == "drifted"

    assert not Service.objects.get().is_open
    assert standing() == (1, "modul")


def test_the_history_cannot_be_rewritten(bring: Bring, capsys: pytest.CaptureFixture[str]) -> None:
    bring(("module_a", "DLH", service("uji")))
    sync(capsys)

    for attempt in (lambda: Change.objects.update(reason="lain"), lambda: Change.objects.all().delete()):
        with pytest.raises(Exception, match="append-only"), transaction.atomic():
            attempt()

    assert [(each.what, each.version, each.reason) for each in Change.objects.all()] == [("published", 1, "")]


def seen(dewi: Admin) -> dict[str, Any]:
    answer = dewi.get("office/services/uji/drift/")
    assert answer.status_code == 200, answer.content
    body: dict[str, Any] = answer.json()
    return body


@pytest.fixture
def drifted(bring: Bring, member: Callable[..., Caller], capsys: pytest.CaptureFixture[str]) -> Admin:
    """An admin whose own version stands beside a module's newer definition."""
    bring(("module_a", "DLH", service("uji", category="modul")))
    sync(capsys)
    by_an_admin(category="admin")
    bring(("module_a", "DLH", service("uji", category="modul-baru")))
    sync(capsys)
    return Admin(member("DLH"))


def test_drift_is_shown_in_words_and_taken_by_a_person(drifted: Admin, capsys: pytest.CaptureFixture[str]) -> None:
    shown = seen(drifted)
    assert (shown["drift"], [each["pointer"] for each in shown["changes"]]) == ("open", ["/category"])
    assert drifted.get("office/services/").json()["results"][0]["drift"] == "open"
    wish = {"decision": "take", "sha256": shown["sha256"], "drafts_policy": "carry_on"}

    taken = drifted.post("office/services/uji/drift/", wish)

    assert (taken.status_code, taken.json()["publication"]["version"]) == (200, 3)
    assert standing() == (3, "modul-baru")
    assert seen(drifted)["drift"] == "none"
    assert sync(capsys) == "unchanged"


def test_ours_is_kept_until_the_module_changes_again(
    drifted: Admin, bring: Bring, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = drifted.post("office/services/uji/drift/", {"decision": "keep", "sha256": seen(drifted)["sha256"]})

    assert (kept.status_code, kept.json()["drift"]) == (200, "ours")
    assert (sync(capsys), standing()) == ("unchanged", (2, "admin"))
    bring(("module_a", "DLH", service("uji", category="modul-lagi")))
    assert (sync(capsys), seen(drifted)["drift"], standing()) == ("drifted", "open", (2, "admin"))


def test_merging_begins_a_draft_and_an_offer_that_changed_is_seen_anew(drifted: Admin) -> None:
    stale = drifted.post("office/services/uji/drift/", {"decision": "keep", "sha256": "0" * 64})
    assert (stale.status_code, stale.json()["code"]) == (409, "offer_changed")

    merged = drifted.post("office/services/uji/drift/", {"decision": "merge", "sha256": seen(drifted)["sha256"]})

    assert (merged.status_code, merged.json()["drift"]) == (200, "ours")
    assert drifted.get("office/services/uji/draft/").json()["content"]["category"] == "admin"
    assert Change.objects.order_by("-pk").values_list("what", flat=True)[:2][1] == "drift_resolved"
