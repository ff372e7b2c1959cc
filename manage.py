#!/usr/bin/env python
"""Django's command line."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "superapp.settings")
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except Exception:
        from superapp.discovery import faulty_module

        if fault := faulty_module():
            sys.exit(f"Stopped: {fault}")  # its author needs one line, not the way there
        raise
