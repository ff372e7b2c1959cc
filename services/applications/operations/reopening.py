"""Opening again what ended: because an objection was upheld, or by the agency's own rule. The clock begins anew."""

from collections.abc import Set
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from services.agencies.queries import calendar
from services.applications.city_time import city_day
from services.applications.models import Application, Event
from services.applications.operations.recording import record
from services.applications.operations.retention import keep_on
from services.applications.operations.transitions import action_forbidden, somebody_was_first
from services.applications.queries.behalf import involved
from services.applications.queries.clock import Step, clock_of
from services.applications.queries.objections import root_of
from services.catalogue.versions import version_of
from services.definitions import Deadline, last_day
from superapp.http.conditional import matches
from superapp.http.problems import FieldError, Problem

MAX_REASON = 2000


@transaction.atomic
def carry_out(objection_id: UUID, *, now: datetime) -> bool:
    """Do what an upheld objection asks: its decision falls and is to be made anew. Return whether it was new.

    Of an appeal, both the objection that was refused and the first decision fall.
    """
    objection = Application.objects.select_related("objects_to__objects_to").get(id=objection_id)
    decided = root_of(objection)
    locked = Application.objects.select_for_update(of=("self",)).get(id=decided.id)
    if locked.events.filter(type="reopened", data__objection=str(objection.id)).exists() or locked.end == "granted":
        return False
    told = {"objection": str(objection.id), "number": objection.number}
    middle = objection.objects_to
    assert middle is not None  # noqa: S101 - it objects to something
    if middle.id != locked.id:
        between = Application.objects.select_for_update(of=("self",)).get(id=middle.id)
        record(between, type="overturned", actor_id=None, actor_role="system", data=told, now=now)
        between.revision += 1
        between.save(update_fields=["revision"])
    rule = version_of(middle.version_id).definition.objection
    assert rule is not None  # noqa: S101 - else nobody could have objected
    overrides = _decision(locked)
    told |= {"overrides": str(overrides.actor_id)} if overrides and overrides.actor_id else {}
    _reopen(locked, rule.follow_up, actor_id=None, role="system", data=told, now=now)
    return True


@transaction.atomic
def reopen(
    *, application_id: UUID, actor_id: UUID, roles: Set[str], reason: str, if_match: str | None, now: datetime
) -> None:
    """Open again what ended, where its definition's `reopening` lets this role do so now.

    :raises Problem: 412 when somebody was first; 409 when it is open, cannot be opened again, or not any more, or is
        objected to; 403 for another role or one's own; 422 without a reason.
    """
    application = Application.objects.select_for_update(of=("self",)).get(id=application_id)
    version = version_of(application.version_id)
    if if_match is not None and not matches(if_match, str(application.revision)):
        raise somebody_was_first(application, version, to_staff=True)
    rule = version.definition.reopening
    if rule is None or application.state not in rule.ends:
        raise _refused("not_reopenable", "Permohonan ini tidak dapat dibuka kembali.", "This cannot be opened again.")
    role = next((each for each in ("officer", "approver", "admin") if each in rule.by & roles), None)
    if role is None or involved(application, actor_id):
        raise action_forbidden("reopen")
    assert application.closed_at is not None  # noqa: S101 - it ended
    until = last_day(rule.within, start=city_day(application.closed_at), holidays=calendar())
    if city_day(now) > until:
        days = f"{until.isoformat()}, {rule.within.basis}"
        raise _refused("reopening_too_late", f"Batas waktunya sudah lewat ({days}).", f"It is too late ({days}).")
    if application.objections.filter(end="", submitted_at__isnull=False).exists():
        raise _refused("objection_open", "Putuskan keberatannya dahulu.", "Decide on the objection first.")
    reason = _reason(reason)
    data = {"basis": rule.within.basis}
    _reopen(application, rule.follow_up, actor_id=actor_id, role=role, data=data, now=now, reason=reason)


def _reason(reason: str) -> str:
    reason = reason.strip()
    if not reason or len(reason) > MAX_REASON:
        code = "max_length" if reason else "required"
        detail = {"id": "Tuliskan alasannya untuk pemohon.", "en": "Give the resident the reason."}
        raise Problem(status=422, code="invalid_reason", detail=detail, errors=[FieldError("/reason", code, detail)])
    return reason


def _refused(code: str, id: str, en: str) -> Problem:
    return Problem(status=409, code=code, detail={"id": id, "en": en})


def _reopen(
    application: Application,
    rule: Deadline,
    *,
    actor_id: UUID | None,
    role: str,
    data: dict[str, Any],
    now: datetime,
    reason: str = "",
) -> None:
    """Put an application back to where it was decided, with a clock that begins today; its row is locked."""
    version = version_of(application.version_id)
    decision = _decision(application)
    state = decision.from_state if decision else application.state
    promise = {"working_days" if rule.working else "calendar_days": rule.days, "basis": rule.basis}
    clock = clock_of(application, version, then=Step("reopened", state, "", now, promise))
    due_on, paused_on = clock.kept(calendar())
    record(
        application,
        type="reopened",
        actor_id=actor_id,
        actor_role=role,
        to_state=state,
        reason=reason,
        data=data | {"clock": promise, "due_on": str(due_on)},
        now=now,
    )
    application.state, application.end, application.closed_at = state, "", None
    application.due_on, application.paused_on = due_on, paused_on
    application.revision += 1
    application.updated_at = now
    application.save(update_fields=["state", "end", "closed_at", "due_on", "paused_on", "revision", "updated_at"])
    keep_on(application.id)


def _decision(application: Application) -> Event | None:
    """Return the step that ended it, None while it is open."""
    if not application.end:
        return None
    ended = application.events.filter(to_state=application.state).exclude(from_state=application.state)
    return ended.order_by("-sequence").first()
