"""The steps between a right password or code and being signed in."""

from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.stages import EmailVerificationStage, LoginStage, PhoneVerificationStage
from django.shortcuts import redirect
from django.utils import timezone

from accounts.models import User
from accounts.queries import works_for_the_city
from accounts.sign_in.queries import has_second_factor, phone_suffices


class ProvePhone(PhoneVerificationStage):  # type: ignore[misc]  # the library is not typed
    """Asks to prove the phone number at sign-up, and when it is what the person signs in with."""

    def handle(self) -> tuple[Any, bool]:
        """Return the page to show, if any, and whether to go on."""
        if self.login.user and self.login.email and not self.login.signup:
            return None, True
        return super().handle()  # type: ignore[no-any-return]


class ProveEmail(EmailVerificationStage):  # type: ignore[misc]
    """Asks to prove the e-mail address likewise; who has none, or signs in by phone, is not asked."""

    def handle(self) -> tuple[Any, bool]:
        """Return the page to show, if any, and whether to go on."""
        user: User | None = self.login.user
        if user is not None and not self._wanted(user):
            return None, True
        return super().handle()  # type: ignore[no-any-return]

    def _wanted(self, user: User) -> bool:
        if self.login.signup:
            return bool(user.email)
        return bool(self.login.email) or user.phone_verified_at is None


class ProveMore(LoginStage):  # type: ignore[misc]
    """Asks for another proof who signs in by nothing but a code to a number that is not enough by itself."""

    key = "prove_more"
    urlname = "prove-more"

    def handle(self) -> tuple[Any, bool]:
        """Return the page to show, if any, and whether to go on."""
        user: User | None = self.login.user
        if user is None or self._has_other_proof(user) or phone_suffices(user, now=timezone.now()):
            return None, True
        return redirect(self.urlname), True

    def _has_other_proof(self, user: User) -> bool:
        records = get_authentication_records(self.request, user)
        by_phone = [record for record in records if record["method"] == "code" and record.get("phone")]
        return len(records) > len(by_phone) or not by_phone


class SetUpSecondFactor(LoginStage):  # type: ignore[misc]
    """Lets who works for an agency and has no second factor do nothing but set one up."""

    key = "set_up_second_factor"
    urlname = "set-up-second-factor"

    def handle(self) -> tuple[Any, bool]:
        """Return the page to show, if any, and whether to go on."""
        user: User | None = self.login.user
        if user is None or has_second_factor(user.pk) or not works_for_the_city(user.pk):
            return None, True
        return redirect(self.urlname), True
