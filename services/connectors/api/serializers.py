"""Shapes of the API of agencies' clients."""

from typing import Any

from rest_framework import serializers

from accounts.models import ClientState
from services.agencies.api.serializers import AgencyName
from services.connectors.models import Change
from services.connectors.operations.registering import METHODS, SCOPES
from superapp.http.exact import Exact

_ADDRESS: dict[str, Any] = {"max_length": 500, "trim_whitespace": True}
_WEEK_HOURS = 168


def _addresses(**options: Any) -> Any:
    return serializers.ListField(child=serializers.CharField(**_ADDRESS), max_length=20, **options)


class WordsIn(Exact):
    id = serializers.CharField(max_length=300)
    en = serializers.CharField(max_length=300)


class ScopePurposeIn(Exact):
    read_back = frozenset({"version"})

    scope = serializers.ChoiceField(choices=SCOPES)
    purpose = WordsIn(help_text="For what, in plain words: residents read it before they agree.")
    basis = serializers.CharField(max_length=200, help_text="The legal basis: law and article.")


class ScopePurposeOut(ScopePurposeIn):
    version = serializers.IntegerField(help_text="Raised when the words change; residents are then asked again.")


class KeySet(serializers.Serializer[Any]):
    """A JWK Set (RFC 7517, section 5)."""

    keys = serializers.ListField(child=serializers.DictField(), min_length=1, max_length=20)


class ClientIn(Exact):
    """What an admin says of a client. `openid` is always among its scopes."""

    name = serializers.CharField(max_length=100)
    contact_email = serializers.EmailField(max_length=254)
    purposes = ScopePurposeIn(many=True, required=False, default=list, help_text="One for each scope besides `openid`.")
    redirect_uris = _addresses(min_length=1)
    post_logout_redirect_uris = _addresses(required=False, default=list)
    backchannel_logout_uri = serializers.CharField(
        **_ADDRESS, required=False, allow_blank=True, default="", help_text="Is told when a person signs out."
    )
    auth_method = serializers.ChoiceField(choices=METHODS, required=False, default="client_secret")
    jwks = KeySet(required=False, allow_null=True, default=None, help_text="Public keys, for `private_key_jwt`.")
    jwks_uri = serializers.CharField(**_ADDRESS, required=False, allow_blank=True, default="")
    login_uri = serializers.CharField(**_ADDRESS, help_text="The site's page where a sign-in begins.")
    session_uri = serializers.CharField(
        **_ADDRESS, help_text="The site's page that answers 200 to who is signed in there, and to nobody else."
    )


class NewClientIn(ClientIn):
    agency = serializers.CharField(
        max_length=30, required=False, default="", help_text="Code; needed by who is admin of several."
    )


class ClientLine(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    client_id = serializers.CharField()
    name = serializers.CharField()
    agency = AgencyName()
    state = serializers.ChoiceField(choices=ClientState.values)
    registered_at = serializers.DateTimeField()


class ClientOut(ClientLine):
    """A client of the provider."""

    issuer = serializers.CharField(help_text="What the site's library is configured with, besides `client_id`.")
    scopes = serializers.ListField(child=serializers.CharField())
    contact_email = serializers.EmailField()
    purposes = ScopePurposeOut(many=True)
    redirect_uris = serializers.ListField(child=serializers.CharField())
    post_logout_redirect_uris = serializers.ListField(child=serializers.CharField())
    backchannel_logout_uri = serializers.CharField()
    auth_method = serializers.ChoiceField(choices=METHODS)
    jwks = KeySet(allow_null=True)
    jwks_uri = serializers.CharField()
    login_uri = serializers.CharField()
    session_uri = serializers.CharField()
    ready = serializers.BooleanField(help_text="The latest self-test is green, and of what stands now.")


class TesterIn(Exact):
    email = serializers.EmailField(max_length=254, help_text="A proved address of their city account.")


class TesterOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    full_name = serializers.CharField()


class TestersOut(serializers.Serializer[Any]):
    results = TesterOut(many=True)


class SecretIn(Exact):
    overlap_hours = serializers.IntegerField(
        min_value=0, max_value=_WEEK_HOURS, required=False, default=24, help_text="How long the one before stays valid."
    )


class SecretOut(serializers.Serializer[Any]):
    client_id = serializers.CharField()
    client_secret = serializers.CharField(help_text="Told this once.")
    earlier_valid_until = serializers.DateTimeField()


class SelfTestCheckOut(serializers.Serializer[Any]):
    id = serializers.CharField()
    standard = serializers.CharField()
    passed = serializers.BooleanField()
    why = serializers.CharField(help_text="Why it failed, in the language asked for; empty when it passed.")


class SelfTestOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=("waiting", "running", "passed", "failed", "lost"))
    begun_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    checks = SelfTestCheckOut(many=True)
    expected = serializers.IntegerField(help_text="How many checks there will be.")


class ChangeOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    what = serializers.ChoiceField(choices=Change.What.values)
    by = serializers.CharField(help_text="The admin's name; empty when their account was erased.")
    at = serializers.DateTimeField()
    values = serializers.DictField(help_text='`{field: {"from", "to"}}`; never secrets.')
