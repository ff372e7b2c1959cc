"""Reading mandates: what I gave, what I hold, what waits for an officer."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.mandates.models import Awaiting, Mandate, Relation, State
from accounts.mandates.numbers import nik_index
from accounts.mandates.renewal import is_renewable
from accounts.models import User

Key = tuple[Any, ...]


def visible_to(person_id: UUID) -> "QuerySet[Mandate]":
    """Return the mandates that this person gave or holds, those of the companies that the person directs, and those by
    which others acted for the person as a child.
    """
    theirs = Q(principal_id=person_id) | Q(agent_id=person_id) | Q(delegated_from__agent_id=person_id)
    theirs |= Q(principal__dependant__claimed_by_id=person_id, principal__dependant__claimed_at__isnull=False)
    return Mandate.objects.filter(theirs).select_related("principal", "agent", "delegated_from")


def page_for(person_id: UUID, *, limit: int, after: Key | None, before: Key | None) -> list[Mandate]:
    """Return up to `limit` of them, latest first; `after` and `before` are a key (created_at, id)."""
    rows = visible_to(person_id)
    if before:
        rows = rows.filter(Q(created_at__gt=before[0]) | Q(created_at=before[0], id__gt=before[1]))
        return list(rows.order_by("created_at", "id")[:limit])[::-1]
    if after:
        rows = rows.filter(Q(created_at__lt=after[0]) | Q(created_at=after[0], id__lt=after[1]))
    return list(rows.order_by("-created_at", "-id")[:limit])


def usable(mandate_id: UUID, *, agent_id: UUID, now: datetime) -> Mandate | None:
    """Return the mandate, locked, if this agent may use it at this moment; whoever ends it meanwhile waits."""
    return (
        Mandate.objects.select_for_update(of=("self",))
        .filter(id=mandate_id, agent_id=agent_id, state=State.ACTIVE, expires_at__gt=now, principal__is_active=True)
        .select_related("principal", "agent")
        .first()
    )


def agents_of(principal_id: UUID, *, now: datetime) -> list[Mandate]:
    """Return the mandates by which somebody may act for this person now."""
    return list(
        Mandate.objects.filter(principal_id=principal_id, state=State.ACTIVE, expires_at__gt=now).order_by("id")
    )


def between(agent_id: UUID, principal_id: UUID) -> "QuerySet[Mandate]":
    """Return the mandates by which one person acts for another, whether or not their ending is written down yet."""
    return Mandate.objects.filter(agent_id=agent_id, principal_id=principal_id, state=State.ACTIVE)


def family_of(agent_id: UUID, *, now: datetime) -> set[UUID]:
    """Return the persons, not companies, whom this person may act for now."""
    found = Mandate.objects.filter(agent_id=agent_id, state=State.ACTIVE, expires_at__gt=now)
    return set(found.exclude(kind=Relation.COMPANY).values_list("principal_id", flat=True))


def waiting_for_officer(kinds: list[str]) -> list[Mandate]:
    """Return what an officer must look at, the oldest first: proposed mandates, and renewals of directors' own."""
    renewals = Q(state=State.ACTIVE, renewal_until__isnull=False, delegated_from=None, kind=Relation.COMPANY)
    return list(
        Mandate.objects.filter(Q(state=State.PROPOSED, awaiting=Awaiting.OFFICER) | renewals, kind__in=kinds)
        .select_related("principal", "agent")
        .order_by("created_at", "id")[:100]
    )


def side_of(mandate: Mandate, person_id: UUID) -> str:
    """Return on which side of it this person stands: `agent` or `principal`."""
    return "agent" if mandate.agent_id == person_id else "principal"


def line_of(mandate: Mandate, person_id: UUID, *, now: datetime) -> dict[str, Any]:
    """Return a mandate as this person sees it; of an invited agent only the address, until they accept."""
    side = side_of(mandate, person_id)
    agent = mandate.agent if mandate.state != State.PROPOSED or side == "agent" or not mandate.invited else None
    lapsed = mandate.state != State.ENDED and mandate.expires_at <= now
    return {
        "id": str(mandate.id),
        "side": side,
        "kind": mandate.kind,
        "principal": _who(mandate.principal),
        "agent": _who(agent) if agent else None,
        "invited": mandate.invited if side == "principal" else "",
        "scopes": mandate.scopes,
        "services": mandate.services,
        "state": State.ENDED.value if lapsed else mandate.state,
        "awaiting": mandate.awaiting or None,
        "basis": mandate.basis,
        "evidence": mandate.evidence or None,
        "delegated_from": str(mandate.delegated_from_id) if mandate.delegated_from_id else None,
        "created_at": mandate.created_at,
        "starts_at": mandate.starts_at,
        "expires_at": mandate.expires_at,
        "ended_at": mandate.ended_at,
        "ending": mandate.ending or ("expired" if lapsed else None),
        "reason": mandate.reason or None,
        "source": mandate.source or None,
        "renewal": {"expires_at": mandate.renewal_until, "asked_by": mandate.renewal_by}
        if mandate.renewal_until
        else None,
        "renewable": is_renewable(mandate, now),
        "version": mandate.version,
    }


def of_number(number: str, kinds: list[str]) -> list[Mandate]:
    """Return the mandates that did not end for a child, by NIK, or a company, by NIB; of these kinds."""
    whose = Q(principal__dependant__nik_index=nik_index(number)) | Q(principal__organisation__nib=number)
    found = Mandate.objects.filter(whose, kind__in=kinds).exclude(state=State.ENDED)
    return list(found.select_related("principal", "agent").order_by("created_at", "id")[:20])


def _who(person: User) -> dict[str, str]:
    return {"id": str(person.id), "name": person.full_name, "kind": person.kind}
