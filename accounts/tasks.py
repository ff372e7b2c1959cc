"""Housekeeping of sign-in. The tasks may run at any time, and again."""

from celery import shared_task
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.provider.clients import forget_used_assertions
from accounts.provider.keys import rotate
from accounts.provider.operations import forget_expired
from accounts.sign_in import operations as sign_ins
from superapp.http.batches import delete_in_batches


@shared_task
def forget_expired_tokens() -> None:
    """Delete codes and tokens that can no longer be used: every refresh leaves some behind."""
    forget_expired(now=timezone.now())
    forget_used_assertions(now=timezone.now())


@shared_task
def forget_expired_sessions() -> None:
    """End the sign-ins that ran out, batch by batch, and delete old history and the browsers' sessions."""
    now = timezone.now()
    while sign_ins.end_lapsed(now=now):
        pass
    while sign_ins.forget_old(now=now):
        pass
    delete_in_batches(Session.objects.filter(expire_date__lt=now))


@shared_task
def rotate_signing_keys() -> None:
    """Publish the next signing key when the newest is old enough."""
    rotate(older_than=settings.SIGNING_KEY_AGE, now=timezone.now())
