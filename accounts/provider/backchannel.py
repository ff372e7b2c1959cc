"""Telling clients that a person has signed out, or withdrew what they agreed to (OpenID Back-Channel Logout 1.0).

All are consumers of the outbox. The first two make one event for each client and sign-in, so that each has its own
tries: one whose server is down keeps nobody waiting.
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4, uuid5

from django.conf import settings

from accounts.models import RelyingParty
from accounts.provider.keys import sign
from accounts.provider.models import Authorization
from accounts.provider.subjects import subject_of
from services.events.models import OutboxEvent
from services.events.operations import Park, RetryLater, publish
from superapp.http.outgoing import Unreachable, call

TOPIC: Final = "backchannel_logout.due"
LIFETIME: Final = timedelta(minutes=2)
_EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
_SECONDS: Final = 3.0
# A server that was down hears at most this part of its outage late, and for a day.
_PART: Final = 1 / 8
_FIRST_DELAY, _LONGEST_DELAY = 2.0, 1800.0
_PATIENCE: Final = timedelta(days=1)


def tell_clients(event: OutboxEvent, now: datetime) -> None:
    """Fan `session.ended` out to the clients that this sign-in was used at, whether or not their tokens still live."""
    used_at = (
        Authorization.objects.filter(sign_in_id=event.key)
        .exclude(client__backchannel_logout_uri="")
        .order_by("client_id", "person_id")
        .values_list("client_id", "person_id")
        .distinct()
    )
    for client_id, person_id in used_at:
        publish(
            topic=TOPIC,
            key=event.key,
            body={"client": str(client_id), "person": str(person_id)},
            now=now,
            event_id=uuid5(event.id, f"{client_id} {person_id}"),
        )


def tell_of_withdrawal(event: OutboxEvent, now: datetime) -> None:
    """Have one client end its sessions of who disconnected it (`consent.withdrawn`): those of their lasting sign-ins.

    The sign-ins themselves last, and other clients hear nothing.
    """
    client = RelyingParty.objects.filter(client_id=event.body["client"]).exclude(backchannel_logout_uri="").first()
    if client is None:
        return
    for sign_in in event.body["sign_ins"]:
        publish(
            topic=TOPIC,
            key=UUID(sign_in),
            body={"client": str(client.pk), "person": event.body["person"]},
            now=now,
            event_id=uuid5(event.id, sign_in),
        )


def send_logout_token(event: OutboxEvent, now: datetime) -> None:
    """Send one client the logout token of one sign-in.

    :raises Park: when the client refuses the token (400): sent again it would refuse it again.
    :raises RetryLater: when its server does not answer, or not as section 2.8 asks.
    """
    client = RelyingParty.objects.filter(pk=event.body["client"]).first()
    if client is None or not client.backchannel_logout_uri:
        return
    token = logout_token(client=client, person_id=UUID(event.body["person"]), sign_in_id=event.key, now=now)
    try:
        answer = call("POST", client.backchannel_logout_uri, seconds=_SECONDS, data={"logout_token": token})
    except Unreachable as error:
        raise _later(event, now, str(error)) from error
    if answer.status == 400:
        raise Park(f"{client.client_id} refused the logout token")
    if answer.status not in (200, 204):
        raise _later(event, now, f"{client.client_id} answered {answer.status}")


def logout_token(*, client: RelyingParty, person_id: UUID, sign_in_id: UUID, now: datetime) -> str:
    """Return a signed logout token (section 2.4) that says that this sign-in of this person has ended."""
    issued_at = int(now.timestamp())
    claims = {
        "iss": settings.OAUTH2_PROVIDER["OIDC_ISS_ENDPOINT"],
        "aud": client.client_id,
        "iat": issued_at,
        "exp": issued_at + int(LIFETIME.total_seconds()),
        "jti": str(uuid4()),
        "events": {_EVENT: {}},
        "sid": str(sign_in_id),
        "sub": subject_of(person_id, client),
    }
    return sign(claims, typ="logout+jwt", now=now)


def _later(event: OutboxEvent, now: datetime, reason: str) -> RetryLater:
    waited = (now - event.created_at).total_seconds()
    delay = min(max(_FIRST_DELAY, waited * _PART), _LONGEST_DELAY)
    return RetryLater(delay, reason, until=event.created_at + _PATIENCE)
