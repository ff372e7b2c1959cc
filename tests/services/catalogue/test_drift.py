"""Code meets admin: a module's change never overwrites in silence what the agency published itself."""

from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from services.catalogue.models import Change, Origin, Service, ServiceVersion
from services.catalogue.operations.releasing import lock_catalogue, release
from services.definitions import load_content
from tests.services.applications.factory import CONTENT
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
