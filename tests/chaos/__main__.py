"""`python -m tests.chaos`: what `make chaos` runs."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "superapp.settings")
django.setup()

from tests.chaos.run import main  # noqa: E402 - the people's and services' words are read from tests that need Django

main()
