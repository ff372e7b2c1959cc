"""`manage.py verify_history`: prove that no application's history was changed.

It finds an event changed, removed or inserted; an application whose state, end, number, version, time of submission,
fee, due date, document or applicant is not as its history tells; answers and files that are not those handed in;
content emptied without a proof of destruction; events that are not under the day's root, and roots that are not those
published. It cannot find what the history does not tell: `_LIMITS` says so to who asks for help.
"""

import json
from argparse import RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser, DjangoHelpFormatter

from services.applications.models import Event, HistoryRoot
from services.applications.queries.chain import broken_links
from services.applications.queries.roots import unlike_the_roots


class _AsWritten(DjangoHelpFormatter, RawDescriptionHelpFormatter):
    """Django's order of options, an epilog whose lines stay."""


_LIMITS = """
What it finds:
  - an event that was changed, removed or inserted, also the last one of a history;
  - an application whose state, end, number, version, time of submission, fee, due date or document is not
    what its history tells, or that is not the person's who handed it in, or for whom it was handed in by a
    mandate, or who took it over on coming of age;
  - answers and files that are not those handed in, and files that are not those given with an action;
  - content that was emptied without a proof of destruction, and a proof that was changed;
  - events that are not under their day's root, and, with --published, roots other than those published.

What it cannot find:
  - an applicant who was changed where every step was taken by a mandate before the history named for whom
    (then the mandate alone is named), and a fee where it was handed in before the history told fees;
  - the bytes of a file changed in the storage: the hashes kept of it are compared, the file is not read;
  - changes of drafts: they have no history before they are handed in;
  - what the history does not tell at all: messages, notes, answers to the survey, who has it in hand,
    mandates themselves (who may act for whom), a person's own data;
  - a history rewritten whole since the last day's root, or with its roots made anew where no copy of these is
    kept elsewhere: keep what history/roots/ publishes, and compare with --published;
  - that somebody read what they should not have: the access log tells who read what through the platform.
"""


class Command(BaseCommand):
    help = (
        "Check every event's hash and place in its chain, the applications against their histories, "
        "and all of them against the days' roots. Exits with 1 where something was changed."
    )

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Tell what it finds and what it cannot below the options, line by line."""
        parser = super().create_parser(prog_name, subcommand, epilog=_LIMITS, **kwargs)
        parser.formatter_class = _AsWritten
        return parser

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
