"""The forms of sign-up and of asking for a code: an e-mail address or a phone number will do."""

from typing import Any

from allauth.account.forms import RequestLoginCodeForm as LibraryRequestLoginCodeForm
from allauth.account.forms import SignupForm as LibrarySignupForm
from allauth.core import context as current
from allauth.core.exceptions import ImmediateHttpResponse
from django import forms
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.names import validate_name
from accounts.operations import release_unproven
from accounts.sign_in.lockout import admit_code, refuse_while_too_often, too_often


class SignupForm(LibrarySignupForm):  # type: ignore[misc]  # the library is not typed
    """Asks for a full name, and for an e-mail address, a phone number, or both."""

    full_name = forms.CharField(
        label=_("Full name"),
        max_length=150,
        validators=[validate_name],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ("full_name", "email", "phone", "password1")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The library insists on a required e-mail address in its settings; here either address will do.
        self.fields["email"].required = False
        self.fields["email"].label = _("E-mail")
        self.fields["email"].widget.is_required = False
        self.fields["email"].widget.attrs.pop("required", None)

    def validate_unique_email(self, value: str) -> str:
        """Return the address, after freeing it from whoever claimed but never proved it."""
        # Who was sent a code just now is about to enter it; somebody else must not have them begin again and again.
        refuse_while_too_often(current.request, action="confirm_email", key=value.lower())
        release_unproven(email=value)
        return super().validate_unique_email(value)  # type: ignore[no-any-return]

    def _clean_phone(self) -> None:
        if phone := self.cleaned_data.get("phone"):
            refuse_while_too_often(current.request, action="verify_phone", key=phone)
            release_unproven(phone=phone)
        super()._clean_phone()

    def clean(self) -> dict[str, Any]:
        """Return the cleaned values; at least one address is needed."""
        cleaned: dict[str, Any] = super().clean()
        if not cleaned.get("email") and not cleaned.get("phone") and not {"email", "phone"} & self.errors.keys():
            self.add_error("email", _("Enter an e-mail address or a phone number."))
        return cleaned

    def try_save(self, request: HttpRequest) -> tuple[Any, Any]:
        """Save the person, whole or not at all, and return them and the page to show, if any.

        :raises ImmediateHttpResponse: 429, when the same address is signing up at this very moment: most
            often the same person, whose form was sent twice.
        """
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])  # takes as long as for a new account
        try:
            with transaction.atomic():
                return super().try_save(request)  # type: ignore[no-any-return]
        except IntegrityError as error:
            raise ImmediateHttpResponse(too_often(request)) from error


class RequestLoginCodeForm(LibraryRequestLoginCodeForm):  # type: ignore[misc]
    """Asks for an e-mail address or a phone number. The library's trips over neither."""

    def clean_phone(self) -> str:
        """Return the number, unless it was sent too many codes."""
        if phone := self.cleaned_data.get("phone"):
            refuse_while_too_often(current.request, action="request_login_code", key=phone.lower())
        return super().clean_phone()  # type: ignore[no-any-return]

    def clean_email(self) -> str:
        """Return the address likewise."""
        if email := self.cleaned_data.get("email"):
            refuse_while_too_often(current.request, action="request_login_code", key=email.lower())
        return super().clean_email()  # type: ignore[no-any-return]

    def clean(self) -> dict[str, Any]:
        """Return the cleaned values: exactly one address."""
        cleaned: dict[str, Any] = super().clean()
        if not cleaned.get("email") and not cleaned.get("phone") and not self.errors:
            self.add_error("email", _("Enter an e-mail address or a phone number."))
        if not self.errors:
            admit_code(current.request, person=self._user)
        return cleaned
