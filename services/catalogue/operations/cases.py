"""Golden cases: written by an agency's admins, brought by its module; neither overwrites the other in silence."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from services.catalogue.models import Change, GoldenCase, Origin, Service
from services.catalogue.operations.releasing import note
from services.catalogue.queries.trying import case_of, cases_of
from services.definitions import DefinitionError, content_hash
from services.definitions.cases import MOST_CASES, Case, load_case
from services.definitions.telling import in_both
from superapp.http.conditional import require_match
from superapp.http.problems import FieldError, Missing, Problem, invalid


def too_many_cases() -> Problem:
    """Return the refusal of more golden cases than are run in good time."""
    detail = {
        "id": f"Paling banyak {MOST_CASES} kasus uji. Hapus yang tidak perlu dahulu.",
        "en": f"At most {MOST_CASES} golden cases. Remove one that is not needed first.",
    }
    return Problem(status=409, code="too_many_cases", detail=detail)


@transaction.atomic
def save_case(
    *, service: Service, name: str, content: Mapping[str, Any], if_match: str | None, actor_id: UUID, now: datetime
) -> GoldenCase:
    """Write a golden case, a new one or over one that was read (`if_match`).

    :raises Problem: 400 naming what is wrong; 412, 428 over one that stands; 409 `too_many_cases`.
    """
    Service.objects.select_for_update(of=("self",)).get(pk=service.pk)
    row = GoldenCase.objects.filter(service=service, name=name).first()
    stands = row is not None and not row.is_removed
    if row is not None and stands:
        require_match(if_match, row.sha256)
    elif cases_of(service).count() >= MOST_CASES:
        raise too_many_cases()
    case = _read(name, content)
    row = row or GoldenCase(service=service, name=name)
    before = row.sha256 if stands else None
    _put(row, dict(case.content), origin=Origin.ADMIN, author=actor_id, now=now)
    if row.sha256 != before:
        said = {"case": name, "from": before, "to": row.sha256}
        note(service, Change.What.CASE_SAVED, actor_id=actor_id, now=now, values=said)
    return row


def _read(name: str, content: Mapping[str, Any]) -> Case:
    if content.get("id", name) != name:
        detail = {"id": f"Tetap: {name}.", "en": f"It stays {name}."}
        raise invalid([FieldError("/content/id", "immutable", detail)])
    try:
        return load_case({"id": name, **content})
    except DefinitionError as error:
        raise invalid(
            [
                FieldError(f"/content{each.pointer}", "unsound", in_both(each.message, each.hint))
                for each in error.faults
            ]
        ) from None


@transaction.atomic
def remove_case(*, service: Service, name: str, if_match: str | None, actor_id: UUID, now: datetime) -> None:
    """Remove a golden case; one that the module brings does not come back by itself.

    :raises Problem: 404 where there is none; 412, 428 by `if_match`.
    """
    Service.objects.select_for_update(of=("self",)).get(pk=service.pk)
    try:
        row = case_of(service, name)
    except GoldenCase.DoesNotExist:
        raise Missing from None
    require_match(if_match, row.sha256)
    said = {"case": name, "from": row.sha256}
    note(service, Change.What.CASE_REMOVED, actor_id=actor_id, now=now, values=said)
    if row.offered is None:
        row.delete()
        return
    row.is_removed, row.origin, row.author, row.updated_at = True, Origin.ADMIN, actor_id, now
    row.save()


def bring_cases(service: Service, cases: Sequence[Case], now: datetime) -> None:
    """Keep what the service's module brings; part of a transaction of the caller. Doing it again changes nothing.

    What an admin wrote or removed stays, with the module's beside it; what a module no longer brings goes.
    """
    rows = {row.name: row for row in GoldenCase.objects.select_for_update().filter(service=service)}
    brought = {case.id: dict(case.content) for case in cases}
    said: dict[str, list[str]] = {"written": [], "kept": [], "gone": []}
    for name, content in brought.items():
        row = rows.get(name) or GoldenCase(service=service, name=name, origin=Origin.MODULE)
        if row.offered is not None and content_hash(row.offered) == content_hash(content):
            continue
        row.offered = content
        if row.origin == Origin.MODULE:
            said["written"].append(name)
            _put(row, content, origin=Origin.MODULE, author=None, now=now)
        else:
            said["kept"].append(name)
            row.save(update_fields=["offered"])
    said["gone"] = [name for name, row in rows.items() if row.offered is not None and name not in brought]
    for name in said["gone"]:
        _let_go(rows[name])
    if any(said.values()):
        note(service, Change.What.CASES_BROUGHT, actor_id=None, now=now, values=said)


def take_cases(service: Service, cases: Sequence[Case], *, bundle: str, actor_id: UUID, now: datetime) -> None:
    """Keep golden cases that came in a bundle and are not here yet; part of a transaction of the caller."""
    for case in cases:
        row = GoldenCase(service=service, name=case.id)
        _put(row, dict(case.content), origin=Origin.ADMIN, author=actor_id, now=now)
        said = {"case": case.id, "from": None, "to": row.sha256, "bundle": bundle}
        note(service, Change.What.CASE_SAVED, actor_id=actor_id, now=now, values=said)


def _let_go(row: GoldenCase) -> None:
    """Forget what the module does not bring any more; what an admin wrote stays."""
    if row.origin == Origin.MODULE or row.is_removed:
        row.delete()
    else:
        row.offered = None
        row.save(update_fields=["offered"])


def _put(row: GoldenCase, content: dict[str, Any], *, origin: Origin, author: UUID | None, now: datetime) -> None:
    row.content, row.sha256 = content, content_hash(content)
    row.origin, row.author, row.is_removed, row.updated_at = origin, author, False, now
    row.save()
