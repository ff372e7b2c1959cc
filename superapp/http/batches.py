"""Housekeeping of large tables in many short transactions: nobody waits for a lock."""

from typing import Any, Final

from django.db.models import QuerySet

SIZE: Final = 1000


def delete_in_batches(found: QuerySet[Any]) -> int:
    """Delete the rows of a query, `SIZE` at a time, by primary key. Return how many."""
    gone = 0
    while batch := list(found.order_by("pk").values_list("pk", flat=True)[:SIZE]):
        found.model._default_manager.filter(pk__in=batch).delete()
        gone += len(batch)
    return gone


def update_in_batches(found: QuerySet[Any], **values: Any) -> int:
    """Give the rows of a query these values, `SIZE` at a time, by primary key. Return how many."""
    changed, rest = 0, found
    while batch := list(rest.order_by("pk").values_list("pk", flat=True)[:SIZE]):
        changed += found.filter(pk__in=batch).update(**values)
        rest = found.filter(pk__gt=batch[-1])
    return changed
