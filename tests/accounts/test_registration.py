"""What a client may be registered with."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from jwcrypto.jwk import JWK  # type: ignore[import-untyped]

from accounts.models import RelyingParty
from accounts.operations import register_relying_party, rotate_client_secret

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
RSA = JWK.generate(kty="RSA", size=2048)
PUBLIC = RSA.export_public(as_dict=True)


def register(**values: Any) -> RelyingParty:
    return register_relying_party(client_id="site", name="Site", scopes=["openid"], **values)


@pytest.mark.parametrize(
    ("values", "method", "kind"),
    [
        ({}, "none", "public"),
        ({"client_secret": "s" * 40}, "client_secret", "confidential"),
        ({"jwks": {"keys": [PUBLIC]}}, "private_key_jwt", "confidential"),
        ({"jwks_uri": "https://site.example/jwks"}, "private_key_jwt", "confidential"),
        ({"client_secret": "s" * 40, "auth_method": "client_secret_basic"}, "client_secret_basic", "confidential"),
    ],
)
def test_a_client_proves_itself_by_what_it_has(values: dict[str, Any], method: str, kind: str) -> None:
    party = register(**values)

    assert (party.token_endpoint_auth_method, party.client_type) == (method, kind)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"auth_method": "tls_client_auth"}, "auth_method"),
        ({"auth_method": "private_key_jwt"}, "jwks"),
        ({"auth_method": "client_secret_post"}, "client_secret"),
        ({"client_secret": "s" * 40, "auth_method": "none"}, "client_secret"),
        ({"client_secret": "s" * 40, "jwks": {"keys": [PUBLIC]}}, "client_secret"),
        ({"machine": True}, "client_secret"),
        ({"jwks": {"keys": [PUBLIC]}, "jwks_uri": "https://site.example/jwks"}, "jwks_uri"),
        ({"jwks": {"keys": []}}, "jwks"),
        ({"jwks": ["no set"]}, "jwks"),
        ({"jwks": {"keys": ["no key"]}}, "jwks"),
        ({"jwks": {"keys": [RSA.export(as_dict=True)]}}, "jwks"),
        ({"jwks": {"keys": [{"kty": "oct", "k": "AAAA"}]}}, "jwks"),
        ({"jwks": {"keys": [JWK.generate(kty="RSA", size=1024).export_public(as_dict=True)]}}, "jwks"),
        ({"jwks": {"keys": [JWK.generate(kty="EC", crv="P-521").export_public(as_dict=True)]}}, "jwks"),
        ({"jwks_uri": "http://site.example/jwks"}, "jwks_uri"),
        ({"backchannel_logout_uri": "https://site.example/#x"}, "backchannel_logout_uri"),
        ({"backchannel_logout_uri": "id.go.balikpapan.app:/out"}, "backchannel_logout_uri"),
        ({"resources": ["api"]}, "resources"),
    ],
)
def test_what_does_not_fit_is_refused_by_field(values: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        register(**values)

    assert list(refused.value.message_dict) == [field]
    assert not RelyingParty.objects.exists()


def test_a_client_without_a_secret_gets_no_new_one() -> None:
    register()

    with pytest.raises(ValidationError):
        rotate_client_secret(client_id="site", overlap=timedelta(days=1), now=NOW)
