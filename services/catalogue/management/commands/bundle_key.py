"""`manage.py bundle_key`: the line by which another environment trusts the bundles of this one."""

from typing import Any

from django.core.management.base import BaseCommand

from services.catalogue.bundles import own_line


class Command(BaseCommand):
    help = "Print this environment's public key, for BUNDLE_TRUSTED_KEYS of those that take its bundles in."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print `<name>:<key>`."""
        self.stdout.write(own_line())
