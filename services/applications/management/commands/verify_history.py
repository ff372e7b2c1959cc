"""`manage.py verify_history`: prove that no application's history was changed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from services.applications.models import Event
from services.applications.queries.chain import broken_links


class Command(BaseCommand):
    help = "Check every event's hash and place in its chain. Exits with 1 where something was changed."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print each break, then the count."""
        breaks = 0
        for found in broken_links():
            breaks += 1
            self.stderr.write(f"{found.application_id} event {found.sequence}: {found.what}")
        if breaks:
            raise CommandError(f"{breaks} break(s) in the history")
        self.stdout.write(f"{Event.objects.count()} events, every link holds")
