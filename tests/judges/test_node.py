"""The two client libraries most used with Node, against the running system."""

import pytest

from tests.journeys.stack import Stack
from tests.judges.clients import CALLBACK, RESIDENT, SIGNED_OUT, Browser, registered
from tests.judges.node import install, judge

pytestmark = pytest.mark.xdist_group("stack")


@pytest.mark.parametrize("script", ["openid_client.mjs", "oauth4webapi.mjs"])
def test_signs_in_refreshes_reads_userinfo_revokes_and_signs_out(stack: Stack, script: str) -> None:
    install()
    issuer = f"{stack.base_url}/o"
    client = registered(stack)
    browser = Browser(stack.base_url)
    given = client | {"issuer": issuer, "redirect_uri": CALLBACK, "post_logout_redirect_uri": SIGNED_OUT}

    found = judge(script, given, browse=browser.browse)

    assert found["claims"]["iss"] == issuer
    assert found["claims"]["sub"] == found["info"]["sub"] == found["living"]["sub"]
    assert (found["info"]["name"], found["info"]["email"]) == ("Siti Aminah", RESIDENT)
    assert (found["living"]["active"], found["living"]["client_id"]) == (True, client["client_id"])
    assert found["dead"] == {"active": False}
    assert found["refused"] == "invalid_grant"
    assert found["left"] == SIGNED_OUT
    page = browser.http.get(f"{stack.base_url}/akun/")
    assert page.status_code == 302, "the sign-out left the browser signed in"
