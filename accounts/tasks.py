"""Housekeeping of sign-in. Both tasks may run at any time, and again."""

from importlib import import_module

from celery import shared_task
from django.conf import settings

from accounts import operations


@shared_task
def forget_expired_tokens() -> None:
    """Delete codes and tokens that can no longer be used: every refresh leaves some behind."""
    operations.forget_expired_tokens()


@shared_task
def forget_expired_sessions() -> None:
    """Delete sessions that have run out."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
