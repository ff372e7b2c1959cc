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
    code_checksum = models.CharField(max_length=64, null=True, unique=True, help_text="SHA-256 of its first code")
    used_checksum = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the refresh token used last")
    answer = models.TextField(blank=True, help_text="what it was answered, sealed with that token")
    answered_at = models.DateTimeField(null=True)

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


class AuthorizedToken(models.Model):
    """Which authorization an access token came of. Tokens of programs that speak for themselves have none."""

    access_token = models.OneToOneField(
        "oauth2_provider.AccessToken", on_delete=models.CASCADE, primary_key=True, related_name="issued"
    )
    authorization = models.ForeignKey(Authorization, on_delete=models.CASCADE, related_name="access_tokens")

    def __str__(self) -> str:
        return str(self.authorization_id)


class Subject(models.Model):
    """By which name (`sub`) a person is known in one sector: the way back from a pairwise identifier."""

    subject = models.CharField(max_length=43, primary_key=True)
    sector = models.CharField(max_length=253)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="subjects")

    def __str__(self) -> str:
        return f"{self.person_id} in {self.sector}"


class ScopePurpose(models.Model):
    """For what a client wants a scope, and by which law: shown on the consent page (UU 27/2022, art. 20 and 21)."""

    client = models.ForeignKey(
        settings.OAUTH2_PROVIDER_APPLICATION_MODEL, on_delete=models.CASCADE, related_name="scope_purposes"
    )
    scope = models.CharField(max_length=50)
    purpose = models.JSONField(help_text='in plain words: {"id": ..., "en": ...}')
    basis = models.CharField(max_length=200, help_text="the legal basis: law and article")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("client", "scope"), name="provider_purpose_once"),)

    def __str__(self) -> str:
        return f"{self.client_id} {self.scope}"


class Consent(models.Model):
    """What a person agreed to, in the words that they saw: the receipt (UU 27/2022, art. 22 and 24).

    A client that needs no consent (`basis` is then `public_task`) has a row of what it may do, too, so that the ground
    of every processing is recorded. `wording` is `[{"scope", "text", "purpose", "basis", "version"}]`, and
    `wording_hash` its SHA-256.
    """

    class Basis(models.TextChoices):
        CONSENT = "consent", "consent"
        PUBLIC_TASK = "public_task", "public task"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="consents")
    client = models.ForeignKey(
        settings.OAUTH2_PROVIDER_APPLICATION_MODEL, on_delete=models.CASCADE, related_name="consents"
    )
    authorization = models.ForeignKey(Authorization, on_delete=models.SET_NULL, null=True, related_name="consents")
    basis = models.CharField(max_length=12, choices=Basis.choices)
    scopes = ArrayField(models.CharField(max_length=50), default=list)
    claims = ArrayField(models.CharField(max_length=50), default=list)
    language = models.CharField(max_length=2)
    wording = models.JSONField()
    wording_hash = models.CharField(max_length=64)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=("person", "client"), name="provider_consents"),)

    def __str__(self) -> str:
        return f"{self.person_id} to {self.client_id}"


class Release(models.Model):
    """Personal data told to a client: one line per authorization, endpoint and set of claims, counted."""

    class Endpoint(models.TextChoices):
        ID_TOKEN = "id_token", "ID token"
        USERINFO = "userinfo", "UserInfo"

    id = models.BigAutoField(primary_key=True)
    authorization = models.ForeignKey(Authorization, on_delete=models.CASCADE, related_name="releases")
    endpoint = models.CharField(max_length=8, choices=Endpoint.choices)
    claims = ArrayField(models.CharField(max_length=50))
    count = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()
    latest_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("authorization", "endpoint", "claims"), name="provider_release_once"),
        )

    def __str__(self) -> str:
        return f"{self.endpoint} of {self.authorization_id}"
