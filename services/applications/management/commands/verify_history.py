"""`manage.py verify_history`: prove that no application's history was changed."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from services.applications.models import Event, HistoryRoot
from services.applications.queries.chain import broken_links
from services.applications.queries.roots import unlike_the_roots


class Command(BaseCommand):
    help = (
        "Check every event's hash and place in its chain, and all of them against the days' roots. "
        "Exits with 1 where something was changed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a copy of the published roots."""
        parser.add_argument(
            "--published", type=Path, help="roots as history/roots/ told them (JSON, its `results`), kept elsewhere"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print each break, then the count."""
        breaks = 0
        for found in broken_links():
            breaks += 1
            self.stderr.write(f"{found.application_id} event {found.sequence}: {found.what}")
        for application_id, sequence, what in unlike_the_roots(_published(options["published"])):
            breaks += 1
            self.stderr.write(f"{application_id} event {sequence}: {what}" if application_id else what)
        if breaks:
            raise CommandError(f"{breaks} break(s) in the history")
        roots = HistoryRoot.objects.count()
        self.stdout.write(f"{Event.objects.count()} events, every link holds, as {roots} daily root(s) say")


def _published(path: Path | None) -> dict[int, str]:
    """Return the hash of each root of a copy, by number.

    :raises CommandError: for a file that is none.
    """
    if path is None:
        return {}
    try:
        told = json.loads(path.read_text())
        lines = told["results"] if isinstance(told, dict) else told
        return {int(each["number"]): str(each["hash"]) for each in lines}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CommandError(f"{path} holds no roots: {error}") from None
