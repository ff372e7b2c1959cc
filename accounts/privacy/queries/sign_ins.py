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
from accounts.sign_in.models import Ending, SignIn

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


def history_of(person_id: UUID, *, limit: int, after: Key | None, before: Key | None) -> list[SignIn]:
    """Return up to `limit` sign-ins, latest first. `after` and `before` are the key (began_at, id) of an edge."""
    theirs = SignIn.objects.filter(person_id=person_id)
    if before:
        newer = Q(began_at__gt=before[0]) | Q(began_at=before[0], pk__gt=before[1])
        return list(theirs.filter(newer).order_by("began_at", "pk")[:limit])[::-1]
    if after:
        theirs = theirs.filter(Q(began_at__lt=after[0]) | Q(began_at=after[0], pk__lt=after[1]))
    return list(theirs.order_by("-began_at", "-pk")[:limit])


def history_line(each: SignIn) -> dict[str, Any]:
    """Return a sign-in as its person sees it in the history."""
    return _line(each) | {
        "ended_at": localtime(each.ended_at).isoformat() if each.ended_at else None,
        "ending": each.ending or None,
        "ending_in_words": str(Ending(each.ending).label) if each.ending else None,
    }


def _line(each: SignIn) -> dict[str, Any]:
    return {
        "id": str(each.pk),
        "device": words.device(each.user_agent),
        "address": each.address,
        "methods": each.methods,
        "methods_in_words": words.proofs(each.methods),
        "began_at": localtime(each.began_at).isoformat(),
    }
