"""Who may act for whom: how far, until when, on which ground of the law, and what became of it."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Relation(models.TextChoices):
    """What the agent is to the one represented."""

    CHILD = "child", _("Parent of a child under 18")
    GUARDIAN = "guardian", _("Guardian appointed by a court")
    RELATIVE = "relative", _("Trusted by an adult")
    COMPANY = "company", _("Director or staff of a company")


class State(models.TextChoices):
    PROPOSED = "proposed", _("Waiting")
    ACTIVE = "active", _("In force")
    ENDED = "ended", _("Ended")


class Awaiting(models.TextChoices):
    """Whose answer a proposed mandate waits for."""

    AGENT = "agent", _("whoever is to act")
    OFFICER = "officer", _("an officer at the counter")


class Evidence(models.TextChoices):
    """How it was established that the mandate is true."""

    NONE = "", _("Not established yet")
    REGISTRY = "registry", _("Same family card in the population registry")
    CONSENT = "consent", _("Given from the person's own account")
    OFFICER = "officer", _("Papers seen by an officer")
    DELEGATION = "delegation", _("Given by a director of the company")
    NIB = "nib", _("Named as a director in the register of business licences")


class Ending(models.TextChoices):
    PRINCIPAL = "principal", _("Taken back by whoever gave it")
    AGENT = "agent", _("Laid down by whoever acted")
    DECLINED = "declined", _("Declined")
    OFFICER = "officer", _("Ended by an officer")
    EXPIRED = "expired", _("It ran out")
    OF_AGE = "of_age", _("The child came of age")
    MARRIED = "married", _("The child married")
    GUARDIAN = "guardian", _("Somebody else became the guardian")
    DELEGATOR = "delegator", _("The mandate that it came from ended")


class Mandate(models.Model):
    """One person (`agent`) may act for another (`principal`): a child, an adult, an organisation.

    `scopes` are the API's; `services` are slugs or categories of the catalogue, none for all that may be applied for
    on another's behalf. It holds while `state` is `active` and `expires_at` lies ahead, whether or not somebody has
    written down its ending yet. `version` counts its changes.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    principal = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mandates_given")
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="mandates_held"
    )
    invited = models.CharField(max_length=254, blank=True, help_text="the address by which the agent was named")
    kind = models.CharField(max_length=10, choices=Relation.choices)
    scopes = ArrayField(models.CharField(max_length=50))
    services = ArrayField(models.CharField(max_length=80), default=list)
    state = models.CharField(max_length=10, choices=State.choices)
    awaiting = models.CharField(max_length=10, choices=Awaiting.choices, blank=True)
    basis = models.CharField(max_length=200, help_text="law and article")
    evidence = models.CharField(max_length=12, choices=Evidence.choices, blank=True)
    source = models.CharField(max_length=40, blank=True, help_text="the registry that said so, if one did")
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    delegated_from = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="delegations")
    created_at = models.DateTimeField()
    starts_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ending = models.CharField(max_length=10, choices=Ending.choices, blank=True)
    reason = models.CharField(max_length=500, blank=True, help_text="why an officer ended it")
    renewal_until = models.DateTimeField(null=True, help_text="asked for by one side, for the other to accept")
    renewal_by = models.CharField(max_length=10, blank=True, help_text="agent or principal")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(renewal_until=None, renewal_by="") | Q(state="active") & ~Q(renewal_by=""),
                name="mandates_renewal",
            ),
            models.CheckConstraint(condition=~Q(principal=F("agent")), name="mandates_for_another"),
            models.CheckConstraint(
                condition=Q(state="proposed", starts_at=None, ended_at=None) & ~Q(awaiting="")
                | Q(state="active", awaiting="", ended_at=None, starts_at__isnull=False, agent__isnull=False)
                & ~Q(evidence="")
                | Q(state="ended", awaiting="", ended_at__isnull=False) & ~Q(ending=""),
                name="mandates_state",
            ),
            models.UniqueConstraint(
                fields=("principal", "agent"), name="mandates_once_at_a_time", condition=~Q(state="ended")
            ),
        )
        indexes = (
            models.Index(fields=("agent", "-created_at", "-id"), name="mandates_held"),
            models.Index(fields=("principal", "-created_at", "-id"), name="mandates_given"),
            models.Index(fields=("expires_at",), name="mandates_running_out", condition=~Q(state="ended")),
        )

    def __str__(self) -> str:
        return f"{self.agent_id} for {self.principal_id}"


class Change(models.Model):
    """One line of a mandate's history: what changed, by whom, into what."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mandate = models.ForeignKey(Mandate, on_delete=models.CASCADE, related_name="changes", db_index=False)
    version = models.PositiveIntegerField()
    what = models.CharField(max_length=12, help_text="proposed, begun, renewal, renewed, ended")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    role = models.CharField(max_length=10, help_text="principal, agent, officer, system")
    data = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("mandate", "version"), name="mandates_change_once"),)

    def __str__(self) -> str:
        return f"{self.mandate_id} #{self.version} {self.what}"


class Dependant(models.Model):
    """A child who is represented. The NIK itself is not kept: `nik_index` (keyed HMAC) knows it again, so that both
    parents act for one account and an officer can compare it with the papers.

    `claimed_by` proved the NIK from an account of their own; at `claimed_at`, of age, they took over.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="dependant"
    )
    birth_date = models.DateField()
    nik_index = models.CharField(max_length=64, unique=True)
    emancipated_at = models.DateTimeField(null=True, help_text="when an officer recorded the child's marriage")
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="childhoods"
    )
    claimed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.person_id)


class Organisation(models.Model):
    """A company or institution that is represented, by its business identification number."""

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="organisation"
    )
    nib = models.CharField(max_length=13, unique=True, help_text="13 digits (PP 5/2021, art. 1)")
    npwp = models.CharField(max_length=16, blank=True, help_text="15 or 16 digits")

    def __str__(self) -> str:
        return self.nib


class ActingToken(models.Model):
    """An access token in which somebody acts for another, and by which mandate: read with the token on every call.

    Its row goes with the token's, by the database itself, however the token is deleted.
    """

    access_token = models.OneToOneField(
        "oauth2_provider.AccessToken", on_delete=models.DO_NOTHING, primary_key=True, db_constraint=False
    )
    mandate = models.ForeignKey(Mandate, on_delete=models.CASCADE, related_name="tokens")

    def __str__(self) -> str:
        return f"token by {self.mandate_id}"
