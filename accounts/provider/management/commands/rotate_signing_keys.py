"""`manage.py rotate_signing_keys`: the next key that signs ID tokens, published before it signs."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.provider.keys import rotate
from accounts.provider.models import SigningKey


class Command(BaseCommand):
    help = "Publishes the next signing key; it signs when clients have had time to read it. Beat does this by age."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--leaked",
            action="store_true",
            help="the present key is no longer trusted: the next signs at once, what was signed before is void",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        if rotate(at_once=options["leaked"], now=timezone.now()) is None:
            self.stdout.write("The next key is published already.")
        for key in SigningKey.objects.order_by("signs_from"):
            leaves = f", leaves {timezone.localtime(key.leaves_at):%Y-%m-%d %H:%M}" if key.leaves_at else ""
            self.stdout.write(f"{key.kid}  signs from {timezone.localtime(key.signs_from):%Y-%m-%d %H:%M}{leaves}")
