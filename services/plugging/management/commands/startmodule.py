"""`manage.py startmodule`: makes a module that passes its checks at once."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from services.agencies.queries import known_agencies
from services.plugging.starting import NotStarted, make_folder, make_package, plan
from superapp.discovery import FOLDER


class Command(BaseCommand):
    help = "Makes a module for an agency: a folder of services/modules, or with --package a pip package of its own."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="such as dlh_taman: letters, digits, underscores")
        parser.add_argument("--agency", required=True, help="the agency's code, such as DLH")
        parser.add_argument("--service", default="", help="the slug of its first service; the name's when left out")
        parser.add_argument("--package", action="store_true", help="a pip package instead of a folder of the platform")
        parser.add_argument("--directory", type=Path, help="where the package is made; here when left out")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["directory"] and not options["package"]:
            raise CommandError("--directory goes with --package: a folder's place is services/modules.", returncode=2)
        agencies = known_agencies()
        try:
            start = plan(name=options["name"], agency=options["agency"], service=options["service"], agencies=agencies)
            if options["package"]:
                made = make_package(start, (options["directory"] or Path.cwd()).resolve())
            else:
                made = make_folder(start, FOLDER)
        except NotStarted as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(f"Made {made} for {start.agency} ({start.agency_name}), service {start.service}.")
        for path in sorted(each for each in made.rglob("*") if each.is_file()):
            self.stdout.write(f"  {path.relative_to(made)}")
        install = f"install it (pip install -e {made}), then " if options["package"] else ""
        self.stdout.write(f'Next: edit, {install}make manage ARGS="checkmodule {start.name}"')
