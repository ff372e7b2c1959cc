"""How sign-in works here: phone numbers, languages, and a lock-out of one person at a time."""

from types import SimpleNamespace
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.userkit import filter_users_by_email
from allauth.core import context as current
from allauth.core.exceptions import ReauthenticationRequired
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.operations import release_unproven
from accounts.phones import PhoneField, to_e164
from accounts.sign_in import browsers, failures, lockout, operations, reauthentication, sms
from accounts.sign_in.models import Ending
from accounts.sign_in.queries import current_id_of, has_second_factor, proved_addresses

_WAYS = {
    "reauthenticate": gettext_lazy("Use your password"),
    "mfa_reauthenticate": gettext_lazy("Use your authenticator app or a recovery code"),
    "mfa_reauthenticate:webauthn": gettext_lazy("Use a passkey"),
    "code": gettext_lazy("Have a code sent"),
}
_MISMATCH = gettext_lazy("The e-mail address, the phone number or the password is not right.")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # the library is not typed
    """Fills the library's hooks. Each closes over one rule; the flows themselves are the library's."""

    # Nobody has a user name here, and which of the two was wrong is not told.
    error_messages = DefaultAccountAdapter.error_messages | {
        f"{kind}_password_mismatch": _MISMATCH for kind in ("username", "email", "phone")
    }

    # --- The person

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Save a person who signs up; an address not given is NULL, which many people may share."""
        given = form.cleaned_data
        user.full_name = given["full_name"].strip()
        user.language = _page_language()
        user.email = given.get("email") or None
        user.phone = given.get("phone") or None
        user.set_password(given.get("password1") or None)
        if commit:
            user.save()
        return user

    def set_password(self, user: User, password: str) -> None:
        """Set a password, and end all tokens: who forgot it, or fears that another knows it, means everywhere.

        Other browsers are signed out, and the relying parties hear of it.
        """
        super().set_password(user, password)
        now, request = timezone.now(), current.request
        if request is not None and request.user.pk == user.pk:
            browsers.remember(request, user, now=now)
        operations.end_authorizations(person_id=user.pk, now=now)
        operations.end(person_id=user.pk, but=current_id_of(request, user.pk), ending=Ending.PASSWORD, now=now)

    def get_login_stages(self) -> list[str]:
        """Return the steps between a right password or code and being signed in."""
        return [
            "allauth.account.stages.LoginByCodeStage",
            "accounts.sign_in.stages.ProvePhone",
            "accounts.sign_in.stages.ProveEmail",
            "allauth.mfa.stages.AuthenticateStage",
            "accounts.sign_in.stages.ProveMore",
            "accounts.sign_in.stages.SetUpSecondFactor",
        ]

    # --- Proving it again

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Return False for who proved recently who they are.

        Where the library goes on to decide by itself, it holds that who has neither password nor second factor
        has just proved it.

        :raises ReauthenticationRequired: for everybody else.
        """
        if not reauthentication.recently_proved(current.request):
            raise ReauthenticationRequired
        return False

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Return the pages at which this person can prove who they are, the usual one first.

        A second factor cannot be gone round by a password or a code: those may be what a thief has.
        """
        if not user.is_authenticated:
            return []
        ways: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if has_second_factor(user.pk):
            return [way | {"description": _WAYS[way["id"]]} for way in ways if way["id"].startswith("mfa_")]
        ways = [way | {"description": _WAYS["reauthenticate"]} for way in ways if way["id"] == "reauthenticate"]
        if proved_addresses(user, now=timezone.now()):
            url = reverse("reauthenticate-by-code")
            ways.append({"id": "reauthenticate_by_code", "description": _WAYS["code"], "url": url})
        return ways

    # --- Phone numbers

    def phone_form_field(self, **kwargs: Any) -> PhoneField:
        """Return a field that takes 0812... as well as +62812..."""
        return PhoneField(**kwargs)

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        """Return the person's number and whether it is proved."""
        return (user.phone, user.phone_verified_at is not None) if user.phone else None

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        """Give the person this number."""
        release_unproven(phone=phone, but=user.pk)
        operations.set_phone(user=user, phone=phone, verified=verified, now=timezone.now())

    def set_phone_verified(self, user: User, phone: str) -> None:
        """Record that the person holds this number."""
        if user.phone == phone and user.phone_verified_at:
            return
        self.set_phone(user, phone, verified=True)

    def get_user_by_phone(self, phone: str) -> User | None:
        """Return who proved this number. Claiming one is not enough: the claimer chose the password."""
        return User.objects.filter(phone=phone, phone_verified_at__isnull=False).first()

    def send_verification_code_sms(self, user: User, phone: str, code: str, **kwargs: Any) -> None:
        """Send a code in the person's language."""
        sms.send_sms("code", to=phone, language=user.language, code=code)

    def send_unknown_account_sms(self, phone: str, **kwargs: Any) -> None:
        """Tell a number that asked for a code that it is not registered."""
        sms.send_sms("unknown_account", to=phone, language=_page_language())

    def send_account_already_exists_sms(self, phone: str) -> None:
        """Tell a number that signs up again that it is registered."""
        sms.send_sms("account_exists", to=phone, language=_page_language())

    # --- E-mail

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send an e-mail in the language of the person who has this address, else in the page's."""
        language = User.objects.filter(email__iexact=email).values_list("language", flat=True).first()
        with translation.override(language or _page_language()):
            site = SimpleNamespace(name=_("Balikpapan City Services"), domain=current.request.get_host())
            super().send_mail(template_prefix, email, {**context, "current_site": site})

    # --- Lock-out

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Return whose password this is.

        The number counts in one writing only, for finding and for locking out.
        """
        if "phone" in credentials:
            credentials["phone"] = to_e164(credentials["phone"])
        return super().authenticate(request, **credentials)  # type: ignore[no-any-return]

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the try at the account. The library counts each address by itself, and all phones as one.

        :raises ImmediateHttpResponse: 429, when there were too many.
        """
        login = credentials.get("phone") or credentials.get("email") or credentials.get("username")
        if not login:
            raise ValidationError(_("Enter an e-mail address or a phone number."))
        self._attempt = lockout.admit(request, login=login, person=self._owner(credentials))

    def _owner(self, credentials: dict[str, Any]) -> User | None:
        if (phone := credentials.get("phone")) and (person := self.get_user_by_phone(phone)):
            return person
        if email := credentials.get("email"):
            return next(iter(filter_users_by_email(email, prefer_verified=True, for_login=True)), None)
        return None

    def _rollback_login_failed_rl_usage(self) -> None:
        lockout.succeeded(self._attempt)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Remember at whose account this address failed."""
        lockout.failed(request, self._attempt)
        if self._attempt.person:
            failures.note(request, self._attempt.person.pk)

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """Open the account again after a forgotten password; the library also forgets what the address did."""
        if person := self._owner(credentials):
            lockout.forgive(request, person)


def _page_language() -> str:
    return (translation.get_language() or "id")[:2]
