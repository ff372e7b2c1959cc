"""Shapes of the catalogue API. The lean path builds the same shapes by hand; tests hold them equal."""

from rest_framework import serializers


class AgencyRef(serializers.Serializer[dict[str, str]]):
    code = serializers.CharField()
    name = serializers.CharField()


class FeeSummary(serializers.Serializer[dict[str, object]]):
    amount = serializers.IntegerField(allow_null=True, help_text="Rupiah; null when worked out from the answers.")
    computed = serializers.BooleanField()


class DeadlineSummary(serializers.Serializer[dict[str, object]]):
    working_days = serializers.IntegerField(allow_null=True)
    calendar_days = serializers.IntegerField(allow_null=True)


class ServiceLine(serializers.Serializer[dict[str, object]]):
    """A service as lists show it."""

    slug = serializers.SlugField()
    title = serializers.CharField()
    summary = serializers.CharField()
    agency = AgencyRef()
    category = serializers.CharField(allow_null=True)
    life_events = serializers.ListField(child=serializers.CharField())
    assurance = serializers.ChoiceField(choices=["basic", "verified", "in_person"])
    fee = FeeSummary()
    deadline = DeadlineSummary()
    demo = serializers.BooleanField(help_text="Demo data: not the agency's official service standard.")
    version = serializers.IntegerField()


class RequirementOut(serializers.Serializer[dict[str, object]]):
    id = serializers.CharField()
    title = serializers.CharField()
    accept = serializers.ListField(child=serializers.CharField())
    max_mb = serializers.IntegerField()
    optional = serializers.BooleanField()
    conditional = serializers.BooleanField(help_text="Asked only for some answers; the version says when.")
    document_type = serializers.CharField(
        allow_null=True, help_text="Which paper it is: what was handed in for it before is offered in a draft."
    )


class StateOut(serializers.Serializer[dict[str, object]]):
    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field, not the property
    end = serializers.ChoiceField(choices=["granted", "rejected", "withdrawn"], allow_null=True)


class UsualOut(serializers.Serializer[dict[str, object]]):
    """How long answers took lately, from completeness to the decision. No promise."""

    sample = serializers.IntegerField(help_text="How many of the latest decisions were counted; at least 20.")
    median_days = serializers.IntegerField(help_text="Working days that half of them did not exceed.")
    p90_days = serializers.IntegerField(help_text="Working days that nine of ten did not exceed.")
    words = serializers.CharField()


class ServiceDetail(ServiceLine):
    """A service in full."""

    is_open = serializers.BooleanField(help_text="Takes new applications.")
    legal_basis = serializers.ListField(child=serializers.CharField())
    requirements = RequirementOut(many=True)
    fee_basis = serializers.CharField()
    deadline_basis = serializers.CharField()
    usual = UsualOut(allow_null=True, help_text="Null while too few were decided to tell.")
    states = StateOut(many=True)
    confidence = serializers.CharField(help_text="How sure we are of what is told here.")
    version_sha256 = serializers.CharField()
    version_url = serializers.URLField(help_text="The definition itself, form included; never changes.")
    published_at = serializers.DateTimeField()


class VersionOut(serializers.Serializer[dict[str, object]]):
    """One published definition, immutable."""

    service = serializers.SlugField()
    number = serializers.IntegerField()
    sha256 = serializers.CharField(help_text="Of the canonical JSON of `content`.")
    published_at = serializers.DateTimeField()
    content = serializers.DictField(help_text="See schemas/service-definition.json.")
