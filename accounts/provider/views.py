"""The OpenID provider's pages and endpoints, where the library's own need closing."""

import calendar
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View
from oauth2_provider import views as library
from oauth2_provider.exceptions import OAuthToolkitError
from oauth2_provider.models import get_access_token_model
from oauth2_provider.views.mixins import OAuthLibMixin
from oauthlib.common import Request as OAuthRequest
from oauthlib.oauth2.rfc6749.errors import ConsentRequired

from accounts.models import ClientState, RelyingParty
from accounts.provider import consents, demands, hints
from accounts.provider.manners import ISSUER, ForPeople, ForPrograms, oauth_error
from accounts.provider.proofs import proof_of, whom_of
from accounts.provider.queries import serves
from accounts.provider.replays import AlreadyAnswered
from accounts.provider.tokens import checksum, find_access
from accounts.sign_in.queries import current
from accounts.sign_in.reauthentication import page
from accounts.sign_in.staff import way_to_second_factor


@method_decorator(never_cache, name="dispatch")
class AuthorizeView(ForPeople, library.AuthorizationView):  # type: ignore[misc]
    """Asks a signed-in person for consent, or gives first-party clients their code at once."""

    def _answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer a request or the consent page; a client that is being tried out signs in its testers only."""
        if _is_kept_out(request):
            return render(request, "oauth2_provider/sandbox.html", status=HTTPStatus.FORBIDDEN)
        answer = super()._answer(request, *args, **kwargs)
        hints.keep_shape(request, answer)
        return answer

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer an authorization request, when what it demands of the sign-in is met."""
        asked, silent = request.GET.get("scope", "").split(), "none" in request.GET.get("prompt", "").split()
        if not silent and (step := way_to_second_factor(request, asked)):
            return HttpResponseRedirect(step)
        return self._sent_away(request) or super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer the consent page, whose request still stands in the address."""
        return self._sent_away(request) or super().post(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponseBase:
        """Answer the consent page, whose hidden fields somebody may have changed."""
        try:
            return super().form_valid(form)  # type: ignore[no-any-return]
        except RelyingParty.DoesNotExist:
            return oauth_error("invalid_request", "There is no such client.")

    def create_authorization_response(
        self, request: HttpRequest, scopes: str, credentials: dict[str, Any], allow: bool
    ) -> Any:
        """Return the answer to the client; a code stands for the sign-in in this browser, and leaves a receipt."""
        more = {"sign_in": current(request)}
        with transaction.atomic():
            answer = super().create_authorization_response(request, scopes, credentials | more, allow)
            if code := dict(parse_qsl(urlsplit(answer[0] or "").query)).get("code"):
                client = RelyingParty.objects.get(client_id=credentials["client_id"])
                consents.record(
                    person=request.user,  # type: ignore[arg-type]  # signed in, or there were no code
                    client=client,
                    scopes=consents.spoken_for(client, scopes.split(), credentials.get("claims")),
                    language=(get_language() or "id")[:2],
                    code=code,
                    now=timezone.now(),
                )
                if (asked := getattr(self, "demands", None)) is not None:
                    demands.forget(request, asked)
        return answer

    def handle_no_permission(self) -> HttpResponseBase:
        """Send a stranger to sign in, unless the request cannot be answered anyway (OpenID Core, section 3.1.2.2)."""
        try:
            self.validate_authorization_request(self.request)
        except OAuthToolkitError as error:
            return self.error_response(error, application=None)  # type: ignore[no-any-return]
        return super().handle_no_permission()  # type: ignore[no-any-return]

    def handle_prompt_login(self) -> HttpResponseBase:
        """Let a stranger sign in, which is proof enough. Whoever is signed in was asked before it comes to this."""
        query = self.request.GET.copy()
        for answered in ("prompt", "max_age"):
            query.pop(answered, None)
        return redirect_to_login(f"{self.request.path}?{query.urlencode()}", resolve_url(self.get_login_url()))

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponseBase:
        """Show the consent page, unless the person agreed to all of it before.

        A silent request gets `consent_required` instead of the page (OpenID Core, section 3.1.2.6).
        """
        if "form" not in context or self.request.method == "POST":
            return super().render_to_response(context, **kwargs)  # type: ignore[no-any-return]
        client, prompt = context["application"], self.request.GET.get("prompt", "").split()
        person = self.request.user.pk
        scopes = consents.spoken_for(client, context["scopes"], context.get("claims"))
        with transaction.atomic():
            consents.hold(person)  # who withdraws it at this moment ends what it gives
            if "consent" not in prompt and consents.is_remembered(person_id=person, client=client, scopes=scopes):
                form = self.form_class(data=self.get_initial() | {"allow": "Authorize"})
                if form.is_valid():
                    return self.form_valid(form)
        if "none" in prompt:
            error = ConsentRequired(state=context.get("state"))
            return self.redirect(error.in_uri(context["redirect_uri"]), client)
        context["wording"] = consents.wording(client, scopes, (get_language() or "id")[:2])
        return super().render_to_response(context, **kwargs)  # type: ignore[no-any-return]

    def _sent_away(self, request: HttpRequest) -> HttpResponseBase | None:
        """Return where the browser goes first: to prove who it is, or back with an error; None to go on."""
        try:
            _scopes, asked = self.validate_authorization_request(request)
        except OAuthToolkitError:
            return None  # the library tells it in its own way
        sign_in = current(request)
        if sign_in is None:
            return self.handle_no_permission()
        now = timezone.now()
        client = RelyingParty.objects.get(client_id=asked["client_id"])
        claims = asked.get("claims")
        self.demands = demands.read(request, claims if isinstance(claims, dict) else {})
        step = demands.next_step(self.demands, request=request, client=client, sign_in=sign_in, now=now)
        if step is None:
            self._take_proof_as_given(request)
            return None
        if step.error is not None:
            step.error.state = asked.get("state")
            return self.redirect(step.error.in_uri(asked["redirect_uri"]), client)
        return self._to_prove(request, step, now)

    def _take_proof_as_given(self, request: HttpRequest) -> None:
        """Keep the library from asking once more for what `demands` found to be met."""
        query = request.GET.copy()
        query["prompt"] = " ".join(each for each in query.get("prompt", "").split() if each != "login")
        request.GET = query  # type: ignore[assignment]

    def _to_prove(self, request: HttpRequest, step: demands.Step, now: datetime) -> HttpResponseBase | None:
        here = request.get_full_path()
        if step.identity:
            demands.remember(request, self.demands, "identity", now=now)
            return HttpResponseRedirect(f"{settings.IDENTITY_PAGE}?{urlencode({'next': here})}")
        demands.remember(request, self.demands, "proof", now=now)
        if where := page(request.user, then=here):  # type: ignore[arg-type]
            return HttpResponseRedirect(where)
        logout(request)  # nothing to prove it by but a new sign-in
        return self.handle_prompt_login()

    def redirect(self, redirect_to: str, application: RelyingParty | None) -> HttpResponseBase:
        """Send the browser back to the client, naming the issuer in errors, too (RFC 9207)."""
        return super().redirect(_with_issuer(redirect_to), application)  # type: ignore[no-any-return]


def _is_kept_out(request: HttpRequest) -> bool:
    """Return whether the client is in its sandbox and the signed-in person is none of its testers."""
    asked = [*request.GET.getlist("client_id"), *request.POST.getlist("client_id")]  # whichever is then answered
    if not request.user.is_authenticated or any("\0" in each for each in asked):
        return False
    tried_out = RelyingParty.objects.filter(client_id__in=asked, state=ClientState.SANDBOX)
    return bool(tried_out.exclude(testers__contains=[request.user.pk]).exists())


def _with_issuer(url: str) -> str:
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    if ("iss", ISSUER) in query:
        return url
    return urlunsplit(parts._replace(query=urlencode([*query, ("iss", ISSUER)])))


class TokenView(ForPrograms, library.TokenView):  # type: ignore[misc]
    """Exchanges codes and refresh tokens.

    The device flow of the library is not offered: it can be replayed.
    """

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer a token request, in one transaction: whoever refreshes with the same token meanwhile waits."""
        try:
            with transaction.atomic():
                return self.authorization_flow_token_response(request, *args, **kwargs)  # type: ignore[no-any-return]
        except AlreadyAnswered as again:
            return JsonResponse(again.tokens)


class RevokeView(ForPrograms, library.RevokeTokenView):  # type: ignore[misc]
    """Revokes a token of the client that asks (RFC 7009)."""


@method_decorator(csrf_exempt, name="dispatch")  # its own dispatch, too
class UserInfoView(ForPrograms, library.UserInfoView):  # type: ignore[misc]
    """Tells what the token's scopes allow about its person."""

    challenge = None  # the library's, for tokens

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse a token in the address, where logs and histories keep it (RFC 9700, section 4.3.2)."""
        if "access_token" in request.GET:
            return oauth_error("invalid_request", "Send the access token in the Authorization header.")
        return super().dispatch(request, *args, **kwargs)


class IntrospectView(ForPrograms, OAuthLibMixin, View):  # type: ignore[misc]
    """Tells a confidential client about its own access tokens (RFC 7662); of others' it learns nothing."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Answer `{"active": false}` for whatever is not a living token of this client."""
        client = self._client(request)
        if client is None:
            return oauth_error("invalid_client", "Authenticate as a confidential client.", 401)
        if not (token := request.POST.get("token", "")):
            return oauth_error("invalid_request", "Token parameter is missing.")
        return JsonResponse(_introspect(token, client))

    def _client(self, request: HttpRequest) -> RelyingParty | None:
        core = self.get_oauthlib_core()
        asked = OAuthRequest(*core._extract_params(request))
        if not core.server.request_validator.authenticate_client(asked):
            return None
        return asked.client if asked.client.client_type == RelyingParty.CLIENT_CONFIDENTIAL else None


def _introspect(token: str, client: RelyingParty) -> dict[str, Any]:
    found = get_access_token_model().objects.filter(token_checksum=checksum(token), application=client).first()
    if found is None or not found.is_valid():
        return {"active": False}
    granted = find_access(token, now=timezone.now()) if found.user_id else None
    if found.user_id and (granted is None or not granted.person.is_active or not serves(client, granted)):
        return {"active": False}
    told = {
        "active": True,
        "scope": found.scope,
        "client_id": client.client_id,
        "token_type": "Bearer",
        "iss": ISSUER,
        "exp": calendar.timegm(found.expires.utctimetuple()),
        "iat": calendar.timegm(found.created.utctimetuple()),
    }
    if granted is not None:
        told |= whom_of(granted, client) | proof_of(granted)
    if found.resource:
        told["aud"] = found.resource
    return told
