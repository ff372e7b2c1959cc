"""Who a person is to the city, and which programs may speak for a person."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import AbstractApplication

from accounts.redirects import is_loopback, redirect_allowed


class Assurance(models.TextChoices):
    """How sure the city is of who a person is, weakest first."""

    BASIC = "basic", _("Phone or e-mail proved")
    VERIFIED = "verified", _("Matched by the population registry")
    IN_PERSON = "in_person", _("Proved at a counter")

    def covers(self, required: str) -> bool:
        """Return whether this assurance is at least `required`."""
        return _RANKS[self] >= _RANKS[required]


_RANKS: dict[str, int] = {each: rank for rank, each in enumerate(Assurance)}


class Kind(models.TextChoices):
    """What somebody is to the city. Only a person signs in; for a dependant or an organisation somebody acts.

    A synthetic account is nobody: it tries agencies' sites out, and is in no list or figure of residents.
    """

    PERSON = "person", _("Person")
    DEPENDANT = "dependant", _("Dependant")
    ORGANISATION = "organisation", _("Organisation")
    SYNTHETIC = "synthetic", _("Made up, for tests of sites")


class UserManager(BaseUserManager["User"]):
    """Makes people; they are known by e-mail or phone, never by a user name."""

    def create_user(self, *, password: str | None = None, email: str | None = None, **fields: Any) -> "User":
        """Create a person with an e-mail address, a phone number (`phone`, E.164), or both."""
        user = self.model(email=self.normalize_email(email).lower() if email else None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the person with this e-mail address, whatever its capitals."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):  # type: ignore[django-manager-missing]  # of an untyped library
    """One person: a resident, and perhaps also an officer by membership of an agency.

    A dependant child and an organisation are rows here, too, so that applications and documents can be theirs; they
    have no address and no password, and so can never sign in.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.PERSON)
    email = models.EmailField(null=True, blank=True)
    phone = models.CharField(max_length=16, null=True, blank=True, unique=True, help_text="E.164")
    phone_verified_at = models.DateTimeField(null=True, blank=True)
    full_name = models.CharField(max_length=150, blank=True)
    language = models.CharField(max_length=2, default="id")
    assurance = models.CharField(max_length=10, choices=Assurance.choices, default=Assurance.BASIC)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False, help_text="Runs the platform. OPD staff are members of an agency.")
    date_joined = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = (
            models.UniqueConstraint(Lower("email"), name="accounts_user_email_ci"),
            models.CheckConstraint(
                condition=models.Q(email__isnull=False)
                | models.Q(phone__isnull=False)
                | models.Q(is_active=False)
                | ~models.Q(kind="person"),
                name="accounts_user_reachable",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="person")
                | models.Q(kind="synthetic", phone=None, password__startswith="!")  # noqa: S106 - no password
                | models.Q(email=None, phone=None, password__startswith="!"),  # noqa: S106 - no password
                name="accounts_user_only_people_sign_in",
            ),
        )
        # Names have no language: no stemming, each word found by its beginning (queries.people_named).
        indexes = (GinIndex(SearchVector("full_name", config="simple"), name="accounts_user_by_name"),)

    def __str__(self) -> str:
        return self.full_name or str(self.id)


class ClientAuthentication(models.TextChoices):
    """How a client proves who it is to the provider's endpoints (OpenID Core, section 9)."""

    NONE = "none", _("Not at all: an app on a person's device")
    SECRET = "client_secret", _("With its secret, in the header or in the body")
    BASIC = "client_secret_basic", _("With its secret, in the header")
    POST = "client_secret_post", _("With its secret, in the body")
    PRIVATE_KEY = "private_key_jwt", _("With an assertion signed by its own key")


class ClientState(models.TextChoices):
    """Whom a client may sign in."""

    SANDBOX = "sandbox", _("Being tried out: its testers only")
    PRODUCTION = "production", _("Every resident")
    CLOSED = "closed", _("Nobody any more")


class RelyingParty(AbstractApplication):  # type: ignore[misc]  # the library is not typed
    """A client of the city's OpenID provider: the mobile app, an agency's web system, a service account.

    `resources` are the absolute URIs of the APIs that its tokens may be meant for (RFC 8707); with none listed its
    tokens are for the city's own API. After a change of the secret the one before stays valid until
    `earlier_secret_until`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    allowed_scopes = ArrayField(models.CharField(max_length=50), default=list)
    agency_code = models.CharField(max_length=30, blank=True)
    token_endpoint_auth_method = models.CharField(
        max_length=20, choices=ClientAuthentication.choices, default=ClientAuthentication.SECRET
    )
    earlier_secret = models.CharField(max_length=255, blank=True)
    earlier_secret_until = models.DateTimeField(null=True)
    jwks = models.JSONField(null=True, help_text="the client's public keys, a JWK Set (RFC 7517)")
    jwks_uri = models.URLField(max_length=500, blank=True, help_text="where the client publishes them instead")
    resources = ArrayField(models.CharField(max_length=300), default=list)
    backchannel_logout_uri = models.URLField(max_length=500, blank=True)
    backchannel_logout_session_required = models.BooleanField(default=True)
    state = models.CharField(max_length=10, choices=ClientState.choices, default=ClientState.PRODUCTION)
    testers = ArrayField(models.UUIDField(), default=list, help_text="ids of the people who may sign in meanwhile")

    class Meta(AbstractApplication.Meta):  # type: ignore[misc]
        swappable = "OAUTH2_PROVIDER_APPLICATION_MODEL"

    def is_usable(self, request: Any) -> bool:
        """Return whether the client may use the provider at all."""
        return self.state != ClientState.CLOSED

    def redirect_uri_allowed(self, uri: str) -> bool:
        """Return whether a code may be sent to `uri`.

        Registered to the letter, but for the port of a loopback address (RFC 8252, section 7.3), and never
        plain http beyond this machine.
        """
        if not redirect_allowed(uri):
            return False
        return uri in self.redirect_uris.split() or (is_loopback(uri) and bool(super().redirect_uri_allowed(uri)))
