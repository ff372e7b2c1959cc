"""The list of refused passwords, from any list of known ones."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.sign_in.breached import SHIPPED, compact


class Command(BaseCommand):
    help = "Write the shipped list of breached passwords anew, from a text file with one password a line."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--to", type=Path, default=SHIPPED)

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            with options["file"].open(encoding="utf-8", errors="replace") as lines:
                listed = compact(line.rstrip("\r\n") for line in lines)
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from error
        options["to"].write_bytes(listed)
        self.stdout.write(f"{options['to']}: {len(listed):,} bytes")
