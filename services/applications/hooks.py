"""Asking an agency's module, and what happens when it does not answer."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

import orjson
from django.apps import apps
from django.conf import settings
from django.utils import timezone

from services.applications.models import Application
from services.applications.queries.unchecked import failure_policy
from services.catalogue.versions import Version
from services.events.models import OutboxEvent
from services.events.operations import Park as ParkDelivery
from services.events.operations import RetryLater
from services.module_api import Applicant, DocumentSpec, OPDModule, Park, Retry, Snapshot, call_hook
from services.module_api import Event as ModuleEvent
from superapp.http.problems import Problem

_TRIED_FOR = timedelta(days=30)
_SOONEST_SECONDS, _LATEST_SECONDS = 30.0, 3600.0


def module_of(version: Version) -> OPDModule | None:
    """Return the module that brings this service; None when it is no longer installed."""
    module = apps.app_configs.get(version.module)
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
    """Return what a module may see of an application: copies that it may spoil, with the times of the city's days."""
    return Snapshot(
        application_id=application_id,
        service=version.slug,
        version=version.number,
        number=number,
        state=state,
        answers=orjson.loads(orjson.dumps(answers)),
        files=tuple(str(each["requirement"]) for each in files),
        applicant=Applicant(id=applicant_id, name=applicant_name, assurance=assurance),
        agency=version.agency_code,
        submitted_at=submitted_at and timezone.localtime(submitted_at),
    )


def snapshot_from(application: Application, version: Version, *, state: str | None = None) -> Snapshot:
    """Return what a module may see of a submitted application, as if in `state`. Its applicant is loaded."""
    return snapshot_of(
        application_id=application.id,
        version=version,
        number=application.number,
        state=state or application.state,
        answers=application.answers,
        files=[{"requirement": each.requirement} for each in application.files.order_by("requirement")],
        applicant_id=application.applicant_id,
        applicant_name=application.applicant.full_name,
        assurance=application.applicant.assurance,
        submitted_at=application.submitted_at,
    )


def run_hook(
    module: OPDModule | None, name: str, *args: Any, version: Version, default: Any, unchecked: list[str]
) -> Any:
    """Return what the module's hook says, `default` where it has none or failed; then `unchecked` gets its name.

    :raises Problem: 503 `module_unavailable` when the hook failed and the definition's `hooks.on_failure` is `block`.
    """
    if module is None:
        return default
    result = call_hook(module, name, *args, timeout=settings.MODULE_HOOK_SECONDS)
    if result.ok:
        return default if result.value is None else result.value
    if failure_policy(version) == "block":
        raise module_unavailable(version)
    unchecked.append(name)
    return default


def module_unavailable(version: Version) -> Problem:
    """Return 503: the agency's own check did not answer, and without it nothing may pass."""
    return Problem(
        status=503,
        code="module_unavailable",
        detail={
            "id": f"Pemeriksaan {version.agency_name} sedang terganggu. Draf Anda tersimpan; coba lagi nanti.",
            "en": f"The check by {version.agency_name} is out of order. Your draft is safe; try again later.",
        },
        headers={"Retry-After": "60"},
    )


def document_of(
    application: Application, event: OutboxEvent, version: Version, *, now: datetime, unchecked: list[str]
) -> DocumentSpec:
    """Return what the agency's module adds to the document of a granted application.

    Nothing where it failed and the definition's policy is `allow-editable`: then `unchecked` gets the hook's name.
    Otherwise the document waits until the module answers; what is granted stays granted.

    :raises RetryLater: when it failed, for a month; then it is parked for a person.
    """
    module = module_of(version)
    if module is None or not hasattr(module, "document"):
        return DocumentSpec()
    result = call_hook(module, "document", snapshot_from(application, version), timeout=settings.MODULE_HOOK_SECONDS)
    spec: DocumentSpec = result.value or DocumentSpec()
    error = result.error
    if spec.valid_until is not None and spec.valid_until < timezone.localdate(now):
        error = f"valid_until {spec.valid_until} lies in the past"
    if not error:
        return spec
    if failure_policy(version) != "allow-editable":
        raise ask_later(event, f"{version.module}.document: {error}", now)
    unchecked.append("document")
    return DocumentSpec()


def ask_later(event: OutboxEvent, reason: str, now: datetime) -> RetryLater:
    """Return the wish to be told again: soon at first, every hour in the end; parked for a person after a month."""
    age = (now - event.created_at).total_seconds()
    seconds = min(max(age / 4, _SOONEST_SECONDS), _LATEST_SECONDS)
    return RetryLater(seconds, reason, until=event.created_at + _TRIED_FOR)


def tell(module: OPDModule | None, event: OutboxEvent, version: Version, *, now: datetime) -> None:
    """Tell a module that listens what happened.

    :raises ParkDelivery: when it asks for a person.
    :raises RetryLater: when it asks for another try, or failed; after a month it is parked for a person, too.
    """
    if module is None:
        return
    told = ModuleEvent(
        id=event.id,
        topic=event.topic,
        service=version.slug,
        body=MappingProxyType(dict(event.body)),
        at=event.created_at,
    )
    result = call_hook(module, "on_event", told, timeout=settings.MODULE_HOOK_SECONDS)
    if not result.ok:
        raise ask_later(event, f"{version.module}.on_event: {result.error}", now)
    if isinstance(result.value, Retry):
        raise RetryLater(result.value.seconds, result.value.reason, until=event.created_at + _TRIED_FOR)
    if isinstance(result.value, Park):
        raise ParkDelivery(result.value.reason)
