"""What the libraries tell of signing in and out, written down."""

from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.account.signals import authentication_step_completed, login_code_rejected
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed, authenticator_added
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User
from accounts.sign_in import browsers, failures, operations
from accounts.sign_in.models import Ending
from accounts.sign_in.proofs import methods_of
from accounts.sign_in.queries import SESSION_KEY, current_id


@receiver(user_logged_in)
def _begin(request: HttpRequest, user: User, **_told: Any) -> None:
    """Begin a sign-in; one of the same browser that still lasts is over."""
    now = timezone.now()
    if earlier := current_id(request):
        operations.end(person_id=user.pk, sign_in_id=earlier, ending=Ending.PERSON, now=now)
    begun = operations.begin(
        person_id=user.pk,
        methods=methods_of(get_authentication_records(request, user)),
        address=failures.address_of(request),
        user_agent=request.META.get("HTTP_USER_AGENT", ""),
        new_browser=browsers.known_as(request, user, now=now) is None,
        now=now,
    )
    request.session[SESSION_KEY] = str(begun.pk)
    browsers.remember(request, user, now=now)
    for record in get_authentication_records(request, user):
        if record["method"] == "code" and record.get("phone"):
            operations.renew_phone(person_id=user.pk, phone=record["phone"], now=now)


@receiver(authentication_step_completed)
def _prove(request: HttpRequest, user: User, **_told: Any) -> None:
    """Add a proof to the sign-in that lasts: the person was asked again."""
    if request.user.is_authenticated and request.user.pk == user.pk and (sign_in := current_id(request)):
        proofs = methods_of(get_authentication_records(request, user))
        operations.prove(sign_in_id=sign_in, methods=proofs, now=timezone.now())


@receiver(user_logged_out)
def _end(request: HttpRequest, user: User | None, **_told: Any) -> None:
    if user is not None and (sign_in := current_id(request)):
        operations.end(person_id=user.pk, sign_in_id=sign_in, ending=Ending.PERSON, now=timezone.now())


@receiver((login_code_rejected, authentication_failed))
def _fail(request: HttpRequest, user: User, **_told: Any) -> None:
    failures.note(request, user.pk)


@receiver(authenticator_added)
def _count_set_up(request: HttpRequest, user: User, authenticator: Authenticator, **_told: Any) -> None:
    """Count the setting up of a second factor as showing it: it took a code of the app, or the passkey itself."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type, reauthenticated=True)
