"""A breach of personal data: whom it affects, until when they must be told, and the notices (UU 27/2022, art. 46)."""

import csv
from argparse import ArgumentParser, ArgumentTypeError
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive, localtime, make_aware

from accounts.privacy.models import Breach
from accounts.privacy.operations.breaches import Refused, find_breach, notice, notify_affected
from accounts.privacy.queries.breaches import lines_of


def _moment(text: str) -> datetime:
    try:
        at = parse_datetime(text)
    except ValueError:
        at = None
    if at is None:
        raise ArgumentTypeError(f"{text} is no moment; write it like 2026-11-24T08:00 (WITA)")
    return make_aware(at) if is_naive(at) else at


class Command(BaseCommand):
    help = (
        "List whom a breach affects and with which data, draft their notices, and start its clock of 72 hours. "
        "The same period, client and agency are the same breach: run again, it finds who came to light since."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--since", type=_moment, required=True, help="from when data was within reach")
        parser.add_argument("--until", type=_moment, required=True, help="until when")
        parser.add_argument("--client", help="a client_id: only what this client was told and could read")
        parser.add_argument("--agency", help="a code: only that agency's clients and staff")
        two: dict[str, Any] = {"nargs": 2, "metavar": ("INDONESIAN", "ENGLISH"), "required": True}
        parser.add_argument("--what", help="what happened, for the notice", **two)
        parser.add_argument("--handling", help="what is done about it, for the notice", **two)
        parser.add_argument("--csv", type=Path, help="where the list goes; else below VAR_DIR")
        parser.add_argument("--notify", action="store_true", help="send the notices, once to each person")

    def handle(self, *_args: Any, **options: Any) -> None:
        now = timezone.now()
        if options["client"] and options["agency"]:
            raise CommandError("Name a client or an agency, not both.")
        try:
            breach = find_breach(
                since=options["since"],
                until=options["until"],
                client=options["client"],
                agency=options["agency"].upper() if options["agency"] else None,
                what=_texts(options["what"]),
                handling=_texts(options["handling"]),
                now=now,
            )
        except Refused as error:
            raise CommandError(str(error)) from None
        sent = notify_affected(breach_id=breach.pk, now=now) if options["notify"] else 0
        path = options["csv"] or settings.VAR_DIR / "breaches" / f"{breach.pk}.csv"
        self._tell(breach, _write(breach, path), path, sent, now)

    def _tell(self, breach: Breach, held: Counter[str], path: Path, sent: int, now: datetime) -> None:
        people, told = held.pop("people"), held.pop("told")
        hours = (breach.due_at - now).total_seconds() / 3600
        clock = f"{hours:.0f} hours left" if hours > 0 else f"OVERDUE by {-hours:.0f} hours"
        self.stdout.write(f"Breach {breach.pk}, found {_local(breach.found_at)}")
        self.stdout.write(f"To be told by {_local(breach.due_at)}: those affected and the supervising body ({clock})")
        self.stdout.write(f"People affected: {people}; told so far: {told}, of these now: {sent}")
        for category, count in held.most_common():
            self.stdout.write(f"  {category}: {count}")
        self.stdout.write(f"List: {path}")
        for language, text in notice(breach, sorted(held)).items():
            self.stdout.write(f"\n--- notice ({language}); each person is told their own data only ---\n{text}")


def _texts(two: list[str]) -> dict[str, str]:
    return dict(zip(("id", "en"), two, strict=True))


def _local(at: datetime) -> str:
    return localtime(at).strftime("%Y-%m-%d %H:%M WITA")


def _write(breach: Breach, path: Path) -> Counter[str]:
    """Write the list, for its owner's eyes only; return how many are affected, were told, and by category."""
    counts: Counter[str] = Counter(people=0, told=0)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.chmod(0o600)  # where it was there already
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["person", "full_name", "email", "phone", "categories", "told"])
        for id, name, email, phone, held, told in lines_of(breach):
            writer.writerow([id, _harmless(name), _harmless(email), phone, " ".join(held), "yes" if told else "no"])
            counts.update(["people", *(["told"] if told else []), *held])
    return counts


def _harmless(text: str) -> str:
    """Return the text so that a spreadsheet does not take it for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
