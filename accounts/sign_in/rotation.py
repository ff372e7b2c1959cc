"""Bringing the secrets of second factors under the newest of `MFA_KEYS`, in batches, while people sign in."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts.sealing import Keyring, key_of
from accounts.sign_in.factors import PLACE, keyring

_SEALED = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)


def reseal_factors(*, batch: int) -> Iterator[int]:
    """Seal again what is not under the newest key, `batch` rows in each transaction; yield how many each did.

    It waits for a row that is being written. Stopped, it goes on where it was: what is done is passed over.
    """
    latest = 0
    while True:
        with transaction.atomic():
            rows = list(
                Authenticator.objects.select_for_update().filter(type__in=_SEALED, pk__gt=latest).order_by("pk")[:batch]
            )
            done = [row for row in rows if _reseal(row)]
            Authenticator.objects.bulk_update(done, ["data"])
        if done:
            yield len(done)
        if not rows:
            return
        latest = rows[-1].pk


def factors_by_key() -> dict[str, int]:
    """Return how many sealed values are under which key: `{key id: values}`."""
    rows = Authenticator.objects.filter(type__in=_SEALED).values_list("data", flat=True)
    return dict(sorted(Counter(key_of(text) for data in rows.iterator(500) for text in _texts(data)).items()))


def _reseal(row: Authenticator) -> bool:
    ring = keyring()
    if all(ring.is_current(text) for text in _texts(row.data)):
        return False
    row.data = _resealed(row.data, ring)
    return True


def _resealed(value: Any, ring: Keyring) -> Any:
    if isinstance(value, dict):
        return {name: _resealed(each, ring) for name, each in value.items()}
    if isinstance(value, list):
        return [_resealed(each, ring) for each in value]
    if isinstance(value, str) and key_of(value) and not ring.is_current(value):
        return ring.seal(ring.open(value, context=PLACE), context=PLACE)
    return value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, str) and key_of(value):
        yield value
