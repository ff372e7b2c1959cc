"""The first second factor of who works for an agency, set up in the midst of signing in: an app or a passkey."""

from base64 import b64encode
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.decorators import login_stage_required
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import clear_totp_secret
from allauth.mfa.webauthn.internal.auth import begin_registration
from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from accounts.models import User
from accounts.sign_in import operations
from accounts.sign_in.factors import AddPasskeyForm
from accounts.sign_in.stages import SetUpSecondFactor as Stage


class _SetUp(FormView):  # type: ignore[type-arg]
    """Keeps the factor and lets the sign-in go on; who set one up meanwhile in another browser begins again.

    Whoever knows the password alone must not add theirs beside the one that the account has by then.
    """

    kind: Authenticator.Type
    mail: str
    done: Promise

    @property
    def person(self) -> User:
        """Return who is signing in."""
        person: User = self._stage.login.user
        return person

    @property
    def _stage(self) -> Any:
        return self.request._login_stage  # type: ignore[attr-defined]

    def get_form_kwargs(self) -> dict[str, Any]:
        """Return what the form needs: whose factor it is."""
        return super().get_form_kwargs() | {"user": self.person}

    def keep(self, form: Any) -> bool:
        """Keep what the form proved; False when the person has a second factor by now."""
        raise NotImplementedError

    def form_valid(self, form: Form) -> HttpResponse:
        """Let the sign-in go on."""
        if not self.keep(form):
            return self._stage.abort()  # type: ignore[no-any-return]
        kept = Authenticator.objects.get(user_id=self.person.pk, type=self.kind)
        record_authentication(self.request, self.person, "mfa", id=kept.pk, type=kept.type)
        get_adapter().send_notification_mail(self.mail, self.person)
        messages.success(self.request, str(self.done))
        return self._stage.exit()  # type: ignore[no-any-return]


_only_then = method_decorator(login_stage_required(stage=Stage.key, redirect_urlname="account_login"), name="dispatch")


@_only_then
class SetUpSecondFactor(_SetUp):
    """Sets up an authenticator app, or leads to where a passkey is made."""

    form_class = ActivateTOTPForm
    template_name = "account/set_up_second_factor.html"
    kind, mail = Authenticator.Type.TOTP, "mfa/email/totp_activated"
    done = _("The authenticator app is set up. Keep your recovery codes, too: see Sign-in and security.")

    def keep(self, form: ActivateTOTPForm) -> bool:
        """Keep the app."""
        kept = operations.add_authenticator_app(person_id=self.person.pk, secret=form.secret)
        if kept:
            clear_totp_secret(self.request)
        return kept

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return also the picture to scan."""
        context = super().get_context_data(**kwargs)
        factors = get_mfa_adapter()
        svg = factors.build_totp_svg(factors.build_totp_url(self.person, context["form"].secret))
        return context | {"totp_svg_data_uri": f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"}


@_only_then
class SetUpPasskey(_SetUp):
    """Makes a passkey, which is a second factor beside the password and later enough alone."""

    form_class = AddPasskeyForm
    template_name = "account/set_up_passkey.html"
    kind, mail = Authenticator.Type.WEBAUTHN, "mfa/email/webauthn_added"
    done = _("The passkey is set up. Keep your recovery codes, too: see Sign-in and security.")

    def keep(self, form: AddPasskeyForm) -> bool:
        """Keep the passkey."""
        given = form.cleaned_data
        return operations.add_passkey(person_id=self.person.pk, name=given["name"], credential=given["credential"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return also what the browser makes it of."""
        options = begin_registration(self.person, True)
        return super().get_context_data(**kwargs) | {"js_data": {"creation_options": options}}
