"""Shapes of the verification API."""

from typing import Any

from rest_framework import serializers


class FactOut(serializers.Serializer[dict[str, Any]]):
    label = serializers.CharField()  # type: ignore[assignment]  # the name of an attribute of DRF's own
    value = serializers.CharField()


class DocumentAgency(serializers.Serializer[dict[str, Any]]):
    code = serializers.CharField()
    name = serializers.CharField()


class VerifiedOut(serializers.Serializer[dict[str, Any]]):
    """What an issued document says of itself now."""

    code = serializers.CharField()
    status = serializers.ChoiceField(choices=["valid", "revoked", "expired"])
    title = serializers.CharField()
    number = serializers.CharField()
    kind = serializers.CharField()
    agency = DocumentAgency()
    issued_at = serializers.DateTimeField()
    valid_until = serializers.DateField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)
    facts = FactOut(many=True, help_text="Only what the service lets strangers see.")
    demo = serializers.BooleanField(help_text="Issued by a demonstration; without legal force.")
    sha256 = serializers.CharField(help_text="Of the PDF as issued: compare it with the file in hand.")
