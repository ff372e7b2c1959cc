"""Bringing the vault under new keys, in batches, while residents go on."""

from collections.abc import Iterator

from django.db import transaction
from django.db.models import Count, Exists, OuterRef

from accounts.proofing import vault
from accounts.proofing.models import Kind, NumberMark, Sealed


def reseal(*, batch: int) -> Iterator[int]:
    """Seal again what is not under the newest key, `batch` rows in each transaction; yield how many each did.

    A row that somebody writes at the moment is passed over and found again. Stopped, it goes on where it was.
    """
    newest = vault.keyring().current_id
    while True:
        with transaction.atomic():
            rows = list(
                Sealed.objects.select_for_update(skip_locked=True).exclude(key_id=newest).order_by("pk")[:batch]
            )
            for row in rows:
                text = vault.unseal(row.value, person_id=row.person_id, kind=row.kind)
                row.key_id, row.value = vault.seal(text, person_id=row.person_id, kind=row.kind)
            Sealed.objects.bulk_update(rows, ["key_id", "value"])
        if not rows:
            return
        yield len(rows)


def remark(*, batch: int) -> Iterator[int]:
    """Give each number a mark under every index key that is configured; yield how many each transaction did."""
    for key_id in vault.index_key_ids():
        lacking = Sealed.objects.exclude(kind=Kind.CLAIM).filter(
            ~Exists(NumberMark.objects.filter(sealed_id=OuterRef("pk"), key_id=key_id))
        )
        while True:
            with transaction.atomic():
                rows = list(lacking.select_for_update(skip_locked=True).order_by("pk")[:batch])
                NumberMark.objects.bulk_create(
                    [
                        NumberMark(
                            sealed=row,
                            kind=row.kind,
                            key_id=key_id,
                            digest=vault.digests(
                                vault.unseal(row.value, person_id=row.person_id, kind=row.kind), kind=row.kind
                            )[key_id],
                        )
                        for row in rows
                    ],
                    ignore_conflicts=True,
                )
            if not rows:
                break
            yield len(rows)


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
