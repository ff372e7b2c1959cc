"""Checking again what passed while an agency's module did not answer (`hooks.on_failure: allow-and-reverify`).

Nothing that was decided is undone by it: the outcome stands in the history, for the resident and the officer to act on.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from services.applications.checks import own_fee
from services.applications.city_time import city_day
from services.applications.hooks import ask_later, module_of, snapshot_from, snapshot_of
from services.applications.models import DRAFT, Application, Event
from services.applications.operations.recording import record
from services.catalogue.versions import Version, version_of
from services.events.models import OutboxEvent
from services.events.operations import Park
from services.module_api import Deny, OPDModule, Snapshot, call_hook


@transaction.atomic
def check_again(event: OutboxEvent, now: datetime) -> None:
    """Ask the module what it was asked in vain, and write in the history what it says.

    :raises RetryLater: while it does not answer; parked for a person after a month.
    :raises Park: when the module is no longer installed.
    """
    application = Application.objects.select_for_update(of=("self",)).select_related("applicant").get(id=event.key)
    checked = application.events.get(sequence=event.body["sequence"])
    if application.events.filter(type="checked_again", data__of=checked.sequence).exists():
        return
    version = version_of(application.version_id)
    module = module_of(version)
    if module is None:
        raise Park(f"{version.module} is not installed")
    found = _found(module, application, checked, event, version, now)
    outcome = "problems" if found else "sound"
    record(
        application,
        type="checked_again",
        actor_id=None,
        actor_role="system",
        data={"of": checked.sequence, "hooks": event.body["hooks"], "outcome": outcome} | found,
        now=now,
    )
    application.revision += 1
    application.updated_at = now
    application.save(update_fields=["revision", "updated_at"])


def _found(
    module: OPDModule, application: Application, checked: Event, event: OutboxEvent, version: Version, now: datetime
) -> dict[str, Any]:
    """Return what is wrong: `problems`, `fee` with what is due and what was fixed, `denied` in words."""
    found: dict[str, Any] = {}
    snapshot = _snapshot_then(application, checked, version)
    for hook in event.body["hooks"]:
        arguments = (snapshot, checked.action) if hook == "guard" else (snapshot,)
        result = call_hook(module, hook, *arguments, timeout=settings.MODULE_HOOK_SECONDS)
        if not result.ok:
            raise ask_later(event, f"{version.module}.{hook}: {result.error}", now)
        found |= _wrong(hook, result.value, application, version)
    return found


def _wrong(hook: str, value: Any, application: Application, version: Version) -> dict[str, Any]:
    if hook == "validate" and value:
        lines = [{"pointer": each.pointer, "code": each.code, "detail": dict(each.detail)} for each in value]
        return {"problems": lines}
    if hook == "fees" and application.submitted_at:
        due = own_fee(version, application.answers, city_day(application.submitted_at))
        due += sum(line.amount for line in value or [])
        return {"fee": {"due": due, "fixed": application.fee_amount}} if due != application.fee_amount else {}
    return {"denied": dict(value.reason)} if isinstance(value, Deny) else {}


def _snapshot_then(application: Application, checked: Event, version: Version) -> Snapshot:
    """Return what the module would have seen at the time."""
    if checked.from_state != DRAFT:
        return snapshot_from(application, version, state=checked.from_state)
    submitted = application.submissions.get(number=1)
    return snapshot_of(
        application_id=application.id,
        version=version,
        number=None,
        state=DRAFT,
        answers=submitted.answers,
        files=[{"requirement": requirement} for requirement in sorted(submitted.files)],
        applicant_id=application.applicant_id,
        applicant_name=application.applicant.full_name,
        assurance=application.applicant.assurance,
        submitted_at=submitted.submitted_at,
    )
