"""The pages of signing in that the library does not have."""

from typing import Any, cast

from allauth.account.views import BaseReauthenticateView
from allauth.core.ratelimit import consume, respond_429
from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from accounts.models import User
from accounts.sign_in import reauthentication
from accounts.sign_in.queries import proved_addresses


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
        address = proved_addresses(cast(User, self.request.user)).get(kind)
        if address and not consume(self.request, action="request_login_code", key=address):
            return respond_429(self.request)  # type: ignore[no-any-return]
        reauthentication.send_code(self.request, kind)
        return HttpResponseRedirect(self.request.get_full_path())

    def form_valid(self, form: CodeForm) -> HttpResponse:
        """Go on to the suspended step, or say that the code is wrong."""
        if reauthentication.check_code(self.request, form.cleaned_data["code"]):
            return super().form_valid(form)  # type: ignore[no-any-return]
        form.add_error("code", _("This code is not right, or no longer valid."))
        return self.form_invalid(form)  # type: ignore[no-any-return]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return also where codes can go, and where the latest went."""
        addresses = proved_addresses(cast(User, self.request.user))
        return super().get_context_data(**kwargs) | {  # type: ignore[no-any-return]
            "addresses": addresses.items(),
            "sent": reauthentication.pending(self.request),
        }
