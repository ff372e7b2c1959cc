"""`/akun/keluarga/`: asking for a mandate, answering, ending."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from accounts.mandates.models import Mandate
from accounts.mandates.operations import give
from accounts.models import User
from accounts.sign_in.operations import begin
from tests.services.applications.factory import resident
from tests.services.portal.pages import browser_of, heading_of, text_of

pytestmark = pytest.mark.django_db
URL = "/akun/keluarga/"


@pytest.fixture
def mother() -> User:
    return resident()


@pytest.fixture
def browser(mother: User) -> Client:
    return browser_of(mother)


def ask(browser: Client, **changes: str) -> object:
    form = {
        "action": "child",
        "child-nik": "6471015403190001",
        "child-full_name": "Aisyah",
        "child-birth_date": "2019-03-14",
    }
    return browser.post(URL, form | changes)


def test_a_stranger_signs_in_first() -> None:
    assert Client().get(URL).status_code == 302


def test_a_mother_asks_sees_what_it_waits_for_and_takes_it_back(browser: Client) -> None:
    assert "tidak mewakili siapa pun" in text_of(browser.get(URL))

    ask(browser)

    page = browser.get(URL)
    assert heading_of(page) == "Keluarga dan kuasa"
    assert "Anda untuk Aisyah" in text_of(page)
    assert "petugas loket" in text_of(page)
    browser.post(URL, {"action": "end", "mandate": str(Mandate.objects.get().id)})
    assert Mandate.objects.get().state == "ended"


def test_what_is_wrong_is_said_at_its_field(browser: Client) -> None:
    for changes in ({"child-nik": "1"}, {"child-birth_date": "2000-01-01"}):
        assert 'class="errorlist"' in ask(browser, **changes).content.decode()  # type: ignore[attr-defined]

    assert Mandate.objects.count() == 0


def test_giving_asks_first_who_it_is(browser: Client) -> None:
    answer = browser.post(URL, {"action": "give", "give-agent": "budi@example.org", "give-expires_on": "2026-12-31"})

    assert answer.status_code == 302
    assert "reauthenticate" in answer.headers["Location"]
    assert Mandate.objects.count() == 0


def test_what_was_offered_is_accepted_or_declined(mother: User) -> None:
    son = resident("budi@example.org")
    EmailAddress.objects.create(user=son, email="budi@example.org", verified=True, primary=True)
    now = timezone.now()
    begin(person_id=mother.id, methods=["pwd"], address=None, user_agent="", now=now)
    day = now.date() + timedelta(days=30)
    mandate = give(principal_id=mother.id, address="budi@example.org", services=(), expires_on=day, now=now)

    page = browser_of(son).get(URL)
    assert "Anda untuk Siti" in text_of(page)
    assert "Tolak" in text_of(page)
    assert "Budi untuk" not in text_of(browser_of(mother).get(URL))
    browser_of(son).post(URL, {"action": "accept", "mandate": str(mandate.id)})

    mandate.refresh_from_db()
    assert mandate.state == "active"
    assert "Budi untuk Siti" in text_of(browser_of(mother).get(URL))


def test_anothers_mandate_is_not_there(browser: Client) -> None:
    ask(browser)

    answer = browser_of(resident("x@example.org")).post(
        URL, {"action": "end", "mandate": str(Mandate.objects.get().id)}
    )

    assert answer.status_code == 404
    assert Mandate.objects.get().state == "proposed"
    assert browser.post(URL, {"action": "end", "mandate": "x"}).status_code == 404
