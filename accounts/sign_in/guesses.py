"""A code that was sent may be guessed three times, however many tries come at the same moment.

The library counts in the session, which requests at the same moment all read before one of them writes.
"""

from typing import Any, Final

from allauth.account.adapter import get_adapter
from allauth.account.forms import (
    ConfirmEmailVerificationCodeForm,
    ConfirmLoginCodeForm,
    ConfirmPasswordResetCodeForm,
    VerifyPhoneForm,
)
from allauth.core import context as current
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

__all__ = ["CODE_SECONDS", "GUESSES", "take_guess"]

GUESSES: Final = 3
CODE_SECONDS: Final = 600


def take_guess(request: HttpRequest, code: str) -> bool:
    """Return whether this browser may try once more at `code`, a code or what is kept of it."""
    of = salted_hmac(__name__, f"{request.session.session_key}:{code}", algorithm="sha256").hexdigest()
    return any(cache.add(f"guess:{of}:{number}", 1, timeout=CODE_SECONDS) for number in range(GUESSES))


class _Guessed:
    def clean_code(self) -> str:
        """Return the code, if it is the one that was sent."""
        expected: Any = self.expected_code  # type: ignore[attr-defined]
        if not take_guess(current.request, expected or ""):
            raise get_adapter().validation_error("incorrect_code")
        return super().clean_code()  # type: ignore[misc,no-any-return]


class LoginCodeForm(_Guessed, ConfirmLoginCodeForm):  # type: ignore[misc]  # the library is not typed
    """Takes the code that signs in."""


class ResetCodeForm(_Guessed, ConfirmPasswordResetCodeForm):  # type: ignore[misc]
    """Takes the code of who forgot the password."""


class EmailCodeForm(_Guessed, ConfirmEmailVerificationCodeForm):  # type: ignore[misc]
    """Takes the code that proves an e-mail address."""


class PhoneCodeForm(_Guessed, VerifyPhoneForm):  # type: ignore[misc]
    """Takes the code that proves a number."""
