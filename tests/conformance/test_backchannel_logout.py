"""Back-Channel Logout OP: a test for each module of `oidcc-backchannel-rp-initiated-logout-certification-test-plan`."""

import time
from datetime import timedelta

from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from accounts.models import User
from services.events.operations import drain
from tests.accounts.provider.test_backchannel import EVENT, Site
from tests.conformance.party import BYE, Party, told, verified


def test_oidcc_backchannel_logout_discovery_endpoint_verification(db: None) -> None:
    found = Client().get("/o/.well-known/openid-configuration").json()

    assert found["backchannel_logout_supported"] is True
    assert found["backchannel_logout_session_supported"] is True


def test_oidcc_backchannel_rp_initiated_logout(person: User, settings: LazySettings) -> None:
    settings.LOCAL = True
    site = Site()
    party = Party.registered(person, backchannel_logout_uri=site.url)
    tokens = party.tokens()
    signed_in = verified(tokens["id_token"], party)

    answer = party.browser.get(
        "/o/logout/", {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": BYE, "state": "s2"}
    )
    for _ in range(3):  # the outbox: the sign-in's end, the client's event, the call
        drain(now=timezone.now() + timedelta(seconds=1))
    site.server.shutdown()
    site.server.server_close()

    assert answer["Location"] == f"{BYE}?state=s2"
    assert told(party.asked(prompt="none"))["error"] == "login_required"
    assert len(site.heard) == 1
    claims = verified(site.heard[0], party)
    assert (claims["sub"], claims["sid"]) == (signed_in["sub"], signed_in["sid"])
    assert claims["events"] == {EVENT: {}}
    assert abs(claims["iat"] - time.time()) < 60
    assert claims["exp"] > claims["iat"]
    assert claims["jti"]
    assert "nonce" not in claims
