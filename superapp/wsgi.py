"""The WSGI entry point: `granian --interface wsgi superapp.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "superapp.settings")

application = get_wsgi_application()

from services.module_api import warm_up  # noqa: E402 - the apps must be loaded first

warm_up()
