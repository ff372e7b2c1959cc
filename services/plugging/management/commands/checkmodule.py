"""`manage.py checkmodule`: holds modules to the contract, and says what to mend."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from services.agencies.queries import known_agencies
from services.module_api import installed_modules
from services.plugging.checking import NoSuchModule, check_module, dump, find_module


class Command(BaseCommand):
    help = "Checks that a module keeps the contract: definitions, golden cases, hooks, addresses, tables, duties."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="?", help="such as dlh_taman")
        parser.add_argument("--all", action="store_true", help="every installed module")
        parser.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *_args: Any, **options: Any) -> None:
        if bool(options["name"]) == options["all"]:
            raise CommandError("Name one module, or say --all.", returncode=2)
        try:
            modules = installed_modules() if options["all"] else [find_module(options["name"])]
        except NoSuchModule as error:
            raise CommandError(str(error), returncode=2) from error
        agencies = known_agencies()
        reports = [check_module(module, agencies=agencies) for module in modules]
        self.stdout.write(dump(reports) if options["json"] else "\n\n".join(each.as_words() for each in reports))
        broken = [each.module for each in reports if not each.kept]
        if broken:
            faults = [line.message for each in reports for line in each.lines if line.level == "error"]
            raise CommandError(f"{', '.join(broken)}: {len(faults)} to mend. The first: {faults[0]}")
