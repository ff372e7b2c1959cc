"""Shapes of trying a version: golden cases and replays."""

from typing import Any

from rest_framework import serializers

from services.catalogue.models import Origin, Replay
from services.catalogue.operations.trials import DEFAULT_APPLICATIONS, MOST_APPLICATIONS
from services.definitions.changes import EFFECT_KINDS
from superapp.http.exact import Exact


class CaseIn(Exact):
    read_back = frozenset({"id", "sha256", "origin", "author", "updated_at", "offered"})

    content = serializers.DictField(help_text="See schemas/golden-cases.json; `id` may be left out.")


class CaseOut(serializers.Serializer[Any]):
    """A golden case of a service."""

    id = serializers.CharField()
    sha256 = serializers.CharField()
    origin = serializers.ChoiceField(choices=Origin.values, help_text="Who wrote it.")
    author = serializers.CharField(help_text="Who changed it last; empty: the module, or an account that was erased.")
    updated_at = serializers.DateTimeField()
    content = serializers.DictField()
    offered = serializers.DictField(
        allow_null=True, help_text="What the module brings under this name, where an admin wrote something else."
    )


class CaseDifferenceOut(serializers.Serializer[Any]):
    pointer = serializers.CharField(help_text="JSON pointer into the golden case.")
    text = serializers.CharField()
    expected = serializers.JSONField(allow_null=True)
    found = serializers.JSONField(allow_null=True, help_text="Null where there is nothing.")


class CaseResultOut(serializers.Serializer[Any]):
    """What came of a golden case."""

    id = serializers.CharField()
    title = serializers.CharField()
    passed = serializers.BooleanField()
    differences = CaseDifferenceOut(many=True)


class ReplayIn(Exact):
    def get_fields(self) -> dict[str, Any]:
        """Return its fields, one of which has the name of a serializer's own."""
        return {
            "source": serializers.RegexField(
                r"^(draft|module|[1-9][0-9]{0,8})$",
                required=False,
                default="draft",
                help_text="`draft`, `module` (the module's definition) or the number of a version.",
            ),
            "applications": serializers.IntegerField(
                min_value=0,
                max_value=MOST_APPLICATIONS,
                required=False,
                default=DEFAULT_APPLICATIONS,
                help_text="How many of the service's latest applications.",
            ),
        }


class LookedAtOut(serializers.Serializer[Any]):
    looked_at = serializers.IntegerField()
    affected = serializers.IntegerField(help_text="Of these, for how many something would be otherwise.")


class LookedAtDraftsOut(LookedAtOut):
    left_out = serializers.IntegerField(help_text="Drafts beyond the latest 2,000.")


class EffectCountOut(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=EFFECT_KINDS)
    submitted = serializers.IntegerField(help_text="Applications, each counted once.")
    drafts = serializers.IntegerField()


class CauseOut(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(
        choices=EFFECT_KINDS,
        help_text="`invalid`: it would be refused; `lost`: an answer falls away; `moved`: it stands at another place; "
        "`document`: another document is asked, or none; `fee`, `deadline`: otherwise; `state`: its state is gone.",
    )
    pointer = serializers.CharField(help_text="Into the answers (`*`: any item), or /files/…, /fee, /deadline, …")
    code = serializers.CharField()
    text = serializers.CharField(help_text="In words; the name of what changed stands between asterisks.")
    submitted = serializers.IntegerField()
    drafts = serializers.IntegerField()
    applications = serializers.ListField(child=serializers.UUIDField(), help_text="Ten of them at most.")


class ModuleFeesOut(serializers.Serializer[Any]):
    """Applications of whose fee the agency's module reckoned a part: that part was not compared."""

    submitted = serializers.IntegerField()
    applications = serializers.ListField(child=serializers.UUIDField(), help_text="The first of them.")
    text = serializers.CharField(allow_blank=True, help_text="In words; empty where there are none.")


class ReportOut(serializers.Serializer[Any]):
    """What would be otherwise, counted; nothing that residents wrote."""

    cases_passed = serializers.IntegerField()
    cases = CaseResultOut(many=True)
    submitted = LookedAtOut()
    drafts = LookedAtDraftsOut()
    kinds = EffectCountOut(many=True)
    causes = CauseOut(many=True)
    more_causes = serializers.IntegerField(help_text="How often something was found beyond the first 200 causes.")
    module_fees = ModuleFeesOut()


class FailureOut(serializers.Serializer[Any]):
    """Why a trial was given up; ask for it again once that is mended."""

    tries = serializers.IntegerField(help_text="How often the batch was tried.")
    text = serializers.CharField(help_text="What to do.")
    error = serializers.CharField(help_text="What the worker met, for who runs the platform; digits are masked.")


class ReplayOut(serializers.Serializer[Any]):
    """A trial of a definition on golden cases and on what residents applied for."""

    def get_fields(self) -> dict[str, Any]:
        """Return its fields, one of which has the name of a serializer's own."""
        return {
            "id": serializers.UUIDField(),
            "service": serializers.CharField(),
            "source": serializers.CharField(help_text="`draft`, `module` or the number of a version."),
            "sha256": serializers.CharField(help_text="Of what was tried."),
            "against": serializers.IntegerField(allow_null=True, help_text="The version that stood."),
            "applications": serializers.IntegerField(help_text="How many were asked for, at most."),
            "state": serializers.ChoiceField(choices=Replay.State.values),
            "done": serializers.IntegerField(),
            "total": serializers.IntegerField(),
            "asked_by": serializers.CharField(),
            "asked_at": serializers.DateTimeField(),
            "finished_at": serializers.DateTimeField(allow_null=True),
            "stale": serializers.BooleanField(help_text="It is no longer what would be published."),
            "failure": FailureOut(allow_null=True),
            "report": ReportOut(allow_null=True),
        }
