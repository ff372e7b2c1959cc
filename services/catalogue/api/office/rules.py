"""For OPD admins: how my agency publishes."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from services.agencies.models import Agency
from services.catalogue.api.office import examples
from services.catalogue.api.office.base import TAGS, ServicesView, name_of
from services.catalogue.api.office.serializers import FourEyesIn, RuleOut, RulesOut
from services.catalogue.models import AgencyRule
from services.catalogue.operations.rules import set_four_eyes
from superapp.http.conditional import json_response


class Rules(ServicesView):
    """One admin, or two."""

    problem_statuses = {"PUT": (409,)}

    @extend_schema(
        operation_id="office_publishing_rules",
        summary="How my agencies publish",
        tags=TAGS,
        responses={200: RulesOut},
        examples=[examples.RULES],
    )
    def get(self, request: Request) -> HttpResponse:
        rules = {each.agency_id: each for each in AgencyRule.objects.filter(agency__in=self.agencies)}
        return json_response(request, {"results": [_body(each, rules.get(each.pk)) for each in self.agencies]})

    @extend_schema(
        operation_id="office_publishing_rule_set",
        summary="Have versions approved by a second admin, or not any more",
        description="Switching it off takes two admins, too: the first asks, it is off when another asks as well.",
        tags=TAGS,
        request=FourEyesIn,
        responses={200: RuleOut},
        examples=[examples.FOUR_EYES, examples.RULE],
    )
    def put(self, request: Request) -> HttpResponse:
        wanted = FourEyesIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        agency = self.agency_named(wanted.validated_data["agency"])
        rule = set_four_eyes(agency=agency, on=wanted.validated_data["four_eyes"], **self.does())
        return json_response(request, _body(agency, rule))


def _body(agency: Agency, rule: AgencyRule | None) -> dict[str, Any]:
    return {
        "agency": {"code": agency.code, "name": agency.name},
        "four_eyes": bool(rule and rule.four_eyes),
        "off_asked_by": name_of(rule.off_asked_by) if rule and rule.off_asked_by else None,
    }
