"""Brings a database up to date, in one process: tables, the city, the catalogue, the demo people."""

import io
import sys
import traceback

import django
from django.apps import AppConfig
from django.core.management import CommandError, call_command

from superapp.discovery import discover_modules


def main() -> None:
    """Do it, and print the demo sign-ins.

    :raises SystemExit: in words, for what the author of a module has to mend.
    """
    _try_modules()
    django.setup()
    quiet = io.StringIO()
    call_command("migrate", verbosity=0, interactive=False)
    try:
        call_command("load_city", stdout=quiet)
        call_command("sync_catalogue", stdout=quiet)
    except CommandError as error:
        sys.exit(str(error))
    call_command("seed_demo", stdout=sys.stdout)


def _try_modules() -> None:
    """Plug each module in by itself, so that one that fails is named."""
    for name in discover_modules():
        try:
            AppConfig.create(name)
        except Exception as error:  # noqa: BLE001 - whatever a module's code raises
            frame = traceback.extract_tb(error.__traceback__)[-1]
            sys.exit(f"module {name}: {type(error).__name__}: {error} ({frame.filename}:{frame.lineno})")


if __name__ == "__main__":
    main()
