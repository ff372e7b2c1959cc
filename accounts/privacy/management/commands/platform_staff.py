"""Who runs the platform: answers requests about personal data, and helps residents."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from accounts.operations import set_platform_staff
from accounts.sign_in.queries import has_second_factor


class Command(BaseCommand):
    help = "Make the person with this e-mail address staff of the platform; --end makes them a resident again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="an address that they have proved")
        parser.add_argument("--end", action="store_true", help="end it")

    def handle(self, *_args: Any, email: str, end: bool, **_options: Any) -> None:
        try:
            person = set_platform_staff(email=email, staff=not end)
        except User.DoesNotExist:
            raise CommandError(f"No account has proved the address {email}.") from None
        self.stdout.write(f"{person} is {'no longer' if end else 'now'} staff of the platform.")
        if not end and not has_second_factor(person.pk):
            self.stdout.write("At the next sign-in they are asked to set up a second factor.")
