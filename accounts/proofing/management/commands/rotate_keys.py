"""`manage.py rotate_keys`: brings whatever is sealed under the newest keys, while the platform runs.

NIK and KK (`VAULT_KEYS`, their marks `VAULT_INDEX_KEY`), the secrets of second factors (`MFA_KEYS`), and the private
parts of signing keys (`OIDC_SEALING_KEYS`). To replace a key: put a new one to the front of the setting, restart all
processes, run this, take the old one away.
"""

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand

from accounts.proofing.operations.rotation import forget_old_marks, remark, reseal, rows_by_key
from accounts.provider.keys import reseal_signing_keys, signing_keys_by_key
from accounts.sign_in.rotation import factors_by_key, reseal_factors
from superapp.secrets import key_ring


class Command(BaseCommand):
    help = "Seals everything again under the newest keys, online. Safe to stop and to run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="only tell how many rows are under which key")
        parser.add_argument("--new-key", action="store_true", help="only print a new key; give it an id of its own")
        parser.add_argument("--batch", type=int, default=500, help="rows in one transaction")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["new_key"]:
            self.stdout.write(key_ring())
            return
        if not options["check"]:
            self._rotate(options["batch"])
        under = rows_by_key() | {"second factors": factors_by_key(), "signing keys": signing_keys_by_key()}
        for name, keys in under.items():
            for key_id, rows in keys.items():
                self.stdout.write(f"{name}: {rows} under {key_id}")

    def _rotate(self, batch: int) -> None:
        self._tell("sealed again", reseal(batch=batch))
        self._tell("marked", remark(batch=batch))
        self._tell("second factors sealed again", reseal_factors(batch=batch))
        self.stdout.write(f"{reseal_signing_keys()} signing keys sealed again")
        if forgotten := forget_old_marks():
            self.stdout.write(f"{forgotten} marks of keys no longer configured forgotten")

    def _tell(self, what: str, work: Iterator[int]) -> None:
        done = 0
        for rows in work:
            done += rows
            self.stdout.write(f"{done} {what} ...")
            self.stdout.flush()
