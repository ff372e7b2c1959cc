"""The person's own data, out and in."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import Assurance, User
from accounts.names import validate_name
from superapp.http.exact import Exact


class ActorOut(serializers.Serializer[Any]):
    """Who acts for the person, by which mandate, until when."""

    id = serializers.UUIDField()
    full_name = serializers.CharField()
    mandate_id = serializers.UUIDField()
    kind = serializers.CharField()
    expires_at = serializers.DateTimeField()


class MeOut(serializers.ModelSerializer[User]):
    """What the city knows of the person who asks."""

    phone_verified = serializers.SerializerMethodField()
    actor = serializers.SerializerMethodField(help_text="Who acts for this person with this token; else null.")
    language = serializers.ChoiceField(choices=settings.LANGUAGES)
    assurance = serializers.ChoiceField(choices=Assurance.choices)

    class Meta:
        model = User
        fields = ("id", "full_name", "email", "phone", "phone_verified", "language", "assurance", "actor")
        read_only_fields = fields

    @extend_schema_field(ActorOut(allow_null=True))
    def get_actor(self, user: User) -> Any:
        actor = self.context.get("actor")
        return ActorOut(actor).data if actor else None

    def get_phone_verified(self, user: User) -> bool:
        return user.phone_verified_at is not None


class MeIn(Exact):
    """What a person may change without proving anything."""

    full_name = serializers.CharField(max_length=150, required=False, validators=[validate_name])
    language = serializers.ChoiceField(choices=settings.LANGUAGES, required=False)
