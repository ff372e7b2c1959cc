"""Shapes of a person's rights over their data, in and out."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.models import Assurance
from accounts.names import validate_name
from accounts.privacy.models import DataRequest, Deletion, Export, Impersonation
from accounts.privacy.operations.impersonations import LONGEST_MINUTES
from accounts.privacy.purposes import BASES
from superapp.http.exact import Exact


class AgencyOfAccess(serializers.Serializer[dict[str, Any]]):
    code = serializers.CharField()
    name = serializers.CharField()


class ReaderOut(serializers.Serializer[dict[str, Any]]):
    name = serializers.CharField()
    role = serializers.CharField(help_text="`officer`, `approver`, `admin`, `support`, ...")


class PartyOut(serializers.Serializer[dict[str, Any]]):
    id = serializers.CharField()
    name = serializers.CharField()


class AccessLine(serializers.Serializer[dict[str, Any]]):
    """One reading of the person's data."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(
        choices=["staff", "impersonation", "release"],
        help_text="`release`: an app or site received it; `impersonation`: support saw the account as you.",
    )
    application = serializers.UUIDField(allow_null=True)
    number = serializers.CharField(allow_null=True)
    agency = AgencyOfAccess(allow_null=True)
    reader = ReaderOut(allow_null=True, help_text="The officer who read; null for a release.")
    client = PartyOut(allow_null=True, help_text="The app or site that received; null for a reading by staff.")
    claims = serializers.ListField(child=serializers.CharField(), help_text="What was released.")
    what = serializers.CharField(
        help_text="`application`, `timeline`, `file`, `document`, `decision`, `claims`, `facts`, `reused_file`, ..."
    )
    why = serializers.CharField(allow_null=True)
    at = serializers.DateTimeField()


class PurposeOut(serializers.Serializer[dict[str, Any]]):
    """For what the city uses data, and on which ground of the law."""

    code = serializers.CharField()
    version = serializers.IntegerField()
    title = serializers.CharField()
    data = serializers.ListField(child=serializers.CharField())  # type: ignore[assignment]  # a field of the answer
    why = serializers.CharField()
    basis = serializers.ChoiceField(choices=sorted(BASES), help_text="Letter of UU 27/2022, article 20(2).")
    basis_in_words = serializers.CharField()
    regulation = serializers.CharField()
    retention = serializers.CharField()
    recipients = serializers.ListField(child=serializers.CharField())
    withdrawable = serializers.BooleanField(help_text="Only consent can be withdrawn.")
    how_to_stop = serializers.CharField()


class ScopeOut(serializers.Serializer[dict[str, Any]]):
    scope = serializers.CharField()
    description = serializers.CharField()


class ConnectionOut(serializers.Serializer[dict[str, Any]]):
    """An app or site that may act or ask for the person."""

    client_id = serializers.CharField()
    name = serializers.CharField()
    agency = serializers.CharField(allow_null=True, help_text="Code of the agency whose system it is.")
    city_owned = serializers.BooleanField(help_text="The city's own app, which asks no consent.")
    since = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField()
    scopes = ScopeOut(many=True)
    claims = serializers.ListField(child=serializers.CharField())
    purposes = serializers.ListField(child=serializers.CharField(), help_text="Codes of `purposes/`.")


class ExportOut(serializers.Serializer[dict[str, Any]]):
    """A copy of everything that is held of the person."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=Export.State.choices)
    asked_at = serializers.DateTimeField()
    ready_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True, help_text="Until then it can be downloaded.")
    size = serializers.IntegerField(allow_null=True, help_text="Bytes.")
    sha256 = serializers.CharField(allow_null=True)
    contents = serializers.DictField(child=serializers.IntegerField(), help_text="Lines of each section.")
    missing = serializers.ListField(
        child=serializers.CharField(), help_text="Parts that did not answer in six hours; ask once more later."
    )


class KindOut(serializers.Serializer[dict[str, Any]]):
    """What becomes of one kind of data."""

    kind = serializers.CharField()
    title = serializers.CharField()
    kept = serializers.BooleanField(help_text="True where the law has the city keep it.")
    why = serializers.CharField()
    law = serializers.CharField(allow_null=True, help_text="Law and article that has it kept.")
    until = serializers.CharField(allow_null=True)


class DeletionOut(serializers.Serializer[dict[str, Any]]):
    """Erasure of the account."""

    state = serializers.ChoiceField(choices=Deletion.State.choices, allow_null=True, help_text="Null: not asked for.")
    asked_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True, help_text="Until then it can be cancelled.")
    kinds = KindOut(many=True)


class ConsentLine(serializers.Serializer[Any]):
    """One scope in the words that the person read."""

    scope = serializers.CharField()
    text = serializers.CharField(help_text="What it allows.")
    purpose = serializers.CharField(allow_blank=True, help_text="For what the client wants it.")
    basis = serializers.CharField(allow_blank=True, help_text="Law and article.")
    version = serializers.IntegerField(help_text="Of the purpose; 0 where none is registered.")


class ConsentOut(serializers.Serializer[dict[str, Any]]):
    """The receipt of a consent."""

    id = serializers.UUIDField()
    client = PartyOut()
    basis = serializers.ChoiceField(choices=["consent", "public_task"])
    withdrawable = serializers.BooleanField()
    scopes = serializers.ListField(child=serializers.CharField())
    claims = serializers.ListField(child=serializers.CharField())
    wording = ConsentLine(many=True, help_text="What the consent page said.")
    wording_hash = serializers.CharField(help_text="SHA-256 of the wording.")
    language = serializers.CharField()
    purposes = serializers.ListField(child=serializers.CharField(), help_text="Codes of `purposes/`.")
    given_at = serializers.DateTimeField()


class RequestIn(Exact):
    """What a person asks of the city about their data."""

    kind = serializers.ChoiceField(choices=DataRequest.Kind.choices)
    text = serializers.CharField(max_length=2000, help_text="What is asked, in one's own words.")
    full_name = serializers.CharField(
        max_length=150,
        required=False,
        validators=[validate_name],
        help_text="The name as it should be; only with a correction.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("full_name") and attrs["kind"] != DataRequest.Kind.CORRECTION:
            raise serializers.ValidationError({"full_name": _("Only a correction names another name.")})
        return attrs


class WaitingRequest(serializers.Serializer[dict[str, Any]]):
    """A request in a list of work: naming nobody."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=DataRequest.Kind.choices)
    state = serializers.ChoiceField(choices=DataRequest.State.choices)
    made_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(help_text="72 hours after it was made.")
    overdue = serializers.BooleanField()


class RequestOut(WaitingRequest):
    """A request as its person sees it."""

    text = serializers.CharField()
    full_name = serializers.CharField(allow_null=True)
    answer = serializers.CharField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)


class PersonOfRequest(serializers.Serializer[dict[str, Any]]):
    id = serializers.UUIDField()
    full_name = serializers.CharField(help_text="As the city knows it.")
    assurance = serializers.ChoiceField(choices=Assurance.values)


class OfficeRequestOut(RequestOut):
    """A request as who answers it sees it."""

    person = PersonOfRequest()


class AnswerIn(Exact):
    """The answer to a request."""

    outcome = serializers.ChoiceField(choices=[DataRequest.State.GRANTED, DataRequest.State.REFUSED])
    answer = serializers.CharField(max_length=2000, help_text="What was done, or why not. The person reads it.")


class ImpersonationIn(Exact):
    """Whose account staff want to see, why, and for how long."""

    person = serializers.UUIDField()
    reason = serializers.CharField(max_length=300, help_text="The person reads it.")
    minutes = serializers.IntegerField(min_value=1, max_value=LONGEST_MINUTES)


class ImpersonationOut(serializers.Serializer[dict[str, Any]]):
    """Staff of the platform saw the account as its person does."""

    id = serializers.UUIDField()
    staff = serializers.CharField(help_text="Name of who looked.")
    reason = serializers.CharField()
    began_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True, help_text="Ended before its time.")
    ending = serializers.ChoiceField(choices=Impersonation.Ending.choices, allow_null=True)
    lasts = serializers.BooleanField()


class ImpersonationTokenOut(ImpersonationOut):
    """With the token, which is told once."""

    access_token = serializers.CharField()
