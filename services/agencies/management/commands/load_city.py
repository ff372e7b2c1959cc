"""`manage.py load_city`: brings agencies, districts and the calendar to what the city's data file says."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from services.agencies.operations import load_city
from services.agencies.queries import CITY


class Command(BaseCommand):
    help = "Loads the city's agencies, districts and holidays. Safe to run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=CITY, help="another file of the same shape")

    def handle(self, *_args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            content = orjson.loads(path.read_bytes())
        except (OSError, orjson.JSONDecodeError) as error:
            raise CommandError(f"{path}: {error}") from error
        try:
            done = load_city(content, now=timezone.now())
        except (KeyError, TypeError, ValueError) as error:
            raise CommandError(f"{path}: not of the expected shape ({type(error).__name__}: {error})") from error
        for kind, loaded in done.items():
            self.stdout.write(f"{kind}: {loaded.added} added, {loaded.changed} changed, {loaded.unchanged} unchanged")
            if loaded.kept:
                self.stdout.write(f"  no longer in the file, kept: {', '.join(loaded.kept)}")
