"""Config OP: the one module of the plan `oidcc-config-certification-test-plan`."""

from django.test import Client
from jwcrypto import jwk  # type: ignore[import-untyped]

from tests.conformance.party import ISSUER

REQUIRED = {
    "issuer",
    "authorization_endpoint",
    "token_endpoint",
    "userinfo_endpoint",
    "jwks_uri",
    "scopes_supported",
    "response_types_supported",
    "subject_types_supported",
    "id_token_signing_alg_values_supported",
    "claims_supported",
}


def test_oidcc_discovery_endpoint_verification(db: None) -> None:
    answer = Client().get("/o/.well-known/openid-configuration")
    found = answer.json()

    assert answer["Content-Type"] == "application/json"
    assert found.keys() >= REQUIRED
    assert found["issuer"] == ISSUER
    assert "code" in found["response_types_supported"]
    assert "openid" in found["scopes_supported"]
    assert "RS256" in found["id_token_signing_alg_values_supported"]
    assert all(url.startswith("http://127.0.0.1:8000/") for name, url in found.items() if name.endswith("_endpoint"))
    keys = Client().get("/o/.well-known/jwks.json")
    for key in jwk.JWKSet.from_json(keys.content)["keys"]:
        assert not key.has_private
    assert all(key["kid"] and key["use"] == "sig" and key["alg"] == "RS256" for key in keys.json()["keys"])
