"""Asking an agency's module, and what happens when it does not answer."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps

from services.applications.models import Event
from services.catalogue.versions import Version
from services.events.models import OutboxEvent
from services.events.operations import Park as ParkDelivery
from services.events.operations import RetryLater
from services.module_api import Applicant, OPDModule, Park, Retry, Snapshot, call_hook
from services.module_api import Event as ModuleEvent
from superapp.http.problems import Problem


def module_of(version: Version) -> OPDModule | None:
    """Return the module that brings this service; None when it is no longer installed."""
    try:
        module = apps.get_app_config(version.module)
    except LookupError:
        return None
    return module if isinstance(module, OPDModule) else None


def snapshot_of(
    *,
    application_id: UUID,
    version: Version,
    number: str | None,
    state: str,
    answers: dict[str, Any],
    files: Sequence[dict[str, Any]],
    applicant_id: UUID,
    applicant_name: str,
    assurance: str,
    submitted_at: datetime | None,
) -> Snapshot:
    """Return what a module may see of an application."""
    return Snapshot(
        application_id=application_id,
        service=version.slug,
        version=version.number,
        number=number,
        state=state,
        answers=answers,
        files=tuple(str(each["requirement"]) for each in files),
        applicant=Applicant(id=applicant_id, name=applicant_name, assurance=assurance),
        agency=version.agency_code,
        submitted_at=submitted_at,
    )
