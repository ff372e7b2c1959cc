"""Brings a database up to date, in one process: tables, the city, the catalogue, the demo people."""

import io
import sys

import django
from django.core.management import call_command


def main() -> None:
    """Do it, and print the demo sign-ins."""
    django.setup()
    quiet = io.StringIO()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("load_city", stdout=quiet)
    call_command("sync_catalogue", stdout=quiet)
    call_command("seed_demo", stdout=sys.stdout)


if __name__ == "__main__":
    main()
