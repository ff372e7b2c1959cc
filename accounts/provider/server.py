"""The OAuth machinery with only what the city offers: code with S256, refresh, client credentials."""

# mypy: disable-error-code="misc"
# oauthlib is not typed, so its classes are Any to the type checker.

import re
from collections import Counter
from typing import Any, Final

from django.conf import settings
from django.utils.module_loading import import_string
from oauthlib.oauth2.rfc6749.endpoints import (
    AuthorizationEndpoint,
    ResourceEndpoint,
    RevocationEndpoint,
    TokenEndpoint,
)
from oauthlib.oauth2.rfc6749.errors import CustomOAuth2Error, InvalidRequestError
from oauthlib.oauth2.rfc6749.grant_types import AuthorizationCodeGrant as PlainCodeGrant
from oauthlib.oauth2.rfc6749.grant_types import ClientCredentialsGrant
from oauthlib.oauth2.rfc6749.grant_types.authorization_code import code_challenge_method_s256
from oauthlib.oauth2.rfc6749.tokens import BearerToken
from oauthlib.openid.connect.core.endpoints.userinfo import UserInfoEndpoint
from oauthlib.openid.connect.core.grant_types import AuthorizationCodeGrant, RefreshTokenGrant
from oauthlib.openid.connect.core.grant_types.dispatchers import (
    AuthorizationCodeGrantDispatcher,
    AuthorizationTokenGrantDispatcher,
)

from accounts.provider.claims import is_claims_request
from accounts.provider.hints import DISPLAYS


class Server(AuthorizationEndpoint, TokenEndpoint, ResourceEndpoint, RevocationEndpoint, UserInfoEndpoint):
    """Answers code, refresh and client-credentials requests; every other grant or response type is
    unsupported.

    The library's ready-made server also brings the implicit, password, hybrid and device grants, and takes ID
    tokens at the API.
    """

    def __init__(
        self,
        request_validator: Any,
        token_expires_in: Any = None,
        token_generator: Any = None,
        refresh_token_generator: Any = None,
        **_kwargs: Any,
    ) -> None:
        self.bearer = BearerToken(request_validator, token_generator, token_expires_in, refresh_token_generator)
        plain, openid = _code_grants(request_validator)
        AuthorizationEndpoint.__init__(
            self,
            default_response_type="code",
            default_token_type=self.bearer,
            response_types={"code": AuthorizationCodeGrantDispatcher(default_grant=plain, oidc_grant=openid)},
        )
        TokenEndpoint.__init__(
            self,
            default_grant_type="authorization_code",
            default_token_type=self.bearer,
            grant_types={
                "authorization_code": AuthorizationTokenGrantDispatcher(
                    request_validator, default_grant=plain, oidc_grant=openid
                ),
                "client_credentials": _client_credentials(request_validator),
                "refresh_token": RefreshTokenGrant(request_validator),
            }
            | {name: import_string(grant)(request_validator) for name, grant in settings.FURTHER_GRANTS.items()},
        )
        ResourceEndpoint.__init__(self, default_token="Bearer", token_types={"Bearer": self.bearer})  # noqa: S106
        RevocationEndpoint.__init__(self, request_validator)
        UserInfoEndpoint.__init__(self, request_validator)


def _code_grants(request_validator: Any) -> tuple[PlainCodeGrant, AuthorizationCodeGrant]:
    """Return the code grant for plain OAuth and for OpenID, both with S256 as the only challenge method."""
    plain, openid = PlainCodeGrant(request_validator), AuthorizationCodeGrant(request_validator)
    for grant in (plain, openid.proxy_target):
        grant._code_challenge_methods = {"S256": code_challenge_method_s256}
        grant.custom_validators.pre_auth += [refuse_unsupported, refuse_repeated, refuse_misshapen, refuse_targets]
    return plain, openid


def _client_credentials(request_validator: Any) -> ClientCredentialsGrant:
    grant = ClientCredentialsGrant(request_validator)
    grant.custom_validators.post_token.append(refuse_targets)
    return grant


_REFUSED: Final = {
    "request": "request_not_supported",
    "request_uri": "request_uri_not_supported",
    "registration": "registration_not_supported",
    "authorization_details": "invalid_authorization_details",
    "dpop_jkt": "invalid_request",
}


def refuse_unsupported(request: Any) -> dict[str, Any]:
    """Refuse what a client relies on and this provider does not do: request objects (OpenID Core, section 6), rich
    requests (RFC 9396), tokens bound to a key (RFC 9449). Whatever nobody defined is ignored (RFC 6749, section 3.1).

    :raises CustomOAuth2Error: with the code that the document of each names.
    """
    sent = {name for name, _value in request.uri_query_params}
    for name, error in _REFUSED.items():
        if name in sent:
            raise CustomOAuth2Error(
                error=error, description=f"{name} is not supported.", state=request.state, request=request
            )
    return {}


def refuse_repeated(request: Any) -> dict[str, Any]:
    """Refuse a parameter that is there twice (RFC 6749, section 3.1): each reader might take another one of the two.

    :raises InvalidRequestError: for any but `resource`, of which there may be many.
    """
    names = Counter(name for name, _value in request.uri_query_params)
    twice = [name for name, times in names.items() if times > 1 and name != "resource"]
    if twice:
        raise InvalidRequestError(description=f"{twice[0]} is there more than once.", request=request)
    return {}


def refuse_misshapen(request: Any) -> dict[str, Any]:
    """Refuse what the grant's columns cannot hold, before it surfaces as a database error.

    :raises InvalidRequestError: for a `nonce` over 255 characters, a `code_challenge` of other than 43 to 128
        (RFC 7636, section 4.2), `claims` that are no claims request, a `max_age` that is no number of seconds,
        or a `response_mode` or `display` that discovery does not name.
    """
    sent = dict(request.uri_query_params)
    if len(request.nonce or "") > 255:
        raise InvalidRequestError(description="nonce is longer than 255 characters.", request=request)
    if request.code_challenge is not None and not 43 <= len(request.code_challenge) <= 128:
        raise InvalidRequestError(description="code_challenge must have 43 to 128 characters.", request=request)
    if isinstance(request.claims, str) and not is_claims_request(request.claims):
        raise InvalidRequestError(description="claims is no claims request.", request=request)
    if not re.fullmatch("[0-9]{0,9}", sent.get("max_age", "")):
        raise InvalidRequestError(description="max_age must be a number of seconds.", request=request)
    _check_prompt(sent, request)
    if sent.get("response_mode", "query") != "query":
        raise InvalidRequestError(description="response_mode must be query.", request=request)
    if sent.get("display", "page") not in DISPLAYS:
        raise InvalidRequestError(description=f"display must be one of {', '.join(DISPLAYS)}.", request=request)
    return {}


def _check_prompt(sent: dict[str, str], request: Any) -> None:
    """Refuse what this provider cannot prompt for, and the library's own way around consent."""
    prompt = set(sent.get("prompt", "").split())
    if "select_account" in prompt:
        raise CustomOAuth2Error(error="account_selection_required", state=request.state, request=request)
    if prompt - {"none", "login", "consent"} or "approval_prompt" in sent:
        raise InvalidRequestError(description="prompt must be none, login or consent.", request=request)
    if "none" in prompt and len(prompt) > 1:
        raise InvalidRequestError(description="prompt=none stands alone.", request=request)


def refuse_targets(request: Any) -> dict[str, Any]:
    """Refuse a `resource` (RFC 8707, section 2) that the client's tokens are not meant for.

    :raises CustomOAuth2Error: `invalid_target`.
    """
    asked = [value for name, value in request.uri_query_params if name == "resource"]
    asked += [value for name, value in request.decoded_body or () if name == "resource"]
    if not {each for value in asked for each in value.split()} <= set(request.client.resources):
        raise CustomOAuth2Error(
            error="invalid_target",
            description="The client is not registered for this resource.",
            state=request.state,
            request=request,
        )
    return {}
