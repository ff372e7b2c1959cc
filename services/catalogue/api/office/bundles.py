"""For OPD admins: taking one of my services to another environment, as one signed file."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from services.catalogue.api.office import examples
from services.catalogue.api.office.base import TAGS, ServicesView
from services.catalogue.api.office.drafts import told_of
from services.catalogue.api.office.serializers import BundleOut, ImportOut
from services.catalogue.bundles import Bundle, Packed, name_of, opened, pack
from services.catalogue.models import Service, ServiceVersion
from services.catalogue.operations.drafts import unsound
from services.catalogue.operations.importing import import_bundle
from services.catalogue.queries.authoring import checked, draft_of
from services.catalogue.queries.packing import CASE_ACTIONS, Step, packed_draft, packed_version, planned
from superapp.http.conditional import etag_of, json_response, unless_held
from superapp.http.idempotency import fingerprint, idempotent
from superapp.http.problems import FieldError, Missing, invalid, localized
from superapp.http.rendering import JsonBytes, bytes_of


class Export(ServicesView):
    """Out of here."""

    problem_statuses = (422,)

    @extend_schema(
        operation_id="office_export",
        summary="A service as a signed file, for another environment",
        description="The version that stands, another by its number, or the draft. The file is canonical JSON: the "
        "same content gives the same bytes, and `id` is the same in every environment. Keep it as it is: one byte "
        "changed and it is refused.",
        tags=TAGS,
        parameters=[OpenApiParameter("version", str, description="A version's number, or `draft`.")],
        responses={200: BundleOut},
        examples=[examples.BUNDLE],
    )
    def get(self, request: Request, slug: str) -> HttpResponse:
        body = pack([_packed(self.found(slug), request.GET.get("version", ""))])
        response = unless_held(request, etag_of(body), lambda: HttpResponse(body, content_type="application/json"))
        response.headers["Content-Disposition"] = f'attachment; filename="{name_of(body)}"'
        response.headers["Cache-Control"] = "private, no-cache"
        return response


def _packed(service: Service, named: str) -> Packed:
    """Return what is to be exported.

    :raises Problem: 404 without it; 422 for a draft that is not sound; 400 for what is no version.
    """
    if named == "draft":
        draft = draft_of(service)
        if draft is None:
            raise Missing
        if (found := checked(draft.content, None)).definition is None:
            raise unsound(found)
        return packed_draft(service, draft)
    if named and not (named.isascii() and named.isdigit() and len(named) < 10):
        detail = {"id": "Nomor versi, atau draft.", "en": "A version's number, or draft."}
        raise invalid([FieldError("/version", "invalid", detail)])
    versions = ServiceVersion.objects.filter(service=service)
    version = versions.filter(number=int(named)).first() if named else service.current
    if version is None:
        raise Missing
    return packed_version(service, version)


class Import(ServicesView):
    """Into here."""

    parser_classes = (JsonBytes,)
    problem_statuses = (409, 422)

    @extend_schema(
        operation_id="office_import",
        summary="Take in a signed file from another environment",
        description="Send the file's bytes as they are. With `dry_run` it is told what would change, in words, and "
        "what stands in the way; nothing is made. Without it each service whose content is not here yet gets a draft, "
        "which is published like any other: all of them or none. Taking it in again changes nothing, and a draft that "
        "somebody here has begun stays: publish it or throw it away first. Golden cases come along: new ones are "
        "written; one that stands here otherwise, or was removed here, stays so.",
        tags=TAGS,
        parameters=[OpenApiParameter("dry_run", bool, description="Only tell what would change.")],
        request=BundleOut,
        responses={200: ImportOut, 201: ImportOut},
        examples=[examples.BUNDLE, examples.IMPORTED],
    )
    @idempotent(required=True, mark_of=lambda request: fingerprint(request, query=True))
    def post(self, request: Request) -> HttpResponse:
        dry = _is_dry(request)
        bundle = opened(bytes_of(request))
        if dry:
            steps = planned(bundle, agency_ids=self.agency_ids)
        else:
            steps = [each.step for each in import_bundle(bundle, agency_ids=self.agency_ids, **self.does())]
        made = not dry and any(step.action != "unchanged" or step.cases_that("new") for step in steps)
        return json_response(request, self._told(bundle, steps, dry), status=201 if made else 200)

    def _told(self, bundle: Bundle, steps: list[Step], dry: bool) -> dict[str, Any]:
        errors = [error for step in steps for error in step.errors]
        return {
            "id": bundle.id,
            "from": bundle.source,
            "signed_by": {"name": bundle.signer.name, "key": bundle.signer.key_id},
            "dry_run": dry,
            "importable": not errors,
            "services": [self._line(step) for step in steps],
            "errors": [
                {"pointer": each.pointer, "code": each.code, "detail": localized(each.detail, self.language)}
                for each in errors
            ],
        }

    def _line(self, step: Step) -> dict[str, Any]:
        current = step.service.current if step.service and step.agency else None
        return {
            "service": step.packed.service,
            "agency": step.packed.agency,
            "action": step.action,
            "sha256": step.packed.sha256,
            "number_there": step.packed.number,
            "current": current.number if current else None,
            "known_as": step.known_as,
            "change_class": step.change_class,
            "changes": [told_of(each, self.language) for each in step.changes],
            "cases": {action: step.cases_that(action) for action in CASE_ACTIONS},
        }


def _is_dry(request: Request) -> bool:
    """Return whether only a report is asked for.

    :raises Problem: 400 for anything but true and false: a guess could change something.
    """
    said = request.GET.get("dry_run", "false")
    if said not in ("true", "false"):
        detail = {"id": "true atau false.", "en": "true or false."}
        raise invalid([FieldError("/dry_run", "invalid", detail)])
    return said == "true"
