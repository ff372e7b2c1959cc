"""Each time that a person signed in: with what, in which browser, and whether it lasts."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Ending(models.TextChoices):
    """Why a sign-in ended."""

    PERSON = "person", _("You signed out")
    REMOTE = "remote", _("You signed out from another device")
    NOT_ME = "not_me", _("You said that this was not you")
    CLIENT = "client", _("You signed out at an agency's site")
    PASSWORD = "password", _("The password was changed")
    EXPIRED = "expired", _("It ran out")
    DEACTIVATED = "deactivated", _("The account was closed")
    RECOVERED = "recovered", _("The account was opened again at a counter")


class SignIn(models.Model):
    """One sign-in of one person in one browser; its id is the `sid` of ID tokens and logout tokens.

    It lasts from the first proof to its ending, however often the browser's session key changes and whatever
    else the person proves meanwhile. `methods` are the values of `amr` (RFC 8176): `pwd`, `otp`, `sms`, `mfa`, ...
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sign_ins")
    began_at = models.DateTimeField()
    proved_at = models.DateTimeField(help_text="when the person last proved who they are: `auth_time`")
    methods = ArrayField(models.CharField(max_length=20), default=list)
    address = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=300, blank=True)
    seen_at = models.DateTimeField(help_text="to within five minutes")
    staff = models.BooleanField(default=False, help_text="of somebody who works for the city: ends sooner")
    ended_at = models.DateTimeField(null=True)
    ending = models.CharField(max_length=12, choices=Ending.choices, blank=True)

    class Meta:
        indexes = (
            models.Index(fields=("person", "-began_at", "-id"), name="sign_in_history"),
            models.Index(fields=("person",), name="sign_in_living", condition=models.Q(ended_at=None)),
            models.Index(fields=("staff", "seen_at"), name="sign_in_lapsing", condition=models.Q(ended_at=None)),
            models.Index(fields=("began_at",), name="sign_in_oldest"),
        )

    def __str__(self) -> str:
        return f"{self.person_id} {self.began_at}"


class FailedTry(models.Model):
    """Tries to sign in to an account that failed: those from one address and browser within an hour are one row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="failed_tries")
    began_at = models.DateTimeField()
    latest_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=1)
    address = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = (
            models.Index(fields=("person", "-began_at", "-id"), name="failed_try_history"),
            models.Index(fields=("began_at",), name="failed_try_oldest"),
        )

    def __str__(self) -> str:
        return f"{self.person_id} {self.began_at}"


class PhoneChange(models.Model):
    """A proved number that another one replaced. Until `cools_until` the new one is enough for nothing by itself, and
    who reads messages to the old contact can stop it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="phone_changes")
    previous = models.CharField(max_length=16, help_text="E.164")
    previous_verified_at = models.DateTimeField()
    current = models.CharField(max_length=16, help_text="E.164")
    changed_at = models.DateTimeField()
    cools_until = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=("person", "-cools_until"), name="phone_change_cooling"),)

    def __str__(self) -> str:
        return f"{self.person_id} {self.changed_at}"
