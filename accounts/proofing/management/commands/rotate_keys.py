"""`manage.py rotate_keys`: brings every NIK and KK under the newest keys of `VAULT_KEYS` and `VAULT_INDEX_KEY`.

To replace a key: put a new one to the front of the setting, restart all processes, run this, take the old one away.
"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from accounts.proofing.operations.rotation import forget_old_marks, remark, reseal, rows_by_key
from superapp.secrets import key_ring


class Command(BaseCommand):
    help = "Re-encrypts the vault under the newest keys, online. Safe to stop and to run again."

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
        for name, keys in rows_by_key().items():
            for key_id, rows in keys.items():
                self.stdout.write(f"{name}: {rows} under {key_id}")

    def _rotate(self, batch: int) -> None:
        for name, work in (("sealed again", reseal(batch=batch)), ("marked", remark(batch=batch))):
            done = 0
            for rows in work:
                done += rows
                self.stdout.write(f"{done} {name} ...")
        if forgotten := forget_old_marks():
            self.stdout.write(f"{forgotten} marks of keys no longer configured forgotten")
