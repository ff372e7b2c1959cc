"""What a person let a client do, and on what proof: the facts behind every code and token."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models


class Authorization(models.Model):
    """One answer of a person to one client's authorization request: all codes and tokens that come of it.

    Its id is the `token_family` of its refresh tokens. `auth_time`, `methods` (`amr`) and `assurance` (`acr`) are
    those of the moment in which the code was given, and stay true however else the person signs in later.
    A token in which one person acts for another (RFC 8693) has `person` as its `sub` and `actor` as its `act`;
    `mandate_id` is what allows it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="authorizations")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="authorizations_as_actor"
    )
    mandate_id = models.UUIDField(null=True)
    client = models.ForeignKey(
        settings.OAUTH2_PROVIDER_APPLICATION_MODEL, on_delete=models.CASCADE, related_name="authorizations"
    )
    sign_in = models.ForeignKey("accounts_sign_in.SignIn", on_delete=models.SET_NULL, null=True)
    scopes = ArrayField(models.CharField(max_length=50), default=list)
    claims = models.JSONField(default=dict, help_text="the `claims` parameter (OpenID Core, section 5.5)")
    auth_time = models.DateTimeField()
    methods = ArrayField(models.CharField(max_length=20), default=list)
    assurance = models.CharField(max_length=10)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, help_text="when a mandate ends it")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=("person", "client"), name="authorization_living", condition=models.Q(ended_at=None)),
            models.Index(fields=("sign_in",), name="authorization_sign_in"),
            models.Index(fields=("mandate_id",), name="authorization_mandate"),
        )

    def __str__(self) -> str:
        return f"{self.person_id} at {self.client_id}"


class SigningKey(models.Model):
    """A key that signs ID tokens and logout tokens, and the dates between which it does.

    Clients see it from `published_at` on and may cache it before it signs, from `signs_from` until the next key does.
    It stays published, to verify what it signed, until `leaves_at`. The private part is sealed, and destroyed when the
    key no longer signs.
    """

    kid = models.CharField(max_length=64, primary_key=True, help_text="its thumbprint (RFC 7638)")
    public = models.JSONField(help_text="JWK (RFC 7517)")
    sealed = models.TextField(blank=True)
    published_at = models.DateTimeField()
    signs_from = models.DateTimeField(unique=True)
    leaves_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.kid


class UsedAssertion(models.Model):
    """A client's signed assertion that was accepted, kept until it would have expired: it is good for one use."""

    client = models.ForeignKey(settings.OAUTH2_PROVIDER_APPLICATION_MODEL, on_delete=models.CASCADE)
    jti = models.CharField(max_length=64, help_text="SHA-256 of its `jti`")
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("client", "jti"), name="assertion_once"),)

    def __str__(self) -> str:
        return self.jti
