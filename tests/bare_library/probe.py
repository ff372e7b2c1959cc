"""Make every check on the bare libraries and print what came of each, as JSON."""

import json
import os
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bare_library.settings"
django.setup()

from django.contrib.auth import get_user_model  # noqa: E402 - only once the settings are read
from django.core.cache import cache  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402
from oauth2_provider.models import Application  # noqa: E402

from tests.accounts.flow import PASSWORD, REDIRECT  # noqa: E402
from tests.bare_library.checks import CHECKS  # noqa: E402


class BareWorld:
    def person(self, *, email, phone, password=PASSWORD):
        return get_user_model().objects.create_user(username=phone, email=email, password=password)

    def app(self):
        Application.objects.create(
            client_id="app",
            client_type="public",
            authorization_grant_type="authorization-code",
            redirect_uris=REDIRECT,
            algorithm="RS256",
            skip_authorization=True,
        )

    def machine(self, client_id, secret):
        Application.objects.create(
            client_id=client_id,
            client_secret=secret,
            client_type="confidential",
            authorization_grant_type="client-credentials",
        )

    def close(self, person):
        person.is_active = False
        person.save()


def main():
    setup_test_environment()
    call_command("migrate", verbosity=0)
    outcome = {}
    for check in CHECKS:
        cache.clear()
        with transaction.atomic():
            try:
                outcome[check.__name__] = check(BareWorld())
            finally:
                transaction.set_rollback(True)
    json.dump(outcome, sys.stdout)


if __name__ == "__main__":
    main()
