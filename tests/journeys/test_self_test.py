"""A client's self-test: green for the sample site, red where a site leaves a check out; only green opens it."""

import json
from typing import Any

import pytest

from tests.agency_site.process import AgencySite
from tests.journeys.stack import Stack

pytestmark = pytest.mark.xdist_group("stack")

_RUN = """
import json
from django.utils import timezone
from accounts.models import RelyingParty
from services.connectors.operations import open_to_residents, run_self_test
from superapp.http.problems import Problem
client = RelyingParty.objects.get(client_id={client_id!r})
client.state = "sandbox"
client.save()
found = run_self_test(client_id=client.pk, login_uri={login!r}, session_uri={session!r}, now=timezone.now())
try:
    open_to_residents(client_id=client.pk)
except Problem as refused:
    assert refused.code == "self_test_not_green"
client.refresh_from_db()
print(json.dumps([client.state, found.checks]))
"""


@pytest.mark.parametrize(
    ("faults", "red"),
    [
        ("", set()),
        ("state nonce", {"wrong_state", "wrong_nonce"}),
        (
            "backchannel",
            {
                "logout",
                "forged_logout_unsigned",
                "forged_logout_other_key",
                "forged_logout_other_audience",
                "forged_logout_with_nonce",
            },
        ),
    ],
)
def test_a_site_is_opened_only_when_it_refuses_what_it_must(stack: Stack, faults: str, red: set[str]) -> None:
    with AgencySite(stack, "Disdukcapil", faults=faults) as site:
        state, checks = tried(stack, site)

    assert {check["id"] for check in checks if not check["passed"]} == red, checks
    assert state == ("sandbox" if red else "production")


def tried(stack: Stack, site: AgencySite) -> tuple[str, list[dict[str, Any]]]:
    client_id = site.client["client_id"]
    code = _RUN.format(client_id=client_id, login=f"{site.url}/masuk/", session=f"{site.url}/sesi/")
    done = stack.manage("shell", "-c", code)
    assert done.returncode == 0, done.stderr
    state, checks = json.loads(done.stdout.strip().splitlines()[-1])
    return state, checks
