"""For OPD admins: where a module's definition and the agency's own part ways."""

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from services.catalogue.api.office import examples
from services.catalogue.api.office.base import TAGS, ServicesView, drift_of, publication_body, when
from services.catalogue.api.office.drafts import told_of
from services.catalogue.api.office.serializers import DriftIn, DriftOut
from services.catalogue.models import Publication, Service
from services.catalogue.operations.drift import resolve
from services.catalogue.operations.publishing import Wish
from services.definitions import Definition
from services.definitions.changes import changes_between, class_of
from superapp.http.conditional import json_response
from superapp.http.idempotency import idempotent
from superapp.http.problems import Missing


class Drift(ServicesView):
    """What the module brings, beside what stands."""

    problem_statuses = {"POST": (409,)}

    @extend_schema(
        operation_id="office_drift",
        summary="What a module brings beside what stands, and the difference in words",
        description="404 where no module brings the service.",
        tags=TAGS,
        responses={200: DriftOut},
        examples=[examples.DRIFT],
    )
    def get(self, request: Request, slug: str) -> HttpResponse:
        return self._told(request, self.found(slug), None)

    @extend_schema(
        operation_id="office_drift_resolve",
        summary="Decide: take the module's, keep ours until it changes again, or merge into a draft",
        tags=TAGS,
        request=DriftIn,
        responses={200: DriftOut},
        examples=[examples.DRIFT_IN, examples.DRIFT],
    )
    @idempotent(required=True)
    def post(self, request: Request, slug: str) -> HttpResponse:
        wanted = DriftIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        said = dict(wanted.validated_data)
        decision, sha256 = said.pop("decision"), said.pop("sha256")
        made = resolve(service=self.found(slug), decision=decision, sha256=sha256, wish=Wish(**said), **self.does())
        return self._told(request, self.found(slug), made)

    def _told(self, request: Request, service: Service, made: Publication | None) -> HttpResponse:
        offer, current = getattr(service, "offer", None), service.current
        if offer is None or current is None:
            raise Missing
        changes = changes_between(Definition(current.content, current.sha256), Definition(offer.content, offer.sha256))
        body = {
            "service": service.slug,
            "drift": drift_of(service),
            "module": offer.module,
            "sha256": offer.sha256,
            "offered_at": when(offer.offered_at),
            "current": current.number,
            "change_class": class_of(changes),
            "changes": [told_of(each, self.language) for each in changes],
            "content": offer.content,
            "publication": publication_body(made) if made else None,
        }
        return json_response(request, body)
