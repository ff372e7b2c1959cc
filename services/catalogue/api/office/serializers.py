"""Shapes of the API of an agency's own services."""

from typing import Any

from rest_framework import serializers

from services.agencies.api.serializers import AgencyName
from services.catalogue.api.office.trial_serializers import CaseResultOut
from services.catalogue.models import Change, ChangeClass, DraftsPolicy, Origin, Publication
from superapp.http.exact import Exact

_REASON: dict[str, Any] = {"max_length": 1000, "help_text": "Kept in the service's history."}


class DraftMark(serializers.Serializer[Any]):
    revision = serializers.IntegerField()
    sound = serializers.BooleanField()


class PublicationMark(serializers.Serializer[Any]):
    state = serializers.ChoiceField(choices=Publication.State.values)
    effective_from = serializers.DateTimeField(allow_null=True)


class OwnServiceLine(serializers.Serializer[Any]):
    """A service of my agency."""

    service = serializers.CharField()
    title = serializers.CharField()
    agency = AgencyName()
    state = serializers.ChoiceField(choices=("new", "open", "closed", "retired"))
    version = serializers.IntegerField(allow_null=True)
    draft = DraftMark(allow_null=True)
    publication = PublicationMark(allow_null=True)
    drift = serializers.ChoiceField(
        choices=("none", "ours", "open"),
        help_text="`open`: the module's definition changed beside the agency's own, and a person has to decide.",
    )


class NewServiceIn(Exact):
    service = serializers.CharField(max_length=80, help_text="Its name in addresses: small letters, digits, hyphens.")
    agency = serializers.CharField(max_length=30, required=False, default="", help_text="Code; for admins of several.")
    content = serializers.DictField(required=False, help_text="See schemas/service-definition.json; may be unfinished.")


class BeginDraftIn(Exact):
    def get_fields(self) -> dict[str, Any]:
        """Return its one field, whose name is a word of Python."""
        return {
            "from": serializers.IntegerField(
                min_value=1, max_value=2**31 - 1, required=False, help_text="A version's number; the one that stands."
            )
        }


class DraftContentIn(Exact):
    read_back = frozenset(
        {"service", "agency", "current", "revision", "sha256", "origin", "author", "updated_at", "sound", "faults"}
    )

    content = serializers.DictField(help_text="See schemas/service-definition.json; may be unfinished.")
    base = serializers.IntegerField(
        min_value=1, max_value=2**31 - 1, required=False, help_text="I have seen this version; the draft replaces it."
    )


class DraftFaultOut(serializers.Serializer[Any]):
    pointer = serializers.CharField(help_text="JSON pointer into the definition.")
    message = serializers.CharField()
    hint = serializers.CharField(help_text="What to do.")


class ServiceDraftOut(serializers.Serializer[Any]):
    """A draft of a service."""

    service = serializers.CharField()
    agency = AgencyName()
    base = serializers.IntegerField(allow_null=True, help_text="The version that it was begun from.")
    current = serializers.IntegerField(allow_null=True, help_text="The version that stands.")
    revision = serializers.IntegerField()
    sha256 = serializers.CharField()
    origin = serializers.ChoiceField(choices=Origin.values)
    author = serializers.CharField(help_text="Who changed it last.")
    updated_at = serializers.DateTimeField()
    sound = serializers.BooleanField(help_text="It may be published.")
    faults = DraftFaultOut(many=True)
    content = serializers.DictField()


class DifferenceOut(serializers.Serializer[Any]):
    pointer = serializers.CharField()
    code = serializers.CharField()
    text = serializers.CharField(help_text="In words; the name of what changed stands between asterisks.")
    change_class = serializers.ChoiceField(choices=ChangeClass.values)
    field = serializers.CharField(help_text="Id of the form's field; empty for other parts.")
    document = serializers.CharField(help_text="Id of the required document; empty for other parts.")


class DraftCheckOut(serializers.Serializer[Any]):
    """Whether a draft may be published, and what that changes."""

    service = serializers.CharField()
    revision = serializers.IntegerField()
    sha256 = serializers.CharField()
    sound = serializers.BooleanField()
    faults = DraftFaultOut(many=True)
    base = serializers.IntegerField(allow_null=True)
    current = serializers.IntegerField(allow_null=True)
    change_class = serializers.ChoiceField(
        choices=ChangeClass.values, allow_null=True, help_text="Null for a first version, or while it is not sound."
    )
    changes = DifferenceOut(many=True)
    cases = CaseResultOut(many=True, help_text="What its golden cases say; none while it is not sound.")


class DiffOut(serializers.Serializer[Any]):
    """What changed between two states of a service."""

    service = serializers.CharField()
    old = serializers.CharField(help_text="A version's number, or `draft`.")
    new = serializers.CharField(help_text="A version's number, or `draft`.")
    change_class = serializers.ChoiceField(choices=ChangeClass.values)
    changes = DifferenceOut(many=True)


class PreviewIn(Exact):
    answers = serializers.DictField(help_text="Sample answers.")


class PreviewProblem(serializers.Serializer[Any]):
    pointer = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class PreviewFee(serializers.Serializer[Any]):
    amount = serializers.IntegerField()
    basis = serializers.CharField()


class PreviewDocument(serializers.Serializer[Any]):
    id = serializers.CharField()
    title = serializers.CharField()


class DraftPreviewOut(serializers.Serializer[Any]):
    """What a resident would see of the draft with these answers."""

    visible = serializers.ListField(child=serializers.CharField(), help_text="Fields; `*` for each item of a list.")
    hidden = serializers.ListField(child=serializers.CharField())
    required = serializers.ListField(child=serializers.CharField())  # type: ignore[assignment]  # a field
    answers = serializers.DictField(help_text="Without what is hidden.")
    problems = PreviewProblem(many=True)
    fee = PreviewFee(allow_null=True, help_text="Null while the rule gives no amount.")
    documents = PreviewDocument(many=True)


class _PublishIn(Exact):
    effective_from = serializers.DateTimeField(required=False, help_text="At once when left out.")
    change_class = serializers.ChoiceField(
        choices=ChangeClass.values, required=False, help_text="As worked out, or stricter."
    )
    drafts_policy = serializers.ChoiceField(
        choices=DraftsPolicy.values,
        required=False,
        help_text="What drafts that residents have begun do; to be chosen when there is a version before.",
    )
    cut_off_at = serializers.DateTimeField(
        required=False, help_text="After it, drafts under earlier versions cannot be submitted."
    )
    reason = serializers.CharField(**_REASON, required=False, allow_blank=True, default="")
    accept_differences = serializers.BooleanField(
        required=False,
        default=False,
        help_text="Publish though golden cases differ or nobody has replayed it; `reason` is then owed.",
    )


class PublishIn(_PublishIn):
    """How to publish a draft."""


class RollBackIn(_PublishIn):
    """How to publish an earlier version again."""

    to = serializers.IntegerField(min_value=1, max_value=2**31 - 1, help_text="The version's number.")


class PublicationOut(serializers.Serializer[Any]):
    """A publication: done, planned, or waiting for a second admin."""

    id = serializers.UUIDField()
    service = serializers.CharField()
    state = serializers.ChoiceField(choices=Publication.State.values)
    version = serializers.IntegerField(allow_null=True)
    sha256 = serializers.CharField()
    change_class = serializers.ChoiceField(choices=ChangeClass.values, allow_null=True)
    chosen_class = serializers.ChoiceField(choices=ChangeClass.values, allow_null=True)
    drafts_policy = serializers.ChoiceField(choices=DraftsPolicy.values)
    effective_from = serializers.DateTimeField(allow_null=True)
    cut_off_at = serializers.DateTimeField(allow_null=True)
    requested_by = serializers.CharField()
    requested_at = serializers.DateTimeField()
    approved_by = serializers.CharField(allow_null=True)
    reason = serializers.CharField()
    differences_accepted = serializers.BooleanField(help_text="Published though a trial says otherwise.")


class VersionLine(serializers.Serializer[Any]):
    """A version, and what became of it."""

    number = serializers.IntegerField()
    sha256 = serializers.CharField()
    origin = serializers.ChoiceField(choices=Origin.values)
    change_class = serializers.ChoiceField(choices=ChangeClass.values, allow_null=True)
    chosen_class = serializers.ChoiceField(choices=ChangeClass.values, allow_null=True)
    drafts_policy = serializers.ChoiceField(choices=DraftsPolicy.values)
    effective_from = serializers.DateTimeField(allow_null=True)
    published_at = serializers.DateTimeField()
    published_by = serializers.CharField(help_text="Empty: the platform, or an account that was erased.")
    approved_by = serializers.CharField(allow_null=True)
    superseded_at = serializers.DateTimeField(allow_null=True)
    retired_at = serializers.DateTimeField(allow_null=True)
    cut_off_at = serializers.DateTimeField(allow_null=True)
    url = serializers.URLField(help_text="The definition itself.")


class ServiceChangeOut(serializers.Serializer[Any]):
    """One line of a service's history."""

    id = serializers.IntegerField()
    what = serializers.ChoiceField(choices=Change.What.values)
    version = serializers.IntegerField(allow_null=True)
    by = serializers.CharField(help_text="Empty: the platform, or an account that was erased.")
    at = serializers.DateTimeField()
    reason = serializers.CharField()
    values = serializers.DictField()


class WhyIn(Exact):
    reason = serializers.CharField(**_REASON, required=False, allow_blank=True, default="")


class WhyNotIn(Exact):
    reason = serializers.CharField(**_REASON)


class RetireIn(WhyNotIn):
    cut_off_at = serializers.DateTimeField(
        required=False, help_text="After it, drafts that residents have begun cannot be submitted; never when left out."
    )


class CutOffIn(WhyNotIn):
    cut_off_at = serializers.DateTimeField(allow_null=True, help_text="Null lifts it.")


class FourEyesIn(Exact):
    agency = serializers.CharField(max_length=30, required=False, default="", help_text="Code; for admins of several.")
    four_eyes = serializers.BooleanField(help_text="Who wrote a version does not approve it.")


class RuleOut(serializers.Serializer[Any]):
    """How an agency publishes."""

    agency = AgencyName()
    four_eyes = serializers.BooleanField()
    off_asked_by = serializers.CharField(
        allow_null=True, help_text="Who wants it switched off; another admin has to ask for it, too."
    )


class RulesOut(serializers.Serializer[Any]):
    results = RuleOut(many=True)


class DriftIn(_PublishIn):
    """A decision; what is said of publishing counts for `take`."""

    decision = serializers.ChoiceField(choices=("take", "keep", "merge"))
    sha256 = serializers.CharField(max_length=64, help_text="Of the module's definition that was seen.")


class DriftOut(serializers.Serializer[Any]):
    """What a module brings beside what stands."""

    service = serializers.CharField()
    drift = serializers.ChoiceField(choices=("none", "ours", "open"))
    module = serializers.CharField()
    sha256 = serializers.CharField(help_text="Of the module's definition.")
    offered_at = serializers.DateTimeField()
    current = serializers.IntegerField()
    change_class = serializers.ChoiceField(choices=ChangeClass.values)
    changes = DifferenceOut(many=True)
    content = serializers.DictField(help_text="The module's definition.")
    publication = PublicationOut(allow_null=True)


class BundleVersionOut(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    published_at = serializers.CharField()


class BundleLineOut(serializers.Serializer[Any]):
    service = serializers.CharField()
    agency = serializers.CharField(help_text="Code.")
    module = serializers.CharField(help_text="Label of the module that brings it; empty: none.", allow_blank=True)
    sha256 = serializers.CharField(help_text="Of the canonical JSON of its definition.")
    version = BundleVersionOut(allow_null=True, help_text="What it was where it comes from; null for a draft.")


class BundleManifestOut(serializers.Serializer[Any]):
    def get_fields(self) -> dict[str, Any]:
        """Return its fields, of which one has a word of Python as its name."""
        return {
            "from": serializers.CharField(help_text="The environment that made it."),
            "services": BundleLineOut(many=True),
        }


class BundleOut(serializers.Serializer[Any]):
    """Services as one signed file: canonical JSON."""

    format = serializers.CharField(help_text="`service-bundle/1.1`; `service-bundle/1.0` where there are no cases.")
    id = serializers.CharField(help_text="SHA-256 of the services, agencies and hashes: the same wherever it is made.")
    manifest = BundleManifestOut()
    definitions = serializers.DictField(help_text="By service.")
    cases = serializers.DictField(required=False, help_text="Golden cases by service, as they are written.")
    signature = serializers.CharField(
        help_text="JWS without its payload (RFC 7515, appendix F; EdDSA) over the canonical JSON of `format`, `id`, "
        "`manifest`."
    )


class SignerOut(serializers.Serializer[Any]):
    name = serializers.CharField(help_text="As it is known here.")
    key = serializers.CharField(help_text="Thumbprint of the key (RFC 7638).")


class ImportCasesOut(serializers.Serializer[Any]):
    """Golden cases by name."""

    new = serializers.ListField(child=serializers.CharField(), help_text="Written here.")
    kept = serializers.ListField(
        child=serializers.CharField(), help_text="Stay as they stand here, or removed, though the file says otherwise."
    )
    unchanged = serializers.ListField(child=serializers.CharField(), help_text="Stand here already.")


class ImportLineOut(serializers.Serializer[Any]):
    service = serializers.CharField()
    agency = serializers.CharField()
    action = serializers.ChoiceField(
        choices=("create", "draft", "unchanged", "none"),
        help_text="A new service with a draft; a draft of one that there is; nothing, because it is here; nothing, "
        "because of an error.",
    )
    sha256 = serializers.CharField()
    number_there = serializers.IntegerField(allow_null=True, help_text="Its number where it comes from.")
    current = serializers.IntegerField(allow_null=True, help_text="The version that stands here.")
    known_as = serializers.IntegerField(allow_null=True, help_text="The version here that has this content already.")
    change_class = serializers.ChoiceField(choices=ChangeClass.values, allow_null=True)
    changes = DifferenceOut(many=True)
    cases = ImportCasesOut()


class ImportErrorOut(serializers.Serializer[Any]):
    pointer = serializers.CharField(help_text="JSON pointer into the file.")
    code = serializers.CharField()
    detail = serializers.CharField()


class ImportOut(serializers.Serializer[Any]):
    """What taking in a file did, or would do."""

    def get_fields(self) -> dict[str, Any]:
        """Return its fields, of which one has a word of Python as its name."""
        return {
            "id": serializers.CharField(),
            "from": serializers.CharField(),
            "signed_by": SignerOut(),
            "dry_run": serializers.BooleanField(),
            "importable": serializers.BooleanField(),
            "services": ImportLineOut(many=True),
            "errors": ImportErrorOut(many=True),
        }
