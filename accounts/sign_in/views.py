"""The pages of signing in that the library does not have."""

from typing import Any, cast

from allauth.account.internal.decorators import login_stage_required
from allauth.account.internal.flows.login import record_authentication
from allauth.account.mixins import NextRedirectMixin
from allauth.account.models import Login
from allauth.account.views import BaseReauthenticateView, LoginView, RequestLoginCodeView
from allauth.core.ratelimit import consume
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.flows import perform_passwordless_login
from allauth.mfa.webauthn.views import LoginWebAuthnView, RemoveWebAuthnView
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django.views.generic import FormView

from accounts.models import User
from accounts.sign_in import failures, operations, queries, reauthentication
from accounts.sign_in.hints import hinted_login
from accounts.sign_in.lockout import refuse_while_too_often
from accounts.sign_in.queries import proved_addresses
from accounts.sign_in.stages import ProveMore as ProveMoreStage


class SignIn(LoginView):  # type: ignore[misc]  # the library is not typed
    """Asks for an address and the password."""

    def get_initial(self) -> dict[str, Any]:
        """Return the address that the client hints at."""
        return super().get_initial() | {"login": hinted_login(self.request)}  # type: ignore[no-any-return]


class SignInByPasskey(NextRedirectMixin, LoginWebAuthnView):  # type: ignore[misc]
    """Signs in by a passkey alone. The library forgets where the person was going when it fails, or asks for more."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """Show the sign-in page with what went wrong."""
        for message in form.errors.get("credential", []):
            messages.error(self.request, message)
        return HttpResponseRedirect(self.passthrough_next_url(reverse("account_login")))

    def form_valid(self, form: Any) -> HttpResponse:
        """Let the sign-in go on."""
        passkey = form.cleaned_data["credential"]
        login = Login(user=passkey.user, redirect_url=self.get_success_url())
        return perform_passwordless_login(self.request, passkey, login)  # type: ignore[no-any-return]


class SecondFactor(AuthenticateView):  # type: ignore[misc]
    """Asks for the second factor after the first."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return also which the person has: the library offers a passkey to everybody."""
        held = Authenticator.objects.filter(user_id=self.stage.login.user.pk).values_list("type", flat=True)
        kinds = {"has_app": Authenticator.Type.TOTP in held, "has_passkey": Authenticator.Type.WEBAUTHN in held}
        return super().get_context_data(**kwargs) | kinds  # type: ignore[no-any-return]


class RequestCode(RequestLoginCodeView):  # type: ignore[misc]
    """Asks where to send a code."""

    def get_initial(self) -> dict[str, Any]:
        """Return the address that the client hints at."""
        hint = hinted_login(self.request)
        return super().get_initial() | {"email" if "@" in hint else "phone": hint}  # type: ignore[no-any-return]


class RemovePasskey(RemoveWebAuthnView):  # type: ignore[misc]
    """Removes a passkey, unless somebody of an agency would be left without a second factor."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Remove it, or say why not."""
        factors = get_mfa_adapter()
        if factors.can_delete_authenticator(self.get_object()):
            return super().form_valid(form)  # type: ignore[no-any-return]
        form.add_error(None, factors.validation_error("cannot_delete_authenticator"))
        return self.form_invalid(form)  # type: ignore[no-any-return]


class CodeForm(forms.Form):
    """Asks for a code of six digits."""

    code = forms.CharField(label=gettext_lazy("Code"), max_length=20)


@method_decorator((never_cache, login_required), name="dispatch")
class ReauthenticateByCode(BaseReauthenticateView):  # type: ignore[misc]  # the library is not typed
    """Sends a code to a proved address when asked to, and takes it; then the suspended step goes on."""

    form_class = CodeForm
    template_name = "account/reauthenticate_by_code.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Send a code (`to`: phone or email), or check the one entered."""
        if kind := request.POST.get("to"):
            return self._send(kind)
        return super().post(request, *args, **kwargs)  # type: ignore[no-any-return]

    def _send(self, kind: str) -> HttpResponse:
        address = proved_addresses(cast(User, self.request.user), now=timezone.now()).get(kind)
        if address:
            refuse_while_too_often(self.request, action="request_login_code", key=address)
            consume(self.request, action="request_login_code", key=address)
        reauthentication.send_code(self.request, cast(User, self.request.user), kind)
        return HttpResponseRedirect(self.request.get_full_path())

    def form_valid(self, form: CodeForm) -> HttpResponse:
        """Go on to the suspended step, or say that the code is wrong."""
        user = cast(User, self.request.user)
        if reauthentication.check_code(self.request, user, form.cleaned_data["code"], again=True):
            return super().form_valid(form)  # type: ignore[no-any-return]
        form.add_error("code", _("This code is not right, or no longer valid."))
        return self.form_invalid(form)  # type: ignore[no-any-return]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return also where codes can go, and where the latest went."""
        addresses = proved_addresses(cast(User, self.request.user), now=timezone.now())
        return super().get_context_data(**kwargs) | {  # type: ignore[no-any-return]
            "addresses": addresses.items(),
            "sent": reauthentication.pending(self.request, cast(User, self.request.user)),
        }


class MoreForm(forms.Form):
    """Asks for the password, or for the code that was sent by e-mail."""

    password = forms.CharField(
        required=False,
        label=gettext_lazy("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    code = forms.CharField(required=False, label=gettext_lazy("Code"), max_length=20)


@method_decorator(login_stage_required(stage=ProveMoreStage.key, redirect_urlname="account_login"), name="dispatch")
class ProveMore(FormView):  # type: ignore[type-arg]
    """Asks who signs in by an old or new number for the password, or a code by e-mail; else says where to go."""

    form_class = MoreForm
    template_name = "account/prove_more.html"

    @property
    def _stage(self) -> Any:
        return self.request._login_stage  # type: ignore[attr-defined]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Send a code by e-mail (`to`), or check what was entered."""
        if "to" not in request.POST:
            return super().post(request, *args, **kwargs)
        user = self._stage.login.user
        address = proved_addresses(user, now=timezone.now()).get("email")
        if address:
            refuse_while_too_often(request, action="request_login_code", key=address)
            consume(request, action="request_login_code", key=address)
        reauthentication.send_code(request, user, "email")
        return HttpResponseRedirect(request.get_full_path())

    def form_valid(self, form: MoreForm) -> HttpResponse:
        """Let the sign-in go on, or say that it is wrong."""
        user: User = self._stage.login.user
        tries = f"prove-more:{user.pk}"
        refuse_while_too_often(self.request, action="login_failed", key=tries)
        consume(self.request, action="login_failed", key=tries)
        password, code = form.cleaned_data["password"], form.cleaned_data["code"]
        if password and user.check_password(password):
            record_authentication(self.request, user, method="password")
            return self._stage.exit()  # type: ignore[no-any-return]
        if code and reauthentication.check_code(self.request, user, code):
            return self._stage.exit()  # type: ignore[no-any-return]
        failures.note(self.request, user.pk)
        form.add_error("code" if code else "password", _("This is not right."))
        return self.form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return also which ways this person has."""
        user: User = self._stage.login.user
        addresses = proved_addresses(user, now=timezone.now())
        return super().get_context_data(**kwargs) | {
            "has_password": user.has_usable_password(),
            "can_email": "email" in addresses,
            "sent": reauthentication.pending(self.request, user),
        }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop_phone_change(request: HttpRequest, token: str) -> HttpResponse:
    """Let who reads messages to the old contact undo the change of a number; asked first, so no preview does it."""
    change = queries.stoppable_phone_change(token, now=timezone.now())
    if change is not None and request.method == "POST":
        operations.stop_phone_change(change_id=change.pk, now=timezone.now())
        return render(request, "account/phone_change_stopped.html", {"change": change})
    return render(request, "account/phone_change_stop.html", {"change": change}, status=200 if change else 404)
