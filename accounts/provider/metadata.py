"""What clients read before they begin: what the provider can do, and its public keys."""

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.generic import View
from oauth2_provider import views as library

from accounts.models import Assurance, ClientAuthentication
from accounts.provider.clients import ASSERTION_ALGORITHMS
from accounts.provider.hints import DISPLAYS
from accounts.provider.keys import ALGORITHM, public_keys
from superapp.http.conditional import json_response

_SECONDS = 300


class JwksView(View):
    """Publishes the public keys: the next, the one that signs, and those that did."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Return the JWK Set (RFC 7517)."""
        return _public(request, {"keys": public_keys(now=timezone.now())})


class DiscoveryView(library.ConnectDiscoveryInfoView):  # type: ignore[misc]  # the library is not typed
    """Tells clients what this provider can do: all of it, and no more."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Return the OpenID Connect (and RFC 8414) metadata."""
        metadata = json.loads(super().get(request, *args, **kwargs).content)
        proofs = [ClientAuthentication.BASIC, ClientAuthentication.POST, ClientAuthentication.PRIVATE_KEY]
        algorithms = list(ASSERTION_ALGORITHMS)
        metadata |= {
            "revocation_endpoint": self._get_endpoint_url(request, "revoke-token", required=True),
            "revocation_endpoint_auth_methods_supported": [*proofs, ClientAuthentication.NONE],
            "revocation_endpoint_auth_signing_alg_values_supported": algorithms,
            "introspection_endpoint": self._get_endpoint_url(request, "introspect", required=True),
            "introspection_endpoint_auth_methods_supported": proofs,
            "introspection_endpoint_auth_signing_alg_values_supported": algorithms,
            "token_endpoint_auth_methods_supported": [*proofs, ClientAuthentication.NONE],
            "token_endpoint_auth_signing_alg_values_supported": algorithms,
            "grant_types_supported": [
                "authorization_code",
                "refresh_token",
                "client_credentials",
                *settings.FURTHER_GRANTS,
            ],
            "response_modes_supported": ["query"],
            "id_token_signing_alg_values_supported": [ALGORITHM],
            "acr_values_supported": list(Assurance.values),
            "subject_types_supported": ["pairwise", "public"],
            "claim_types_supported": ["normal"],
            "claims_supported": sorted(metadata["claims_supported"]),
            "prompt_values_supported": ["none", "login", "consent"],
            "display_values_supported": list(DISPLAYS),
            "claims_parameter_supported": True,
            "request_parameter_supported": False,
            "request_uri_parameter_supported": False,
            "require_request_uri_registration": False,
            "backchannel_logout_supported": True,
            "backchannel_logout_session_supported": True,
            "frontchannel_logout_supported": False,
            "ui_locales_supported": [code for code, _name in settings.LANGUAGES],
            "service_documentation": f"{settings.BASE_URL}/api/docs/",
        }
        return _public(request, metadata)


def _public(request: HttpRequest, body: Any) -> HttpResponseBase:
    """Answer what anybody may keep for some minutes, and pages of other sites may read."""
    response = json_response(request, body)
    response.headers["Cache-Control"] = f"public, max-age={_SECONDS}"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
