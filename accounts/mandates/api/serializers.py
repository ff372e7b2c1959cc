"""Shapes of mandates, in and out."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator, validate_email
from rest_framework import serializers

from accounts.mandates.models import Awaiting, Ending, Evidence, Relation, State
from accounts.models import Kind
from accounts.names import validate_name
from accounts.phones import to_e164
from superapp.http.exact import Exact

SIDES = ("agent", "principal")


class MandatePartyOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=[each for each in Kind.values if each != Kind.SYNTHETIC])


class RenewalOut(serializers.Serializer[Any]):
    expires_at = serializers.DateTimeField()
    asked_by = serializers.ChoiceField(choices=SIDES, help_text="The other side accepts.")


class MandateOut(serializers.Serializer[Any]):
    """Who may act for whom, as one of the two sees it."""

    id = serializers.UUIDField()
    side = serializers.ChoiceField(choices=SIDES, help_text="On which side you stand.")
    kind = serializers.ChoiceField(choices=Relation.values)
    principal = MandatePartyOut()
    agent = MandatePartyOut(allow_null=True)
    invited = serializers.CharField(allow_blank=True, help_text="The address by which the agent was named.")
    scopes = serializers.ListField(child=serializers.CharField())
    services = serializers.ListField(child=serializers.CharField(), help_text="Slugs or categories; none for all.")
    state = serializers.ChoiceField(choices=State.choices)
    awaiting = serializers.ChoiceField(choices=Awaiting.choices, allow_null=True)
    basis = serializers.CharField(help_text="Law and article.")
    evidence = serializers.ChoiceField(
        choices=[each for each in Evidence.choices if each[0]], allow_null=True, help_text="How it was established."
    )
    delegated_from = serializers.UUIDField(allow_null=True)
    created_at = serializers.DateTimeField()
    starts_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    ending = serializers.ChoiceField(choices=Ending.choices, allow_null=True)
    reason = serializers.CharField(allow_null=True, help_text="Why an officer ended it.")
    source = serializers.CharField(  # type: ignore[assignment]  # a field, not the property
        allow_null=True, help_text="The registry that established it; a stand-in says so."
    )
    renewal = RenewalOut(allow_null=True, help_text="Asked for, not accepted yet.")
    renewable = serializers.BooleanField(help_text="Whether either side may ask for a renewal now.")
    version = serializers.IntegerField()


class Address(serializers.CharField):
    """An e-mail address or a phone number; the latter becomes E.164."""

    def to_internal_value(self, data: Any) -> str:
        text = str(super().to_internal_value(data)).strip()
        try:
            if "@" in text:
                validate_email(text)
                return text.lower()
            return to_e164(text)
        except ValidationError as error:
            raise serializers.ValidationError(error.messages, code="invalid_address") from error


class GiveIn(Exact):
    agent = Address(max_length=254, help_text="E-mail address or phone number of who is to act.")
    services = serializers.ListField(
        child=serializers.SlugField(max_length=80), default=list, max_length=50, help_text="Slugs or categories."
    )
    expires_on = serializers.DateField(help_text="The last day; at most a year from today.")
    delegated_from = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="Your mandate for the company for which it is given."
    )


class ChildIn(Exact):
    nik = serializers.CharField(max_length=16, validators=[RegexValidator(r"\A[0-9]{16}\Z")])
    full_name = serializers.CharField(max_length=150, validators=[validate_name])
    birth_date = serializers.DateField()
    guardian = serializers.BooleanField(
        default=False, help_text="You are not a parent but the guardian; bring the court's decision to the counter."
    )


class RenewIn(Exact):
    expires_on = serializers.DateField(
        help_text="The new last day, at most a year from today; a director's own goes on for a year, whatever the day."
    )


class CompanyIn(Exact):
    name = serializers.CharField(max_length=150, validators=[validate_name])
    nib = serializers.CharField(max_length=13, validators=[RegexValidator(r"\A[0-9]{13}\Z")])
    npwp = serializers.CharField(
        max_length=16, required=False, default="", allow_blank=True, validators=[RegexValidator(r"\A[0-9]{15,16}\Z")]
    )
