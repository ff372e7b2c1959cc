"""Trying a client out, and opening it to residents."""

import hashlib
import json
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import ClientState, RelyingParty, User
from accounts.operations import register_person
from accounts.provider.operations import end_authorizations
from accounts.sign_in import operations as sign_ins
from accounts.sign_in.models import Ending
from services.connectors.models import SelfTest
from services.connectors.self_test import Drive
from superapp.http.problems import Problem

_PERSON = "warga-uji@uji.balikpapan.example"
_KEPT = 10


def run_self_test(*, client_id: UUID, login_uri: str, session_uri: str, now: datetime) -> SelfTest:
    """Drive a client's site from `login_uri`, where a sign-in begins, and keep what each check found.

    `session_uri` is the site's page that answers 200 to who is signed in there and anything else to others. Takes as
    long as the site does, at most some minutes: for a worker.
    """
    client = RelyingParty.objects.get(pk=client_id)
    person = _synthetic_person(now)
    sign_in = sign_ins.begin(person_id=person.pk, methods=["pwd"], address=None, user_agent="self-test", now=now)
    try:
        checks = Drive(client, person, sign_in, login_uri, session_uri, now).run()
    finally:
        end_authorizations(sign_in_id=sign_in.pk, now=now)
        sign_ins.end(person_id=person.pk, sign_in_id=sign_in.pk, ending=Ending.CLIENT, now=now)
    found = SelfTest.objects.create(client=client, begun_at=now, settings_tested=_mark_of(client), checks=checks)
    newest = SelfTest.objects.filter(client=client).order_by("-begun_at", "-pk").values("pk")[:_KEPT]
    SelfTest.objects.filter(client=client).exclude(pk__in=list(newest.values_list("pk", flat=True))).delete()
    return found


@transaction.atomic
def open_to_residents(*, client_id: UUID) -> None:
    """Let every resident sign in to a client whose latest self-test is green.

    :raises Problem: 409 `self_test_not_green` when it is not, or was of other addresses or keys.
    """
    client = RelyingParty.objects.select_for_update().get(pk=client_id)
    latest = SelfTest.objects.filter(client=client).order_by("-begun_at", "-pk").first()
    if latest is None or not latest.passed or latest.settings_tested != _mark_of(client):
        raise Problem(
            status=409,
            code="self_test_not_green",
            detail={
                "id": "Uji mandiri terakhir belum hijau, atau alamat dan kunci berubah sesudahnya.",
                "en": "The latest self-test is not green, or addresses or keys changed since.",
            },
        )
    client.state = ClientState.PRODUCTION
    client.save(update_fields=["state"])


def _mark_of(client: RelyingParty) -> str:
    tried = [client.redirect_uris, client.backchannel_logout_uri, client.jwks, client.jwks_uri]
    return hashlib.sha256(json.dumps(tried, sort_keys=True).encode()).hexdigest()


def _synthetic_person(now: datetime) -> User:
    found = User.objects.filter(email=_PERSON).first()
    return found or register_person(full_name="Warga Uji", email=_PERSON, now=now)
