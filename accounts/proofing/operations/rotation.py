"""Bringing the vault under new keys, in batches, while residents go on."""

from collections.abc import Iterator
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, OuterRef

from accounts.proofing import vault
from accounts.proofing.models import Kind, NumberMark, Sealed


def reseal(*, batch: int) -> Iterator[int]:
    """Seal again what is not under the newest key, `batch` rows in each transaction; yield how many each did.

    A row that somebody writes at the moment is passed over, and waited for at the end. Stopped, it goes on where it
    was.
    """
    for pass_over in (True, False):
        while rows := _reseal_some(batch, pass_over=pass_over):
            yield rows


@transaction.atomic
def _reseal_some(batch: int, *, pass_over: bool) -> int:
    waiting = Sealed.objects.select_for_update(skip_locked=pass_over).exclude(key_id=vault.keyring().current_id)
    rows = list(waiting.order_by("pk")[:batch])
    for row in rows:
        text = vault.unseal(row.value, person_id=row.person_id, kind=row.kind)
        row.key_id, row.value = vault.seal(text, person_id=row.person_id, kind=row.kind)
    Sealed.objects.bulk_update(rows, ["key_id", "value"])
    return len(rows)


def remark(*, batch: int) -> Iterator[int]:
    """Give each number a mark under every index key that is configured; yield how many each transaction did.

    It waits for a row that is being written. A number that another account holds under the new key gets no mark there:
    processes with different keys wrote it, and a dispute settles it.
    """
    for key_id in vault.index_key_ids():
        latest = UUID(int=0)
        while rows := _remark_some(key_id, latest, batch):
            yield len(rows)
            latest = rows[-1].pk


@transaction.atomic
def _remark_some(key_id: str, latest: UUID, batch: int) -> list[Sealed]:
    marked = NumberMark.objects.filter(sealed_id=OuterRef("pk"), key_id=key_id)
    lacking = Sealed.objects.select_for_update().exclude(kind=Kind.CLAIM).filter(~Exists(marked), pk__gt=latest)
    rows = list(lacking.order_by("pk")[:batch])
    NumberMark.objects.bulk_create(
        (NumberMark(sealed=row, kind=row.kind, key_id=key_id, digest=_digest(row, key_id)) for row in rows),
        ignore_conflicts=True,
    )
    return rows


def _digest(row: Sealed, key_id: str) -> str:
    number = vault.unseal(row.value, person_id=row.person_id, kind=row.kind)
    return vault.digests(number, kind=row.kind)[key_id]


def forget_old_marks() -> int:
    """Delete marks under keys that are no longer configured. Return how many."""
    deleted, _per_model = NumberMark.objects.exclude(key_id__in=vault.index_key_ids()).delete()
    return deleted


def rows_by_key() -> dict[str, dict[str, int]]:
    """Return how many rows are under which key: `{"sealed": {key id: rows}, "marks": {...}}`."""
    return {
        name: dict(model._default_manager.values_list("key_id").annotate(Count("pk")).order_by("key_id"))
        for name, model in (("sealed", Sealed), ("marks", NumberMark))
    }
