"""Brings a database up to date, in one process: tables, the city, the catalogue, the demo people."""

import io
import sys

import django
from django.core.management import CommandError, call_command

from superapp.discovery import faulty_module


def main() -> None:
    """Do it, and print the demo sign-ins.

    :raises SystemExit: in words, for what the author of a module has to mend.
    """
    if fault := faulty_module():
        sys.exit(fault)
    django.setup()
    quiet = io.StringIO()
    call_command("migrate", verbosity=0, interactive=False)
    try:
        call_command("check", tags=["modules"], stdout=quiet)
        call_command("load_city", stdout=quiet)
        call_command("sync_catalogue", stdout=quiet)
    except CommandError as error:
        sys.exit(str(error))
    call_command("seed_demo", stdout=sys.stdout)


if __name__ == "__main__":
    main()
