"""Trying a client out, and opening it to residents."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from accounts.models import ClientState, Kind, User
from accounts.operations import register_person
from accounts.provider.operations import end_authorizations
from accounts.sign_in import operations as sign_ins
from accounts.sign_in.models import Ending
from services.connectors.models import Change, Registration, SelfTest
from services.connectors.operations.registering import living
from services.connectors.queries import is_ready, latest_self_test, mark_of, state_of
from services.connectors.self_test import Drive
from services.events.operations import publish
from superapp.http.problems import Problem

_PERSON = "warga-uji@uji.balikpapan.example"
_KEPT = 10
_GIVEN_UP = timedelta(seconds=302)  # the time limit of the task that runs it


@transaction.atomic
def start_self_test(*, registration: Registration, actor_id: UUID, now: datetime) -> SelfTest:
    """Ask for a self-test of a client; a worker drives it. Return it; its checks grow as they are made.

    :raises Problem: 409 `client_closed`, or `self_test_running` while one is under way.
    """
    found = living(registration)
    latest = latest_self_test(found.pk)
    if latest is not None and state_of(latest, now) in ("waiting", "running"):
        raise Problem(
            status=409,
            code="self_test_running",
            detail={"id": "Uji mandiri masih berjalan.", "en": "A self-test is still under way."},
        )
    test = SelfTest.objects.create(client=found.client, begun_at=now, settings_tested=mark_of(found))
    newest = SelfTest.objects.filter(client=found.client).order_by("-begun_at", "-pk").values("pk")[:_KEPT]
    SelfTest.objects.filter(client=found.client).exclude(pk__in=list(newest.values_list("pk", flat=True))).delete()
    Change.objects.create(registration=found, what=Change.What.TESTED, actor_id=actor_id, at=now)
    publish(topic="self_test.requested", key=test.pk, body={}, now=now)
    return test


def run_self_test(*, test_id: UUID, now: datetime) -> None:
    """Drive the client's site and keep what each check found; nothing when another worker does or did.

    Takes as long as the site does, at most some minutes, and is seen by the site while it runs: for a worker, outside
    any transaction.
    """
    free = Q(claimed_at=None) | Q(claimed_at__lt=now - _GIVEN_UP)
    if not SelfTest.objects.filter(free, pk=test_id, finished_at=None).update(claimed_at=now):
        return
    test = SelfTest.objects.get(pk=test_id)
    registration = Registration.objects.select_related("client").get(pk=test.client_id)
    person = _synthetic_person(now)
    sign_in = sign_ins.begin(person_id=person.pk, methods=["pwd"], address=None, user_agent="self-test", now=now)
    SelfTest.objects.filter(pk=test_id).update(settings_tested=mark_of(registration))

    def keep(checks: list[dict[str, Any]]) -> None:
        SelfTest.objects.filter(pk=test_id).update(checks=checks)

    try:
        Drive(
            registration.client, person, sign_in, registration.login_uri, registration.session_uri, now, keep
        ).run()  # fmt: skip
    finally:
        end_authorizations(sign_in_id=sign_in.pk, now=now)
        sign_ins.end(person_id=person.pk, sign_in_id=sign_in.pk, ending=Ending.CLIENT, now=now)
    SelfTest.objects.filter(pk=test_id).update(finished_at=now)


@transaction.atomic
def open_to_residents(*, registration: Registration, actor_id: UUID, now: datetime) -> None:
    """Let every resident sign in to a client whose latest self-test is green.

    :raises Problem: 409 `client_closed`, or `self_test_not_green` when it is not, or was of other addresses or keys.
    """
    found = living(registration)
    if not is_ready(found, latest_self_test(found.pk)):
        raise Problem(
            status=409,
            code="self_test_not_green",
            detail={
                "id": "Uji mandiri terakhir belum hijau, atau alamat dan kunci berubah sesudahnya.",
                "en": "The latest self-test is not green, or addresses or keys changed since.",
            },
        )
    if found.client.state == ClientState.PRODUCTION:
        return
    found.client.state = ClientState.PRODUCTION
    found.client.save(update_fields=["state"])
    Change.objects.create(registration=found, what=Change.What.OPENED, actor_id=actor_id, at=now)


def _synthetic_person(now: datetime) -> User:
    """Return the made-up resident who visits sites, made at first use. Nobody can sign in as them."""
    found = User.objects.filter(email=_PERSON).first()
    return found or register_person(full_name="Warga Uji", email=_PERSON, kind=Kind.SYNTHETIC, now=now)
