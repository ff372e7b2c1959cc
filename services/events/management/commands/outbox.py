"""`manage.py outbox`: what is on its way, what is parked, telling it again."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from services.events.models import Delivery
from services.events.operations import replay, replay_parked
from services.events.queries import parked, standing, undelivered

_SHOWN = 50


class Command(BaseCommand):
    help = "Shows what the outbox holds, and tells parked deliveries again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        group = parser.add_mutually_exclusive_group()
        group.add_argument("--parked", action="store_true", help="list what waits for a person")
        group.add_argument("--replay", type=int, metavar="ID", help="try this parked delivery again")
        group.add_argument("--replay-parked", action="store_true", help="try all parked deliveries again")

    def handle(self, *_args: Any, **options: Any) -> None:
        now = timezone.now()
        if options["replay"] is not None:
            if not replay(delivery_ids=[options["replay"]], now=now):
                raise CommandError(f"No parked delivery has the id {options['replay']}; see `outbox --parked`.")
            self.stdout.write("1 delivery is due again.")
        elif options["replay_parked"]:
            self.stdout.write(f"{replay_parked(now=now)} deliveries are due again.")
        elif options["parked"]:
            self._list(list(parked()[:_SHOWN]))
        else:
            counts = standing(now)
            self.stdout.write(
                f"{counts.waiting} events not fanned out, {counts.due} deliveries due, "
                f"{counts.put_off} put off, {counts.failing} failing for long, {counts.parked} parked"
            )
            self._list(list(undelivered()[:_SHOWN]))

    def _list(self, deliveries: list[Delivery]) -> None:
        for each in deliveries:
            when = each.parked_at or each.due_at
            self.stdout.write(
                f"{each.id:>8}  {each.consumer:<16} {each.event.topic:<32} {each.event.key}  "
                f"try {each.attempts:>2}  {timezone.localtime(when):%Y-%m-%d %H:%M}  {each.latest_error}"
            )
