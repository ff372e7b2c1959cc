"""`me/deletion/`: seven days to change one's mind, then erased but for what the law keeps."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken

from accounts.models import User
from accounts.privacy.models import Deletion
from accounts.privacy.operations.deletion import erase_due
from accounts.sign_in.models import SignIn
from services.applications.models import Application
from services.events.models import OutboxEvent
from tests.accounts.privacy.conftest import Connect
from tests.problems import problem
from tests.services.applications.api.test_submit import ready, submit
from tests.services.applications.factory import member, publish_service
from tests.services.signed_in import signed_in

URL = "/api/v1/me/deletion/"
LATER = timedelta(days=7, minutes=1)


@pytest.fixture
def fresh(person: User, connect: Connect) -> Client:
    given = connect(person, scopes=["account"])
    return Client(headers={"Authorization": f"Bearer access-{given.pk}"})


def test_before_one_decides_each_kind_of_data_tells_its_fate_and_the_law(fresh: Client) -> None:
    told = fresh.get(URL, headers={"Accept-Language": "en"}).json()

    assert told["state"] is None
    fates = {each["kind"]: each for each in told["kinds"]}
    assert fates["drafts"]["kept"] is False
    assert fates["applications"]["kept"] is True
    assert "UU 43/2009" in fates["applications"]["law"]
    assert fates["applications"]["until"]


def test_what_may_go_goes_and_what_the_law_keeps_stays_without_a_name(fresh: Client, person: User) -> None:
    publish_service()
    app = signed_in(person, "applications")
    submitted, draft = ready(app), ready(app)
    assert submit(app, submitted).status_code == 200

    asked = fresh.post(URL)
    assert (asked.status_code, asked.json()["state"]) == (202, "waiting")
    assert erase_due(now=timezone.now() + timedelta(days=6)) == 0
    assert erase_due(now=timezone.now() + LATER) == 1
    assert erase_due(now=timezone.now() + LATER) == 0

    person.refresh_from_db()
    assert (person.full_name, person.email, person.phone) == ("(akun dihapus)", None, None)
    assert not person.is_active
    assert not person.has_usable_password()
    assert not EmailAddress.objects.filter(user=person).exists()
    assert not AccessToken.objects.filter(user=person).exists()
    assert not SignIn.objects.filter(person=person, ended_at=None).exists()
    assert [str(each.pk) for each in Application.objects.filter(applicant=person)] == [submitted]
    assert draft != submitted
    receipt = Deletion.objects.get(person=person)
    kept = {each["kind"]: (each["erased"], each["kept"]) for each in receipt.outcome}
    assert (receipt.state, kept["drafts"], kept["applications"]) == ("done", (1, 0), (0, 1))
    assert fresh.get("/api/v1/me/").status_code == 401
    assert OutboxEvent.objects.filter(topic="session.ended", body__ending="deactivated").count() == 1


def test_signing_in_within_the_seven_days_cancels_it(fresh: Client, person: User) -> None:
    fresh.post(URL)

    Client().force_login(person)

    assert Deletion.objects.get().state == "cancelled"
    assert erase_due(now=timezone.now() + LATER) == 0
    person.refresh_from_db()
    assert person.is_active
    assert OutboxEvent.objects.filter(topic="privacy.deletion_cancelled").count() == 1


def test_it_can_be_cancelled_and_asked_for_again(fresh: Client) -> None:
    fresh.post(URL)
    assert [fresh.delete(URL).status_code for _ in range(2)] == [204, 204]
    assert fresh.get(URL).json()["state"] == "cancelled"

    assert fresh.post(URL).json()["state"] == "waiting"


def test_asking_twice_moves_nothing(fresh: Client) -> None:
    first, second = fresh.post(URL).json(), fresh.post(URL).json()

    assert first["due_at"] == second["due_at"]
    assert Deletion.objects.count() == 1


def test_an_old_sign_in_proves_itself_first(person: User, connect: Connect) -> None:
    given = connect(person, scopes=["account"], auth_time=timezone.now() - timedelta(hours=1))

    answer = Client(headers={"Authorization": f"Bearer access-{given.pk}"}).post(URL)

    assert problem(answer) == (403, "reauthentication_required")
    assert not Deletion.objects.exists()


def test_staff_end_their_roles_first(connect: Connect) -> None:
    rina = member("rina@example.org", "officer")
    given = connect(rina, scopes=["account"])

    answer = Client(headers={"Authorization": f"Bearer access-{given.pk}"}).post(URL)

    assert problem(answer) == (409, "still_staff")


def broken(_person_id: Any, _now: Any) -> list[dict[str, object]]:
    raise OSError("this part is away")


def test_a_part_that_fails_leaves_the_account_whole_and_due(
    fresh: Client, person: User, settings: LazySettings
) -> None:
    fresh.post(URL)
    whole = settings.PERSONAL_DATA_ERASED_BY
    settings.PERSONAL_DATA_ERASED_BY = [*whole, "tests.accounts.privacy.test_deletion.broken"]

    assert erase_due(now=timezone.now() + LATER) == 0

    person.refresh_from_db()
    assert person.is_active
    assert EmailAddress.objects.filter(user=person).exists()
    settings.PERSONAL_DATA_ERASED_BY = whole
    assert erase_due(now=timezone.now() + LATER) == 1
