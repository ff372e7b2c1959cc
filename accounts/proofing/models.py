"""What proves who a person is: sealed numbers, checks with the registry, proofs, disputes, counters.

NIK and KK stand in `Sealed` alone, encrypted, and in `NumberMark` as keyed digests. No other column holds them.
"""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Assurance


class Kind(models.TextChoices):
    """What a sealed value is."""

    NIK = "nik", "NIK"
    KK = "kk", "KK"
    CLAIM = "claim", _("What a person says of themselves, not yet proved")


class Sealed(models.Model):
    """One value of one person under one key of the vault. Bound to person and kind: it opens nowhere else."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=5, choices=Kind.choices)
    key_id = models.CharField(max_length=60)
    value = models.TextField(help_text="an envelope of accounts.sealing")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("person", "kind"), condition=~models.Q(kind="claim"), name="proofing_one_number_each"
            ),
        )
        indexes = (models.Index(fields=("key_id", "id"), name="proofing_sealed_key"),)

    def __str__(self) -> str:
        return f"{self.kind} of {self.person_id}"


class NumberMark(models.Model):
    """The keyed digest (HMAC-SHA-256) of a number in the vault: finds it, tells nothing of it.

    While an index key is replaced each number has a mark under both, so that it is unique under either.
    """

    sealed = models.ForeignKey(Sealed, on_delete=models.CASCADE, related_name="marks")
    kind = models.CharField(max_length=5, choices=Kind.choices)
    key_id = models.CharField(max_length=60)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("key_id", "digest"), condition=models.Q(kind="nik"), name="proofing_one_account_per_nik"
            ),
            models.UniqueConstraint(fields=("sealed", "key_id"), name="proofing_one_mark_per_key"),
        )
        indexes = (models.Index(fields=("digest",), name="proofing_mark_digest"),)

    def __str__(self) -> str:
        return f"{self.kind} under {self.key_id}"


class Check(models.Model):
    """One submission of a person to the population registry, and what became of it."""

    class State(models.TextChoices):
        PENDING = "pending", _("Being checked")
        MATCHED = "matched", _("Matches")
        MISMATCHED = "mismatched", _("Does not match")
        TAKEN = "taken", _("Held by another account")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="identity_checks")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    claim = models.ForeignKey(Sealed, on_delete=models.SET_NULL, null=True, help_text="gone once it is settled")
    digest = models.CharField(max_length=64, help_text="of the NIK: counts the tries for one number")
    source = models.CharField(max_length=40, blank=True, help_text="which registry answered")
    results = models.JSONField(default=dict, help_text='{"nik": "match", ...}; never the values')
    requested_at = models.DateTimeField()
    held_until = models.DateTimeField(help_text="whoever asks now has until then; the worker waits")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("person",), condition=models.Q(state="pending"), name="proofing_one_check_at_a_time"
            ),
        )
        indexes = (
            models.Index(fields=("person", "-requested_at"), name="proofing_checks_mine"),
            models.Index(fields=("digest", "requested_at"), name="proofing_checks_of_number"),
        )

    def __str__(self) -> str:
        return f"{self.state} for {self.person_id}"


class RegistryDay(models.Model):
    """How often the registry was asked on one day: its quota is the city's."""

    date = models.DateField(primary_key=True)
    asked = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.date}: {self.asked}"


class Dispute(models.Model):
    """Somebody says that a NIK that another account holds is theirs; an officer decides, who is neither."""

    class State(models.TextChoices):
        OPEN = "open", _("Being decided")
        CLAIMANT = "claimant", _("Decided for who claimed it")
        HOLDER = "holder", _("Decided for who holds it")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    claimant = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="identity_claims")
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="identity_disputes")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    claim = models.ForeignKey(Sealed, on_delete=models.SET_NULL, null=True)
    results = models.JSONField(default=dict, help_text="what the registry said of the claimant's data")
    statement = models.TextField()
    opened_at = models.DateTimeField()
    answer_until = models.DateTimeField(help_text="before it, only with the holder's answer is it decided")
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    officer_name = models.CharField(max_length=150, blank=True)
    agency_name = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("claimant",), condition=models.Q(state="open"), name="proofing_one_dispute_at_a_time"
            ),
        )
        indexes = (
            models.Index(fields=("opened_at", "id"), condition=models.Q(state="open"), name="proofing_disputes_open"),
        )

    def __str__(self) -> str:
        return f"{self.state} {self.id}"


class CounterCode(models.Model):
    """The code that a resident shows at a counter: once, for some minutes. Kept as a keyed digest."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True)
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"of {self.person_id}"


class BeforeTwoOfficers(models.Model):
    """What one officer begins at a counter and another confirms. Their names stay when they leave."""

    class Document(models.TextChoices):
        KTP_EL = "ktp_el", _("Identity card (KTP-el)")
        IKD = "ikd", _("Digital identity (IKD)")
        PASSPORT = "passport", _("Passport")
        BIOMETRIC = "biometric", _("Fingerprint or iris at the registry's reader")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    document = models.CharField(max_length=10, choices=Document.choices)
    started_at = models.DateTimeField()
    expires_at = models.DateTimeField(help_text="unconfirmed until then, it lapses")
    first = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    first_name = models.CharField(max_length=150)
    first_agency = models.CharField(max_length=200)
    second = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    second_name = models.CharField(max_length=150, blank=True)
    second_agency = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class CounterProofing(BeforeTwoOfficers):
    """A resident proves who they are at a counter, before two officers."""

    class State(models.TextChoices):
        STARTED = "started", _("Waiting for the second officer")
        CONFIRMED = "confirmed", _("Confirmed")
        REJECTED = "rejected", _("Rejected")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="counter_proofings")
    state = models.CharField(max_length=10, choices=State.choices, default=State.STARTED)
    claim = models.ForeignKey(Sealed, on_delete=models.SET_NULL, null=True)
    reason = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("person",), condition=models.Q(state="started"), name="proofing_one_counter_at_a_time"
            ),
            models.CheckConstraint(
                condition=~models.Q(first=models.F("second")) & ~models.Q(first=models.F("person"))
                | models.Q(first=None),
                name="proofing_two_officers",
            ),
        )
        indexes = (
            models.Index(
                fields=("started_at", "id"), condition=models.Q(state="started"), name="proofing_counter_waiting"
            ),
        )

    def __str__(self) -> str:
        return f"{self.state} for {self.person_id}"


class Recovery(BeforeTwoOfficers):
    """A person who lost every way into their account, or whose number another account holds, at a counter.

    `person` is the account: the one that is opened again by `contact`, or the one that loses it. Two officers, as in
    person; whoever shows the code that was sent to the contact holds it.
    """

    class Kind(models.TextChoices):
        REOPEN = "reopen", _("Open the account again by this number or address")
        FREE = "free", _("Free this number or address from the account that holds it")

    class State(models.TextChoices):
        CODE = "code", _("Waiting for the code")
        STARTED = "started", _("Waiting for the second officer")
        CONFIRMED = "confirmed", _("Confirmed")
        REJECTED = "rejected", _("Rejected")

    kind = models.CharField(max_length=6, choices=Kind.choices)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recoveries")
    state = models.CharField(max_length=10, choices=State.choices, default=State.CODE)
    contact = models.CharField(max_length=254, help_text="E.164, or an e-mail address")
    former = ArrayField(models.CharField(max_length=254), default=list, help_text="contacts of the account till then")
    guesses = models.PositiveSmallIntegerField(default=0)
    reason = models.TextField()
    refusal = models.TextField(blank=True)
    closed = models.BooleanField(default=False, help_text="freeing it left the account without a way in")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("person",),
                condition=models.Q(state__in=("code", "started")),
                name="proofing_one_recovery_at_a_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(first=models.F("second")) & ~models.Q(first=models.F("person"))
                | models.Q(first=None),
                name="proofing_recovery_two_officers",
            ),
        )
        indexes = (
            models.Index(
                fields=("started_at", "id"), condition=models.Q(state="started"), name="proofing_recovery_waiting"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.state} for {self.person_id}"


class Proof(models.Model):
    """Why a person has the assurance that they have. Ended when a dispute takes it away; never deleted before."""

    class How(models.TextChoices):
        REGISTRY = "registry", _("Matched by the population registry")
        COUNTER = "counter", _("Two officers at a counter")
        DISPUTE = "dispute", _("An officer decided a dispute")
        LOADED = "loaded", _("Entered by the city")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="proofs")
    how = models.CharField(max_length=10, choices=How.choices)
    assurance = models.CharField(max_length=10, choices=Assurance.choices)
    source = models.CharField(max_length=40, blank=True)
    results = models.JSONField(default=dict, help_text='{"nik": "match", ...}; never the values')
    about = models.UUIDField(null=True, help_text="the check, counter proofing or dispute")
    proved_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=("person", "-proved_at"), name="proofing_proofs_mine"),)

    def __str__(self) -> str:
        return f"{self.assurance} of {self.person_id} by {self.how}"
