"""How the documentation names our sign-in, and which bodies it closes."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerExtension

from accounts.scopes import SCOPES


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # the library registers subclasses
    """The platform's own provider, by authorization code and PKCE."""

    target_class = "accounts.bearer.BearerAuthentication"
    name = "oauth2"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "oauth2",
            "description": "Authorization code with PKCE (RFC 7636) at the platform's OpenID provider.",
            "flows": {
                "authorizationCode": {
                    "authorizationUrl": "/o/authorize/",
                    "tokenUrl": "/o/token/",
                    "refreshUrl": "/o/token/",
                    "scopes": {scope: texts["en"] for scope, texts in SCOPES.items()},
                }
            },
        }

    def get_security_requirement(self, auto_schema: Any) -> dict[str, list[str]]:
        required = getattr(auto_schema.view, "required_scopes", [])
        if isinstance(required, dict):
            required = required.get(auto_schema.method, [])
        return {self.name: list(required)}


class ExactBody(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]  # the library registers subclasses
    """Tell that a body takes no other names than its own."""

    target_class = "superapp.http.exact.Exact"
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        """Return the shape as it would be, closed where it is a request's and nothing that was read may stay in."""
        shape: dict[str, Any] = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        if direction == "request" and not self.target.read_back:
            shape["additionalProperties"] = False
        return shape
