"""`/akun/keluarga/`: asking for a mandate, answering, ending."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from accounts.mandates.majority import end_of
from accounts.mandates.models import Mandate
from accounts.mandates.operations import accept, give, offer
from accounts.models import User
from accounts.sign_in.models import SignIn
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


def running(mother: User, son: User, days: int) -> Mandate:
    """A mandate of the mother for her son, which ends in so many days."""
    EmailAddress.objects.create(user=son, email=str(son.email), verified=True, primary=True)
    now = timezone.now()
    day = timezone.localdate(now) + timedelta(days=days)
    given = offer(principal_id=mother.id, address=str(son.email), services=(), expires_on=day, now=now)
    return accept(mandate_id=given.id, agent_id=son.id, now=now)


def test_near_its_end_one_side_asks_and_the_other_agrees(mother: User) -> None:
    son = resident("budi@example.org")
    mandate = running(mother, son, days=20)
    theirs, hers = browser_of(son), browser_of(mother)
    later = timezone.localdate() + timedelta(days=100)
    wish = {"action": "renew", "mandate": str(mandate.id), "expires_on": str(later)}

    theirs.post(URL, wish)
    assert "Anda meminta kuasa berlaku sampai" in text_of(theirs.get(URL))
    assert "Setujui perpanjangan" in text_of(hers.get(URL))
    SignIn.objects.update(proved_at=timezone.now() - timedelta(minutes=11))
    answer = hers.post(URL, {"action": "accept", "mandate": str(mandate.id)})

    assert "reauthenticate" in answer.headers["Location"]  # a new consent asks first who it is
    begin(person_id=mother.id, methods=["pwd"], address=None, user_agent="", now=timezone.now())
    hers.post(URL, {"action": "accept", "mandate": str(mandate.id)})
    mandate.refresh_from_db()
    assert mandate.expires_at == end_of(later)


def test_what_cannot_be_renewed_says_why(mother: User) -> None:
    son = resident("budi@example.org")
    mandate = running(mother, son, days=90)
    browser = browser_of(son)

    browser.post(URL, {"action": "renew", "mandate": str(mandate.id), "expires_on": "2030-01-01"})

    page = text_of(browser.get(URL))
    assert "30 hari sebelum berakhir" in page
    assert "Perpanjang kuasa ini" not in page


@pytest.mark.parametrize("day", ["", "x", "2020-01-01", "2090-01-01"])
def test_a_wrong_last_day_is_said_beside_its_field(mother: User, day: str) -> None:
    son = resident("budi@example.org")
    mandate = running(mother, son, days=20)

    page = browser_of(son).post(URL, {"action": "renew", "mandate": str(mandate.id), "expires_on": day})

    assert page.status_code == 200
    assert f'id="renew-{mandate.id}-expires_on_error"' in page.content.decode()
    mandate.refresh_from_db()
    assert mandate.renewal_until is None


def test_one_that_ran_out_unseen_is_shown_as_over(mother: User) -> None:
    mandate = running(mother, resident("budi@example.org"), days=20)
    Mandate.objects.update(expires_at=timezone.now() - timedelta(minutes=1))

    page = text_of(browser_of(mother).get(URL))

    assert "Masa berlakunya habis" in page
    assert "Akhiri" not in page
    assert mandate.state == "active"
