"""The person's own data, out and in."""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from accounts.models import Assurance, User
from accounts.names import validate_name


class MeOut(serializers.ModelSerializer[User]):
    """What the city knows of the person who asks."""

    phone_verified = serializers.SerializerMethodField()
    language = serializers.ChoiceField(choices=settings.LANGUAGES)
    assurance = serializers.ChoiceField(choices=Assurance.choices)

    class Meta:
        model = User
        fields = ("id", "full_name", "email", "phone", "phone_verified", "language", "assurance")
        read_only_fields = fields

    def get_phone_verified(self, user: User) -> bool:
        return user.phone_verified_at is not None


class MeIn(serializers.Serializer[Any]):
    """What a person may change without proving anything."""

    full_name = serializers.CharField(max_length=150, required=False, validators=[validate_name])
    language = serializers.ChoiceField(choices=settings.LANGUAGES, required=False)
