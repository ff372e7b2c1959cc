"""What the two libraries leave open is closed here: each check is made on them alone as well, and fails there."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.operations import register_person, register_relying_party
from accounts.sign_in.operations import deactivate
from tests.accounts.flow import PASSWORD, REDIRECT
from tests.bare_library.checks import CHECKS, Check
from tests.conftest import ROOT

pytestmark = pytest.mark.xdist_group("bare-library")  # else each worker makes the checks on the libraries for itself


class OurWorld:
    """The platform, with people and clients entered as it enters them."""

    def person(self, *, email: str, phone: str, password: str | None = PASSWORD) -> User:
        return register_person(full_name="Siti", email=email, phone=phone, password=password, now=timezone.now())

    def app(self) -> None:
        register_relying_party(
            client_id="app", name="App", scopes=["openid", "account"], redirect_uris=[REDIRECT], first_party=True
        )

    def machine(self, client_id: str, secret: str) -> None:
        register_relying_party(
            client_id=client_id, name="Machine", scopes=["account"], client_secret=secret, machine=True
        )

    def close(self, person: User) -> None:
        deactivate(person_id=person.pk, now=timezone.now())


@pytest.fixture(scope="module")
def bare() -> dict[str, Any]:
    """What each check answers on the libraries alone, in a process and a database of their own."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "SUPERAPP_"))}
    command = [sys.executable, "-W", "ignore", "-m", "tests.bare_library.probe"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)  # type: ignore[no-any-return]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_holds_here_and_not_on_the_bare_library(check: Check, bare: dict[str, Any]) -> None:
    assert check(OurWorld()) == CHECKS[check]
    assert bare[check.__name__] != CHECKS[check]
