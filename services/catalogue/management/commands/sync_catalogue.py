"""`manage.py sync_catalogue`: publish what the installed modules define."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from services.catalogue.operations import SlugTaken, UnknownAgency, sync_catalogue
from services.definitions import DefinitionError


class Command(BaseCommand):
    help = "Publish every definition that the installed modules bring. Doing it again changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line per service: its version, and whether it is new."""
        try:
            results = sync_catalogue(now=timezone.now())
        except (DefinitionError, SlugTaken, UnknownAgency) as error:
            raise CommandError(str(error)) from error
        for result in results:
            word = "published" if result.created else "drifted" if result.drifted else "unchanged"
            self.stdout.write(f"{word}  {result.slug} v{result.number}  {result.sha256[:12]}")
