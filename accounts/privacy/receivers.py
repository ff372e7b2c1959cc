"""Who signs in while their account waits to be erased has changed their mind."""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.utils import timezone

from accounts.models import User
from accounts.privacy.operations.deletion import cancel_deletion


@receiver(user_logged_in)
def _stay(user: User, **_told: Any) -> None:
    cancel_deletion(person_id=user.pk, now=timezone.now())
