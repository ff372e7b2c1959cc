"""`/akun/unduhan/` of an account that was closed: its browser is a stranger's, and the copy stays where it is."""

from collections.abc import Callable

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.operations import register_person
from accounts.privacy.models import Export
from accounts.privacy.operations.export import ask_for_export, prepare_export
from accounts.sign_in.operations import deactivate
from tests.accounts.flow import PASSWORD

pytestmark = pytest.mark.django_db
PAGE = "/akun/unduhan/"


@pytest.mark.parametrize(
    "close",
    [
        lambda person: deactivate(person_id=person.pk, now=timezone.now()),
        lambda person: User.objects.filter(pk=person.pk).update(is_active=False),
    ],
    ids=["deactivated", "nothing but the mark"],
)
def test_who_was_deactivated_gets_neither_page_nor_file(close: Callable[[User], None], settings: LazySettings) -> None:
    person = register_person(full_name="Siti", email="siti@contoh.example", password=PASSWORD, now=timezone.now())
    browser = Client()
    browser.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    ask_for_export(person_id=person.pk, now=timezone.now())
    prepare_export(export_id=Export.objects.get().pk, now=timezone.now())
    file = f"{PAGE}{Export.objects.get(state=Export.State.READY).pk}/"
    before = [browser.get(PAGE).status_code, browser.get(file).status_code]

    close(person)

    assert before == [200, 200]
    for place in (PAGE, file):
        answer = browser.get(place)
        assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (302, "/accounts/login/")
