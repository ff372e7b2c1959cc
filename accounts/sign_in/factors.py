"""Second factors: how their secrets are kept, what they are called, and for which address passkeys hold."""

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import segno
from allauth.core import context as current
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.conf import settings
from django.core.cache import cache as cache_of_codes
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.phones import in_words
from accounts.queries import works_for_the_city
from accounts.sealing import Keyring

PLACE = "mfa.authenticator"


def keyring() -> Keyring:
    """Return the keys that seal the secrets of second factors."""
    return _ring(settings.MFA_KEYS)


@lru_cache(maxsize=4)
def _ring(text: str) -> Keyring:
    return Keyring.from_text(text)


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # the library is not typed
    """Fills the library's hooks."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("This code is not right, or was used before. Wait for the next one."),
        "unverified_email": gettext_lazy("Confirm your e-mail address first."),
        "cannot_delete_authenticator": gettext_lazy(
            "Who works for an agency needs a second factor. Add another one before you remove this one."
        ),
    }

    def encrypt(self, text: str) -> str:
        """Return a secret as it may stand in the database: who reads a copy of it learns nothing."""
        return keyring().seal(text.encode(), context=PLACE)

    def decrypt(self, encrypted_text: str) -> str:
        """Return a secret that `encrypt` sealed, under the newest key or an earlier one."""
        return keyring().open(encrypted_text, context=PLACE).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Return False for the last second factor of who works for an agency."""
        factors = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
        others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=factors)
        return others.exclude(pk=authenticator.pk).exists() or not works_for_the_city(authenticator.user_id)

    def get_totp_issuer(self) -> str:
        """Return what an authenticator app shows above the codes."""
        return _("Balikpapan City")

    def build_totp_svg(self, url: str) -> str:
        """Draw the QR code that an authenticator app scans."""
        drawing = BytesIO()
        segno.make(url, error="m").save(
            drawing, kind="svg", xmldecl=False, scale=5, border=3, dark="#000", light="#fff"
        )
        return drawing.getvalue().decode()

    def generate_authenticator_name(self, user: User, type: str) -> str:
        """Propose a name for a new passkey."""
        held = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("Passkey {number}").format(number=held + 1)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return for which address a passkey holds: the installation's, whichever name the browser came by."""
        return {"id": passkey_domain(), "name": _("Balikpapan City Services")}

    def _get_user_identifier(self, user: User) -> str:
        return user.email or (in_words(user.phone) if user.phone else str(user.pk))


def passkey_domain() -> str:
    """Return the domain that passkeys are bound to (WebAuthn: the RP ID), which cannot be a bare IP address.

    A local system's address is one; there it is whatever name it was opened by, such as localhost.
    """
    domain = urlsplit(settings.BASE_URL).hostname or ""
    if _is_address(domain):
        domain = urlsplit(f"//{current.request.get_host()}").hostname or ""
    return domain


def where_passkeys_work() -> str:
    """Return the address under which to open the site for passkeys to work, or "" when this is one.

    Browsers give them to https pages and to this very machine (WebAuthn, section 5; secure contexts), below the domain
    that they are bound to, and to no bare IP address.
    """
    request, base = current.request, urlsplit(settings.BASE_URL)
    host = urlsplit(f"//{request.get_host()}").hostname or ""
    domain = passkey_domain()
    here = host == domain or host.endswith(f".{domain}")
    if here and not _is_address(domain) and (request.is_secure() or _is_this_machine(host)):
        return ""
    if not _is_address(base.hostname or ""):
        return str(settings.BASE_URL)
    return f"{base.scheme}://localhost:{base.port}" if base.port else f"{base.scheme}://localhost"


def _is_this_machine(host: str) -> bool:
    return host == "localhost" or host.endswith(".localhost")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """Asks for a passkey that is enough to sign in: kept on the device, opened by fingerprint, face or PIN."""

    name = forms.CharField(label=gettext_lazy("Name of the passkey"), max_length=60, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["passwordless"]

    def clean(self) -> dict[str, Any]:
        """Return the cleaned values; a device that did not ask who holds it is refused."""
        self.cleaned_data["passwordless"] = True
        with _malformed_is_wrong():
            return super().clean()  # type: ignore[no-any-return]


@contextmanager
def _malformed_is_wrong() -> Iterator[None]:
    """Refuse what is no answer of a passkey in the form's own way; the library trips over most of it.

    It says of a passkey that is not known here that the code is wrong, as if there were one.
    """
    try:
        yield
    except forms.ValidationError as error:
        if getattr(error, "code", "") != "incorrect_code":
            raise
        raise forms.ValidationError(
            _("This passkey does not belong to an account here, or was removed. Choose another way to sign in.")
        ) from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise forms.ValidationError(_("The passkey was not used. Try again, or choose another way.")) from error


class _UsedOnce:
    """Takes a code once in all the time that it is good for, which is longer than the library remembers it."""

    def clean_code(self) -> str:
        """Return the code."""
        code = str(super().clean_code())  # type: ignore[misc]
        used = f"mfa-code-used:{self.user.pk}:{''.join(code.split())}"  # type: ignore[attr-defined]
        if not cache_of_codes.add(used, 1, timeout=(2 * settings.MFA_TOTP_TOLERANCE + 1) * 30):
            raise MFAAdapter().validation_error("incorrect_code")
        return code


class CodeOfAppForm(_UsedOnce, AuthenticateForm):  # type: ignore[misc]
    """Takes a code of the authenticator app, or a recovery code, as the second factor."""


class ReauthenticateByAppForm(_UsedOnce, ReauthenticateForm):  # type: ignore[misc]
    """Takes it from who is asked again."""


class _Careful:
    def clean_credential(self) -> Authenticator:
        """Return the passkey that was used."""
        with _malformed_is_wrong():
            return super().clean_credential()  # type: ignore[misc]


class LoginPasskeyForm(_Careful, LoginWebAuthnForm):  # type: ignore[misc]
    """Signs in by a passkey alone."""


class AuthenticatePasskeyForm(_Careful, AuthenticateWebAuthnForm):  # type: ignore[misc]
    """Takes a passkey as the second factor."""


class ReauthenticatePasskeyForm(_Careful, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """Takes a passkey from who is asked again."""
