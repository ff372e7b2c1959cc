"""Drafts: made with a client-made id, saved as the resident types."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.bearer import REALM, Actor
from accounts.models import Assurance
from services.applications.city_time import city_day
from services.applications.models import DRAFT, Application
from services.applications.operations.behalf import require_reach
from services.applications.operations.moving import answered, bring_up_to_date
from services.catalogue.models import Service
from services.catalogue.versions import Version, version_of
from services.definitions import Evaluation
from services.documents.operations import discard
from superapp.http.merging import merge_patch
from superapp.http.problems import FieldError, Problem

# Faults of the program that sends, not of the person who types: refused, so that they are seen.
_REFUSED_IN_DRAFTS = frozenset({"type", "unknown_field", "too_large", "too_deep", "too_many", "not_json"})


def unknown_service() -> Problem:
    """Return the refusal of a slug that is not in the catalogue."""
    return Problem(
        status=400,
        code="unknown_service",
        detail={"id": "Layanan ini tidak ada di katalog.", "en": "There is no such service in the catalogue."},
        errors=[FieldError("/service", "unknown_service", {"id": "Layanan tidak dikenal.", "en": "Unknown service."})],
    )


def service_closed() -> Problem:
    """Return the refusal of a service that takes no applications now, or whose module is not installed any more."""
    return Problem(
        status=409,
        code="service_closed",
        detail={"id": "Layanan ini sedang ditutup.", "en": "This service takes no applications now."},
    )


def id_taken() -> Problem:
    """Return the refusal of an id under which something else already stands."""
    return Problem(
        status=409,
        code="id_taken",
        detail={
            "id": "Nomor id ini sudah dipakai untuk permohonan lain. Buat id baru.",
            "en": "This id already stands for another application. Make a new one.",
        },
        errors=[FieldError("/id", "id_taken", {"id": "Id sudah dipakai.", "en": "The id is taken."})],
    )


def not_a_draft(state: str) -> Problem:
    """Return the refusal to change what was already submitted."""
    return Problem(
        status=409,
        code="not_a_draft",
        detail={
            "id": f"Permohonan sudah diajukan (status: {state}) dan tidak dapat diubah.",
            "en": f"The application was already submitted (state: {state}) and cannot be changed.",
        },
    )


def require_assurance(*, has: str, version: Version) -> None:
    """Refuse a person who is not known surely enough for this service.

    :raises Problem: 403 `assurance_too_low`, naming what is asked and what the person has. Its further members lead
        there: `acr_values` for an authorization request of the app, `step_up` for a browser.
    """
    asked = version.definition.access.assurance
    if Assurance(has).covers(asked):
        return
    raise Problem(
        status=403,
        code="assurance_too_low",
        detail={
            "id": f"Layanan ini meminta identitas tingkat {asked}; akun Anda masih tingkat {has}.",
            "en": f"This service asks for identity assurance {asked}; your account has {has}.",
        },
        headers={  # RFC 9470, section 3
            "WWW-Authenticate": f'{REALM}, error="insufficient_user_authentication", acr_values="{asked}"'
        },
        members={
            "required_assurance": asked,
            "acr_values": asked,
            "step_up": f"{settings.BASE_URL}/akun/identitas/?{urlencode({'need': asked})}",
        },
    )


def create_draft(
    *, id: UUID, applicant_id: UUID, assurance: str, service: str, now: datetime, actor: Actor | None = None
) -> tuple[Application, bool]:
    """Create a draft under the service's present version. Return it, and whether it is new.

    The same id again, by the same person for the same service, returns what stands. `actor` is who acts for them.

    :raises Problem: 400 unknown service; 403 assurance too low, or not to be applied for on another's behalf; 409
        service closed or id taken.
    """
    found = Service.objects.filter(slug=service, current__isnull=False).first()
    if found is None:
        raise unknown_service()
    require_reach(actor, version_of(found.current_id))  # type: ignore[arg-type]  # filtered above
    standing = Application.objects.filter(id=id).select_related("service").first()
    if standing is None:
        if not found.is_open:
            raise service_closed()
        version = version_of(found.current_id)  # type: ignore[arg-type]  # filtered above
        require_assurance(has=assurance, version=version)
        try:
            with transaction.atomic():
                return _insert(id=id, applicant_id=applicant_id, version=version, now=now), True
        except IntegrityError:
            standing = Application.objects.select_related("service").get(id=id)
    if standing.applicant_id != applicant_id or standing.service_id != found.id:
        raise id_taken()
    return standing, False


def _insert(*, id: UUID, applicant_id: UUID, version: Version, now: datetime) -> Application:
    return Application.objects.create(
        id=id,
        applicant_id=applicant_id,
        service_id=version.service_id,
        version_id=version.id,
        agency_id=version.agency_id,
        created_at=now,
        updated_at=now,
    )


def save_answers(*, application: Application, patch: Mapping[str, Any], now: datetime) -> Evaluation:
    """Merge `patch` (RFC 7396: null removes) into a draft whose row the caller has locked; return what it means.

    What a person can mend later (a number too short, a required field still empty) is saved and told in the
    evaluation's problems. What only a program gets wrong is refused, and nothing is saved. What was typed into a form
    that was superseded meanwhile is kept before the draft moves to the new one.

    :raises Problem: 409 when no longer a draft; 400 naming each field of a wrong type or unknown.
    """
    if application.state != DRAFT:
        raise not_a_draft(application.state)
    definition = version_of(application.version_id).definition
    form = definition.form
    merged = merge_patch(application.answers, patch)
    evaluation = form.evaluate(merged, draft=True, today=city_day(now))
    refuse_unfit(evaluation)
    application.answers = evaluation.answers
    if application.moved:
        application.moved = answered(application.moved, definition, patch, evaluation, city_day(now))
    application.revision += 1
    application.updated_at = now
    application.save(update_fields=["answers", "moved", "revision", "updated_at"])
    if bring_up_to_date(application, seen=True, now=now):
        form = version_of(application.version_id).definition.form
        return form.evaluate(application.answers, draft=True, today=city_day(now))
    return evaluation


def refuse_unfit(evaluation: Evaluation) -> None:
    """Refuse answers that no person mends: of a wrong type, unknown, too much.

    :raises Problem: 400 `invalid_answers` naming each field.
    """
    refused = [problem for problem in evaluation.problems if problem.code in _REFUSED_IN_DRAFTS]
    if refused:
        raise Problem(
            status=400,
            code="invalid_answers",
            detail={"id": "Ada isian yang tidak dikenal formulir.", "en": "Some answers do not fit the form."},
            errors=[FieldError(f"/answers{each.pointer}", each.code, each.detail) for each in refused],
        )


def discard_draft(*, application: Application) -> None:
    """Delete a draft, whose row the caller has locked, with its files.

    :raises Problem: 409 when it was submitted: what was submitted is kept.
    """
    if application.state != DRAFT:
        raise not_a_draft(application.state)
    for attached in application.files.select_related("file"):
        attached.delete()
        discard(attached.file)
    application.delete()
