"""Shapes of proving who one is."""

from typing import Any

from rest_framework import serializers

from accounts.models import Assurance
from accounts.names import validate_name
from accounts.proofing.models import Check, CounterProofing, Dispute, Proof, Recovery
from accounts.proofing.numbers import is_number
from superapp.http.exact import Exact


def _number(text: str) -> None:
    if not is_number(text):
        raise serializers.ValidationError("16 digits.", code="format")


class IdentityIn(Exact):
    """What stands on the family card and the identity card."""

    nik = serializers.CharField(validators=[_number], help_text="16 digits.")
    kk = serializers.CharField(validators=[_number], help_text="Number of the family card, 16 digits.")
    full_name = serializers.CharField(max_length=150, validators=[validate_name])
    birth_date = serializers.DateField()


class CheckOut(serializers.Serializer[Any]):
    """A submission to the registry. `pending`: it does not answer now; a notice tells the result."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=Check.State.values)
    requested_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)


class CounterOut(serializers.Serializer[Any]):
    """A proofing at a counter: who did it, and what came of it."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=[*CounterProofing.State.values, "lapsed"])
    document = serializers.ChoiceField(choices=CounterProofing.Document.choices)
    started_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    first_officer = serializers.CharField()
    first_agency = serializers.CharField()
    second_officer = serializers.CharField(allow_blank=True)
    second_agency = serializers.CharField(allow_blank=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField(allow_blank=True)


class MyRecoveryOut(serializers.Serializer[Any]):
    """What was asked at a counter about the ways into an account: by whom, why, and what came of it.

    `reopen`: it is entered by the contact alone from then on. `free`: it no longer has the contact.
    """

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=Recovery.Kind.choices)
    state = serializers.ChoiceField(choices=[*Recovery.State.values, "lapsed"])
    contact = serializers.CharField()
    document = serializers.ChoiceField(choices=CounterProofing.Document.choices)
    reason = serializers.CharField()
    started_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    first_officer = serializers.CharField()
    first_agency = serializers.CharField()
    second_officer = serializers.CharField(allow_blank=True)
    second_agency = serializers.CharField(allow_blank=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    refusal = serializers.CharField(allow_blank=True)
    closed = serializers.BooleanField(help_text="Whether freeing it left the account without a way in.")


class IdentityOut(serializers.Serializer[Any]):
    """How surely the city knows who you are, and why. The NIK is masked."""

    assurance = serializers.ChoiceField(choices=Assurance.values)
    nik = serializers.CharField(allow_null=True)
    proved_at = serializers.DateTimeField(allow_null=True)
    how = serializers.ChoiceField(choices=Proof.How.choices, allow_null=True)
    source = serializers.CharField(allow_blank=True, help_text="`simulator`: invented residents, not the registry.")  # type: ignore[assignment]
    tries_left = serializers.IntegerField()
    check = CheckOut(allow_null=True)
    counter = CounterOut(allow_null=True)
    recoveries = MyRecoveryOut(many=True, help_text="The latest first, at most 50.")


class IdentityChecked(IdentityOut):
    """The same, after a submission."""

    warnings = serializers.ListField(
        child=serializers.ChoiceField(choices=["region", "birth_date", "serial"]),
        help_text="What is unusual in the NIK as typed; it was checked all the same.",
    )


class StatementIn(Exact):
    text = serializers.CharField(max_length=2000)


class DisputeOut(serializers.Serializer[Any]):
    """A dispute about a NIK, as one party sees it: the other is not named."""

    id = serializers.UUIDField()
    my_part = serializers.ChoiceField(choices=["claimant", "holder"])
    state = serializers.ChoiceField(choices=Dispute.State.values)
    statement = serializers.CharField(allow_blank=True)
    answer = serializers.CharField(allow_blank=True)
    opened_at = serializers.DateTimeField()
    answer_until = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    officer = serializers.CharField(allow_blank=True)
    agency = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(allow_blank=True)


class DisputesOut(serializers.Serializer[Any]):
    results = DisputeOut(many=True)


class CodeOut(serializers.Serializer[Any]):
    """A code to show at a counter, once."""

    code = serializers.CharField()
    expires_at = serializers.DateTimeField()


class AccountOut(serializers.Serializer[Any]):
    """How long an account is there, and what proves it."""

    since = serializers.DateTimeField()
    assurance = serializers.ChoiceField(choices=Assurance.values)
    how = serializers.ChoiceField(choices=Proof.How.choices, allow_null=True)
    proved_at = serializers.DateTimeField(allow_null=True)


class OfficeDisputeOut(serializers.Serializer[Any]):
    """A dispute as the officer sees it; numbers are masked."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=Dispute.State.values)
    nik = serializers.CharField(allow_null=True)
    kk = serializers.CharField(allow_null=True)
    full_name = serializers.CharField(allow_blank=True, help_text="As the claimant says; empty once it is decided.")
    birth_date = serializers.DateField(allow_null=True)
    claimant = serializers.CharField(allow_blank=True)
    claimant_account = AccountOut()
    holder = serializers.CharField(allow_blank=True)
    holder_account = AccountOut()
    registry = serializers.DictField(child=serializers.CharField())
    statement = serializers.CharField()
    answer = serializers.CharField(allow_blank=True)
    opened_at = serializers.DateTimeField()
    answer_until = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)
    decidable = serializers.BooleanField(help_text="Whether the holder has answered, or had the time to.")
    decided_at = serializers.DateTimeField(allow_null=True)
    officer = serializers.CharField(allow_blank=True, help_text="Who decided it.")
    agency = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(allow_blank=True)


class OfficeDisputeLine(serializers.Serializer[Any]):
    """A dispute in the queue; it names nobody."""

    id = serializers.UUIDField()
    opened_at = serializers.DateTimeField()
    answer_until = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)


class DecisionIn(Exact):
    winner = serializers.ChoiceField(choices=["claimant", "holder"])
    reason = serializers.CharField(max_length=2000, help_text="Both parties read it.")


class CounterIn(IdentityIn):
    """What the first officer reads from the documents before them."""

    code = serializers.CharField(max_length=20, help_text="As the resident shows it.")
    document = serializers.ChoiceField(choices=CounterProofing.Document.choices)


class OfficeCounterOut(CounterOut):
    """A proofing as officers see it: with the numbers masked."""

    full_name = serializers.CharField(allow_blank=True)
    birth_date = serializers.DateField(allow_null=True)
    nik = serializers.CharField(allow_null=True)
    kk = serializers.CharField(allow_null=True)


class OfficeCounterLine(serializers.Serializer[Any]):
    """One that waits for the second officer; it names no resident."""

    id = serializers.UUIDField()
    started_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    first_officer = serializers.CharField()
    first_agency = serializers.CharField()


class RefusalIn(Exact):
    reason = serializers.CharField(max_length=2000, help_text="The resident reads it.")


class RecoveryIn(Exact):
    """What the first officer enters of a person who cannot sign in."""

    kind = serializers.ChoiceField(
        choices=Recovery.Kind.choices,
        help_text="`reopen`: the account of this NIK is entered by the contact from now on. `free`: the account that "
        "holds the contact loses it.",
    )
    contact = serializers.CharField(max_length=254, help_text="Phone number or e-mail address of who stands there.")
    nik = serializers.CharField(
        required=False, default="", validators=[_number], help_text="16 digits, as on the document; for `reopen`."
    )
    document = serializers.ChoiceField(choices=CounterProofing.Document.choices)
    reason = serializers.CharField(max_length=2000, help_text="The account's person reads it.")

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        """Ask for the NIK by which an account is opened."""
        if said["kind"] == Recovery.Kind.REOPEN and not said["nik"]:
            raise serializers.ValidationError({"nik": serializers.ErrorDetail("16 digits.", code="required")})
        return said


class RecoveryCodeIn(Exact):
    code = serializers.CharField(max_length=12, help_text="As the person reads it out.")


class RecoveryLine(serializers.Serializer[Any]):
    """One that waits for the second officer; it names nobody."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=Recovery.Kind.choices)
    started_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    first_officer = serializers.CharField(source="first_name")
    first_agency = serializers.CharField()


class RecoveryOut(MyRecoveryOut):
    """A recovery as officers see it, with the account that it changes."""

    account_name = serializers.CharField(allow_blank=True)
    account = AccountOut()
    nik = serializers.CharField(allow_null=True)
