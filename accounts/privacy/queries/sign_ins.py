"""Where a person is signed in, and when they signed in before."""

from collections import defaultdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.timezone import localtime

from accounts.provider.models import Authorization
from accounts.provider.tokens import checksum
from accounts.sign_in import words
from accounts.sign_in.lifetimes import lapsed
from accounts.sign_in.models import Ending, FailedTry, SignIn

_MOST = 100
Key = tuple[Any, ...]


def behind(access_token: str) -> tuple[UUID | None, UUID | None]:
    """Return the authorization that a token comes of, and its sign-in; None where it has none. One query."""
    of = Authorization.objects.filter(access_tokens__access_token__token_checksum=checksum(access_token))
    return of.values_list("pk", "sign_in_id").first() or (None, None)


def sessions_of(person_id: UUID, *, current: UUID | None, now: datetime) -> list[dict[str, Any]]:
    """Return where the person is signed in, the latest seen first, each with its connected apps. Two queries."""
    lasting = SignIn.objects.filter(person_id=person_id, ended_at=None).exclude(lapsed(now))
    found = list(lasting.order_by("-seen_at", "-pk")[:_MOST])
    apps: dict[UUID | None, list[dict[str, str]]] = defaultdict(list)
    living = Authorization.objects.filter(sign_in__in=[each.pk for each in found], ended_at=None)
    named = living.order_by("client__name", "client__client_id").distinct()
    for sign_in, client_id, name in named.values_list("sign_in_id", "client__client_id", "client__name"):
        apps[sign_in].append({"id": client_id, "name": name})
    return [
        _line(each)
        | {"seen_at": localtime(each.seen_at).isoformat(), "current": each.pk == current, "apps": apps[each.pk]}
        for each in found
    ]


def history_of(person_id: UUID, *, limit: int, after: Key | None, before: Key | None) -> list[SignIn | FailedTry]:
    """Return up to `limit` sign-ins and failed tries, latest first. Two queries.

    `after` and `before` are the key (began_at, id) of an edge.
    """
    way = ("began_at", "pk") if before else ("-began_at", "-pk")
    edge = Q()
    if before:
        edge = Q(began_at__gt=before[0]) | Q(began_at=before[0], pk__gt=before[1])
    elif after:
        edge = Q(began_at__lt=after[0]) | Q(began_at=after[0], pk__lt=after[1])
    found: list[SignIn | FailedTry] = [
        *SignIn.objects.filter(edge, person_id=person_id).order_by(*way)[:limit],
        *FailedTry.objects.filter(edge, person_id=person_id).order_by(*way)[:limit],
    ]
    found.sort(key=lambda each: (each.began_at, each.pk), reverse=True)
    return found[-limit:] if before else found[:limit]


def history_line(each: SignIn | FailedTry) -> dict[str, Any]:
    """Return a sign-in, or failed tries, as their person sees them in the history."""
    if isinstance(each, FailedTry):
        over = {"ended_at": None, "ending": None, "ending_in_words": None}
        return _line(each) | over | {"failed": each.tries, "latest_at": localtime(each.latest_at).isoformat()}
    return _line(each) | {
        "failed": 0,
        "latest_at": localtime(each.began_at).isoformat(),
        "ended_at": localtime(each.ended_at).isoformat() if each.ended_at else None,
        "ending": each.ending or None,
        "ending_in_words": str(Ending(each.ending).label) if each.ending else None,
    }


def _line(each: SignIn | FailedTry) -> dict[str, Any]:
    methods = each.methods if isinstance(each, SignIn) else []
    return {
        "id": str(each.pk),
        "device": words.device(each.user_agent),
        "address": each.address,
        "methods": methods,
        "methods_in_words": words.proofs(methods),
        "began_at": localtime(each.began_at).isoformat(),
    }
