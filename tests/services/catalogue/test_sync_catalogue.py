"""`manage.py sync_catalogue`: what modules bring becomes versions, once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from services.catalogue.models import Service, ServiceVersion
from services.catalogue.operations import sync_catalogue
from services.definitions import DefinitionError, Fault, load_content
from tests.services.applications.factory import CONTENT

Bring = Callable[..., None]


@pytest.fixture
def bring(db: None, monkeypatch: pytest.MonkeyPatch) -> Bring:
    """Give the platform other modules: each is its label, agency, and what its `definitions()` does."""
    call_command("load_city", verbosity=0)

    def replace(*modules: tuple[str, str, Callable[[], Any]]) -> None:
        found = [
            SimpleNamespace(label=label, agency=agency, definitions=does, golden_cases=dict)
            for label, agency, does in modules
        ]
        monkeypatch.setattr("services.catalogue.operations.modules.installed_modules", lambda: found)

    return replace


def service(slug: str, **changes: Any) -> Callable[[], Any]:
    return lambda: [load_content(CONTENT | {"service": slug} | changes)]


def unsound(file: str) -> Callable[[], Any]:
    def fail() -> None:
        raise DefinitionError([Fault("/fee", "there is none", "Add it", file, 3)])

    return fail


def test_the_second_time_nothing_is_new_until_the_content_changes(bring: Bring) -> None:
    bring(("module_a", "DLH", service("uji")))
    call_command("sync_catalogue", verbosity=0)
    call_command("sync_catalogue", verbosity=0)
    bring(("module_a", "DLH", service("uji", category="lain")))

    call_command("sync_catalogue", verbosity=0)

    numbers = list(ServiceVersion.objects.order_by("number").values_list("number", flat=True))
    assert numbers == [1, 2]
    assert Service.objects.get().category == "lain"


def test_a_slug_that_two_modules_bring_is_refused_and_makes_no_version(bring: Bring) -> None:
    bring(("module_a", "DLH", service("sama")), ("module_b", "DLH", service("sama", category="lain")))

    with pytest.raises(CommandError, match="module_b: service 'sama' is brought by module_a already"):
        call_command("sync_catalogue", verbosity=0)

    assert ServiceVersion.objects.count() == 0


def test_a_slug_stays_with_its_agency(bring: Bring) -> None:
    bring(("module_a", "DLH", service("sama")))
    call_command("sync_catalogue", verbosity=0)
    bring(("module_b", "DINKES", service("sama")))

    with pytest.raises(CommandError, match="belongs to another agency"):
        call_command("sync_catalogue", verbosity=0)

    assert Service.objects.get().agency.code == "DLH"


def test_a_module_that_was_renamed_keeps_its_services_and_is_asked_again(bring: Bring) -> None:
    bring(("module_lama", "DLH", service("uji")))
    call_command("sync_catalogue", verbosity=0)
    bring(("module_baru", "DLH", service("uji")))

    call_command("sync_catalogue", verbosity=0)

    found = Service.objects.get()
    assert (found.module, found.is_open, found.versions.count()) == ("module_baru", True, 1)


def test_faults_of_all_modules_are_told_and_nothing_is_published(bring: Bring) -> None:
    bring(
        ("module_a", "DLH", unsound("a.yaml")),
        ("module_b", "DLH", service("baik")),
        ("module_c", "DLH", unsound("c.yaml")),
    )

    with pytest.raises(CommandError) as refused:
        call_command("sync_catalogue", verbosity=0)

    assert str(refused.value).splitlines() == [
        "a.yaml:3: /fee: there is none. Add it.",
        "c.yaml:3: /fee: there is none. Add it.",
    ]
    assert Service.objects.count() == 0


def test_an_agency_that_the_city_does_not_have_is_named(bring: Bring) -> None:
    bring(("module_a", "ATLANTIS", service("uji")))

    with pytest.raises(CommandError, match="module_a: agency 'ATLANTIS' is not one of the city's"):
        call_command("sync_catalogue", verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_publish_once(bring: Bring) -> None:
    bring(("module_a", "DLH", service("satu")))

    def run(_: int) -> list[bool]:
        try:
            return [each.created for each in sync_catalogue(now=timezone.now())]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        created = [each for done in pool.map(run, range(4)) for each in done]

    assert sorted(created) == [False, False, False, True]
    assert ServiceVersion.objects.count() == 1
