"""`manage.py export_services`: published services as one signed file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from services.catalogue.bundles import MOST_BYTES, name_of, pack
from services.catalogue.queries.packing import published_services


class Command(BaseCommand):
    help = "Write the versions that stand into one signed file, which `import_services` takes in elsewhere."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slugs", nargs="*", help="the services, by their names in addresses")
        parser.add_argument("--all", action="store_true", help="all published services")
        parser.add_argument("-o", "--output", type=Path, help="file, or folder; the file is named by its content else")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file; print its name and what is in it."""
        slugs: list[str] = options["slugs"]
        if bool(slugs) == options["all"]:
            raise CommandError("Name the services, or say --all.")
        try:
            packed = published_services(None if options["all"] else slugs)
        except (LookupError, ValueError) as error:
            raise CommandError(str(error)) from error
        if not packed:
            raise CommandError("No service is published here.")
        body = pack(packed)
        if len(body) > MOST_BYTES:
            raise CommandError(f"That is more than {MOST_BYTES >> 20} MB. Name fewer services at a time.")
        path: Path = options["output"] or Path()
        path = path / name_of(body) if path.is_dir() else path
        try:
            path.write_bytes(body)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        for each in packed:
            self.stdout.write(f"{each.service} v{each.number}  {each.sha256[:12]}")
        self.stdout.write(str(path))
