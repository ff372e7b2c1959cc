"""The viewer: Swagger UI from the package's own files, no network, signed in through the platform's own provider."""

from functools import cache

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer

from accounts.scopes import SCOPES

# Swagger UI sets inline styles and draws its icons from data addresses.
_POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'"
_DIST = "drf_spectacular_sidecar/swagger-ui-dist"


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """Return the OpenAPI description: YAML, or JSON with `?format=json`."""
    as_json = request.GET.get("format") == "json"
    media_type = "application/vnd.oai.openapi+json" if as_json else "application/vnd.oai.openapi"
    response = HttpResponse(_rendered(as_json), content_type=media_type)
    response["Cache-Control"] = "public, max-age=60"
    return response


@cache
def _rendered(as_json: bool) -> bytes:
    """Return the description of this process's modules and routes, which do not change while it runs."""
    described = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    if as_json:
        return orjson.dumps(described, option=orjson.OPT_NON_STR_KEYS)
    rendered: bytes = OpenApiYamlRenderer().render(described, renderer_context={})  # type: ignore[no-untyped-call]
    return rendered


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Show the viewer."""
    response = render(request, "api_docs/docs.html")
    response["Content-Security-Policy"] = _POLICY
    return response


@require_safe
def start(_request: HttpRequest) -> HttpResponse:
    """Start the viewer: which description, and how to sign in (authorization code with PKCE, public client)."""
    settings = {"url": "/api/schema/?format=json", "oauth2RedirectUrl": "/api/docs/oauth2-redirect.html"}
    sign_in = {
        "clientId": "api-docs",
        "usePkceWithAuthorizationCodeGrant": True,
        "scopes": [scope for scope in SCOPES if scope not in ("phone", "office", "act")],
    }
    script = (
        f"const settings = {orjson.dumps(settings).decode()};\n"
        "settings.oauth2RedirectUrl = new URL(settings.oauth2RedirectUrl, location).href;\n"
        "const ui = SwaggerUIBundle({...settings, dom_id: '#swagger-ui', deepLinking: true, docExpansion: 'list',\n"
        "  filter: true, presets: [SwaggerUIBundle.presets.apis], layout: 'BaseLayout'});\n"
        f"ui.initOAuth({orjson.dumps(sign_in).decode()});\n"
    )
    return HttpResponse(script, content_type="text/javascript")


@require_safe
@xframe_options_sameorigin
def oauth2_redirect(request: HttpRequest) -> HttpResponse:
    """Hand the authorization code to the viewer that opened this window."""
    response = render(request, "api_docs/oauth2_redirect.html", {"script": static(f"{_DIST}/oauth2-redirect.js")})
    response["Content-Security-Policy"] = _POLICY
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    return response
