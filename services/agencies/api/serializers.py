"""Shapes of the city's API."""

from typing import Any

from rest_framework import serializers

from services.agencies.models import Agency, District, Holiday, Role, Subdistrict


class AgencyOut(serializers.ModelSerializer[Agency]):
    """An agency (OPD)."""

    confidence = serializers.CharField(help_text="How sure we are: seen in a city source, or plausible.")

    class Meta:
        model = Agency
        fields = ("code", "name", "kind", "aliases", "confidence", "source")


class SubdistrictOut(serializers.ModelSerializer[Subdistrict]):
    class Meta:
        model = Subdistrict
        fields = ("code", "name", "aliases")


class DistrictOut(serializers.ModelSerializer[District]):
    """A kecamatan with its kelurahan, by their Kemendagri codes."""

    subdistricts = SubdistrictOut(many=True)

    class Meta:
        model = District
        fields = ("code", "name", "subdistricts")


HOLIDAY_KINDS = ("libur_nasional", "cuti_bersama")


class HolidayOut(serializers.ModelSerializer[Holiday]):
    """A day on which agencies are closed."""

    kind = serializers.ChoiceField(choices=HOLIDAY_KINDS)

    class Meta:
        model = Holiday
        fields = ("date", "name", "kind")


class AgencyName(serializers.Serializer[dict[str, Any]]):
    code = serializers.CharField()
    name = serializers.CharField()


class MembershipOut(serializers.Serializer[dict[str, Any]]):
    """My roles at one agency."""

    agency = AgencyName()
    roles = serializers.ListField(child=serializers.ChoiceField(choices=Role.choices))
