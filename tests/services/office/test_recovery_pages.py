"""`/kantor/pemulihan/`: officers help in who lost every way into their account."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.utils import timezone

from accounts.models import User
from accounts.proofing.models import Recovery
from tests.accounts.flow import code_in, sms
from tests.accounts.proofing.conftest import BUDI, Caller, budi, happens, officer, someone
from tests.services.office.test_clients_pages import browser_of
from tests.services.office.test_counter_pages import at_work
from tests.services.portal.pages import links_of, text_of

__all__ = ["budi", "officer", "someone"]

pytestmark = pytest.mark.django_db
Someone = Callable[[str], Caller]
LIST = "/kantor/pemulihan/"
NEW = "+6281298765432"
TYPED = {
    "kind": "reopen",
    "contact": "0812 9876 5432",
    "nik": BUDI["nik"],
    "document": "ktp_el",
    "reason": "Ponsel hilang.",
}


@pytest.fixture(autouse=True)
def _here(settings: LazySettings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path


def test_two_officers_open_an_account_again(budi: Caller, officer: Someone, tmp_path: Path) -> None:
    budi.post("me/identity/", BUDI)
    rina, agus = at_work(officer("Rina")), at_work(officer("Agus"))

    begun = rina.post(f"{LIST}baru/", TYPED)
    place = f"{LIST}{Recovery.objects.get().pk}/"
    assert begun.headers["Location"] == place
    assert BUDI["nik"] not in rina.get(place).content.decode() + place
    happens()
    assert rina.post(place, {"action": "code", "code": "x"}).status_code == 200
    assert rina.post(place, {"action": "code", "code": code_in(sms(tmp_path)[-1])}).status_code == 302
    assert 'value="confirm"' not in rina.get(place).content.decode()
    assert place in links_of(agus.get(LIST))
    assert 'value="confirm"' in agus.get(place).content.decode()
    done = agus.post(place, {"action": "confirm"})

    assert done.status_code == 302
    assert User.objects.get(pk=budi.user.pk).phone == NEW
    assert "Confirmed" in text_of(agus.get(place))
    assert "Ponsel hilang." in text_of(browser_of(User.objects.get(pk=budi.user.pk), "otp").get("/akun/akses-data/"))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"nik": ""}, "nik"),
        ({"nik": "6471021704880009"}, "nik"),
        ({"contact": "x"}, "contact"),
        ({"reason": ""}, "reason"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    budi: Caller, officer: Someone, changes: dict[str, str], field: str
) -> None:
    budi.post("me/identity/", BUDI)

    answer = at_work(officer("Rina")).post(f"{LIST}baru/", TYPED | changes)

    assert answer.status_code == 200
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert not Recovery.objects.exists()


def test_a_rejection_needs_a_reason(budi: Caller, officer: Someone, tmp_path: Path) -> None:
    User.objects.filter(pk=budi.user.pk).update(phone=NEW, phone_verified_at=timezone.now())
    rina, agus = at_work(officer("Rina")), at_work(officer("Agus"))
    rina.post(f"{LIST}baru/", TYPED | {"kind": "free", "nik": ""})
    place = f"{LIST}{Recovery.objects.get().pk}/"
    happens()
    rina.post(place, {"action": "code", "code": code_in(sms(tmp_path)[-1])})

    assert agus.post(place, {"action": "reject", "reason": ""}).status_code == 200
    agus.post(place, {"action": "reject", "reason": "Bukan orangnya."})

    assert "Bukan orangnya." in text_of(agus.get(place))
    assert User.objects.get(pk=budi.user.pk).phone == NEW


def test_nobody_else_finds_it(budi: Caller, officer: Someone) -> None:
    officer("Rina")

    for path in (LIST, f"{LIST}baru/"):
        assert browser_of(budi.user, "pwd", "mfa").get(path).status_code == 404
    assert at_work(officer("Agus")).get(LIST).status_code == 200
    assert browser_of(officer("Dewi").user, "pwd").get(LIST).status_code == 302
