"""`manage.py import_services`: services from another environment's signed file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from services.catalogue.bundles import MOST_BYTES, Bundle, opened
from services.catalogue.models import DraftsPolicy
from services.catalogue.operations.importing import Imported, import_bundle
from services.catalogue.operations.publishing import Wish
from services.catalogue.queries.packing import Step, planned
from superapp.http.problems import Problem, localized


class Command(BaseCommand):
    help = "Make drafts of the services in a signed file; --publish publishes them. Doing it again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--as", dest="person", metavar="E-MAIL", help="who answers for it, in the history")
        parser.add_argument("--dry-run", action="store_true", help="only tell what would change")
        parser.add_argument("--publish", action="store_true", help="publish at once, or ask the second admin")
        parser.add_argument(
            "--drafts",
            choices=DraftsPolicy.values,
            default=DraftsPolicy.CARRY_ON,
            help="with --publish: what drafts that residents have begun do",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line per service, and each change in words."""
        bundle = self._bundle(options["file"])
        self.stdout.write(f"{bundle.id}  from {bundle.source}, signed by {bundle.signer.name}")
        steps = planned(bundle, agency_ids=None)
        for step in steps:
            self._say(step)
        if errors := [error for step in steps for error in step.errors]:
            lines = [f"{each.pointer}: {localized(each.detail, 'en')}" for each in errors]
            raise CommandError("\n".join(["Nothing was imported.", *lines]))
        if options["dry_run"]:
            return
        wish = Wish(drafts_policy=options["drafts"], reason=f"bundle {bundle.id[:12]}") if options["publish"] else None
        try:
            done = import_bundle(
                bundle, agency_ids=None, actor_id=_person(options["person"]), now=timezone.now(), wish=wish
            )
        except Problem as error:
            raise CommandError(f"Nothing was imported. {_words(error)}") from error
        for each in done:
            self._say_done(each)

    def _bundle(self, path: Path) -> Bundle:
        try:
            with path.open("rb") as file:
                body = file.read(MOST_BYTES + 1)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        try:
            return opened(body)
        except Problem as error:
            raise CommandError(f"{path}: {_words(error)}") from error

    def _say(self, step: Step) -> None:
        number = f"v{step.packed.number}" if step.packed.number else "draft"
        said = f"{step.action}  {step.packed.service}  {number} there  {step.packed.sha256[:12]}"
        self.stdout.write(f"{said}  {step.change_class}" if step.change_class else said)
        for change in step.changes:
            self.stdout.write(f"  {localized(change.text, 'en')}  [{change.change_class}]")
        for what in ("new", "kept"):
            if names := step.cases_that(what):
                self.stdout.write(f"  golden cases {what}: {', '.join(names)}")

    def _say_done(self, done: Imported) -> None:
        if done.publication is not None:
            version = done.publication.version
            what = f"published as v{version.number}" if version else done.publication.state
            self.stdout.write(f"{done.step.packed.service}: {what}")


def _person(email: str | None) -> UUID:
    """Return the id of who answers for it.

    :raises CommandError: where nobody is named, or there is no such account.
    """
    if not email:
        raise CommandError("Say --as E-MAIL: the history names who took a service in.")
    person = User.objects.filter(email__iexact=email, is_active=True).first()
    if person is None:
        raise CommandError(f"There is no account {email}.")
    return UUID(str(person.pk))


def _words(problem: Problem) -> str:
    lines = [f"{each.pointer}: {localized(each.detail, 'en')}" for each in problem.errors]
    return "\n".join([localized(problem.detail, "en"), *lines])
