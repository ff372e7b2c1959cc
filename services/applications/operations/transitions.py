"""Deciding: an action of the version's workflow, by somebody whose role allows it."""

from collections.abc import Mapping, Sequence, Set
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from accounts.bearer import Actor
from accounts.models import User
from services.agencies.queries import calendar
from services.applications.city_time import city_day
from services.applications.hooks import module_of, run_hook, snapshot_from
from services.applications.models import DRAFT, Application, Event
from services.applications.operations.appointments import give_back
from services.applications.operations.given_files import bind, drop_unusable, files_for, told
from services.applications.operations.reasons import reason_given
from services.applications.operations.recording import owe, record
from services.applications.operations.rounds import AWAITING, awaiting_correction, give_up_round
from services.applications.queries.behalf import involved, sealed_trace_of
from services.applications.queries.clock import Step, clock_of
from services.applications.queries.detail import Row, needs_correction, state_label
from services.applications.queries.latest import latest_step
from services.applications.queries.objections import decided_by
from services.applications.queries.unchecked import is_rechecked
from services.catalogue.versions import Version, version_of
from services.definitions import Transition
from services.module_api import Allow, Deny
from superapp.http.conditional import matches
from superapp.http.problems import Problem


def action_not_available(action: str, application: Application, version: Version, *, to_staff: bool) -> Problem:
    """Return the refusal of an action that the present state does not offer: late, twice, or never; who was first."""
    state = {code: state_label(version, application.state, code) for code in ("id", "en")}
    latest = latest_step(application, version, to_staff=to_staff)
    return Problem(
        status=409,
        code="action_not_available",
        detail={
            "id": f"Tindakan “{action}” tidak tersedia: status kini “{state['id']}”. {latest['id']}".strip(),
            "en": f"“{action}” is not available: the state is now “{state['en']}”. {latest['en']}".strip(),
        },
    )


def somebody_was_first(application: Application, version: Version, *, to_staff: bool) -> Problem:
    """Return 412: the application moved since it was read, and by whom."""
    latest = latest_step(application, version, to_staff=to_staff)
    return Problem(
        status=412,
        code="precondition_failed",
        detail={
            "id": f"Permohonan ini berubah sejak Anda membacanya. {latest['id']} Muat ulang, lalu putuskan lagi.",
            "en": f"This application changed since you read it. {latest['en']} Read it again, then decide.",
        },
    )


# What is done beside the steps of a workflow, which have words of their own.
_DOINGS: Final[Mapping[str, Mapping[str, str]]] = {
    "claim": {"id": "Tangani", "en": "Take in hand"},
    "assign": {"id": "Menangani atau meneruskan permohonan ini", "en": "Handle or pass on this application"},
    "corrections": {"id": "Minta perbaikan", "en": "Ask for corrections"},
    "reopen": {"id": "Buka kembali", "en": "Open again"},
    "notes": {"id": "Membaca catatan petugas", "en": "Read the staff's notes"},
    "messages": {"id": "Menulis atau membaca pesan atas nama instansi", "en": "Write or read messages for the agency"},
}


def action_forbidden(action: str, label: Mapping[str, str] | None = None) -> Problem:
    """Return the refusal of an action for another role, or another person: than took the one before, than applies.

    `label` is what the workflow calls it.
    """
    words = label or _DOINGS[action]
    return Problem(
        status=403,
        code="action_forbidden",
        detail={
            "id": f"Anda tidak berwenang melakukan tindakan “{words['id']}”.",
            "en": f"You may not take the action “{words['en']}”.",
        },
    )


def decided_elsewhere(version: Version) -> Problem:
    """Return the refusal of a decision at an agency that was only asked: it hands the application back."""
    return Problem(
        status=409,
        code="decided_elsewhere",
        detail={
            "id": f"Yang memutus adalah {version.agency_name}: kembalikan permohonan ini ke sana.",
            "en": f"{version.agency_name} decides on this: hand the application back to it.",
        },
    )


@transaction.atomic
def act(
    *,
    application_id: UUID,
    actor_id: UUID,
    roles: Set[str],
    action: str,
    reason: str,
    now: datetime,
    reason_code: str = "",
    basis: str = "",
    behalf: Actor | None = None,
    if_match: str | None = None,
) -> Application:
    """Take `action` on a submitted application that the caller has found to be the actor's to see.

    `basis` is the law on which a decision stands, beside the service's own. `behalf` tells by which mandate the actor
    acts for the applicant; `if_match`, where it is sent, which revision they have seen. Files that the actor staged for
    it become part of its event.

    :raises Problem: 412 when somebody was first, 409 when the state does not offer it or its guard does not hold, 403
        when the role or separation of duties forbids it or the agency's module denies it, 422 when a reason is owed,
        not asked or none of those to choose from, or a file is owed, 503 when the module cannot say.
    """
    application = Application.objects.select_for_update(of=("self",)).select_related("applicant").get(id=application_id)
    version = version_of(application.version_id)
    if if_match is not None and not matches(if_match, str(application.revision)):
        raise somebody_was_first(application, version, to_staff="resident" not in roles)
    transition, role = permitted(application, version, action=action, actor_id=actor_id, roles=roles)
    end = version.definition.workflow.states[transition.target].end or ""
    if needs_correction(version, application.state, application.paused_on):
        if not (role == "resident" and end):
            raise awaiting_correction()
        give_up_round(application, now)
    if blocked := blocked_by(application, version, [transition], now).get(action):
        raise Problem(status=409, code="guard_not_met", detail=blocked)
    given = reason_given(transition, version, words=reason, code=reason_code, basis=basis)
    files = files_for(application, transition, actor_id=actor_id, now=now)
    unchecked = _ask_guard(application, version, transition)
    due_on, application.paused_on = _clock(application, version, transition, now)
    event = record(
        application,
        type=transition.target,
        action=action,
        to_state=transition.target,
        actor_id=actor_id,
        actor_role=role,
        reason=given.words,
        data=sealed_trace_of(behalf, application.applicant_id)
        | given.data
        | ({"due_on": str(due_on)} if due_on != application.due_on else {})
        | ({"documents": told(files, transition)} if files else {})
        | ({"unchecked": unchecked} if unchecked else {}),
        now=now,
    )
    bind(files, event)
    if unchecked and is_rechecked(version):
        owe(event, hooks=unchecked, now=now)
    application.due_on = due_on
    application.state = transition.target
    application.end = end
    application.revision += 1
    application.updated_at = now
    application.closed_at = now if end else None
    application.save(update_fields=["state", "end", "due_on", "paused_on", "revision", "updated_at", "closed_at"])
    drop_unusable(application, version)
    if end:
        give_back(application, now)
    return application


def permitted(
    application: Application, version: Version, *, action: str, actor_id: UUID, roles: Set[str]
) -> tuple[Transition, str]:
    """Return what `action` means now, and the role in which this person takes it.

    :raises Problem: 409 when the state does not offer it, or it decides and lies elsewhere; 403 when the role or
        separation of duties forbids it.
    """
    offered = None
    if application.state != DRAFT:
        offered = version.definition.workflow.transition(action, application.state)
    if offered is None:
        raise action_not_available(action, application, version, to_staff="resident" not in roles)
    role = _role(offered, roles)
    if role is None or not _apart(application, version, offered, actor_id, roles):
        raise action_forbidden(action, offered.label)
    if decides_for_another(application.agency_id, version, offered):
        raise decided_elsewhere(version)
    return offered, role


def _clock(
    application: Application, version: Version, transition: Transition, now: datetime
) -> tuple[date | None, date | None]:
    """Return the due date, and since when the clock stands, after `transition`."""
    clock = clock_of(application, version, then=Step(transition.target, transition.target, transition.action, now))
    if not clock.pauses and not clock.extensions:
        return application.due_on, None
    return clock.kept(calendar())


def available(row: Row, *, actor_id: UUID, roles: Set[str]) -> list[Transition]:
    """Return what this person may do now. The agency's guard is asked only when it is done."""
    return [
        transition
        for transition in row.version.definition.workflow.available(row.state, roles)
        if _apart(row, row.version, transition, actor_id, roles)
        and not decides_for_another(row.agency_id, row.version, transition)
    ]


def decides_for_another(agency_id: UUID, version: Version, transition: Transition) -> bool:
    """Return whether an agency that it was only handed to would decide: that is for the service's own.

    Who decides is whom the law makes competent (UU 30/2014 Pasal 8 and 17); others look into it and hand it back.
    """
    if agency_id == version.agency_id or "resident" in transition.roles:
        return False
    return version.definition.workflow.states[transition.target].end is not None


def blocked_by(
    application: Application | Row, version: Version, offered: Sequence[Transition], now: datetime
) -> dict[str, dict[str, str]]:
    """Return in words why the definition does not let some of these actions be done now, by action.

    What extends the deadline does so once; a guard must hold. Three queries at most, however many are offered.
    """
    if needs_correction(version, application.state, application.paused_on):
        return {each.action: dict(AWAITING) for each in offered if "resident" not in each.roles}
    if not any(each.guard or each.extends for each in offered):
        return {}
    facts = _facts(application)
    found = {}
    for each in offered:
        if each.extends and each.action in facts["taken"]:
            found[each.action] = {"id": "Tenggat sudah pernah diperpanjang.", "en": "The deadline was extended before."}
        elif each.guard and not version.definition.lets(each, application.answers, facts, city_day(now)):
            found[each.action] = dict(each.guard.message)
    return found


def _facts(application: Application | Row) -> dict[str, Any]:
    """Return what a guard may read beside the answers (`services.definitions.steps.FACTS`)."""
    taken = Event.objects.filter(application_id=application.id).exclude(action="").values_list("action", flat=True)
    files = application.files if isinstance(application, Row) else application.files.values("requirement")
    return {
        "assurance": User.objects.values_list("assurance", flat=True).get(applications=application.id),
        "fee": application.fee_amount,
        "files": sorted(each["requirement"] for each in files),
        "taken": sorted(set(taken)),
    }


def _role(transition: Transition, roles: Set[str]) -> str | None:
    """Return the role in which the actor acts, the least that suffices."""
    for role in ("resident", "officer", "approver", "admin"):
        if role in roles and role in transition.roles:
            return role
    return None


def _apart(
    application: Application | Row, version: Version, transition: Transition, actor_id: UUID, roles: Set[str]
) -> bool:
    """Return whether separation of duties holds.

    Staff do not handle what they applied for, for themselves or for another, nor what is of somebody for whom they may
    act, nor an objection to what they decided; who took the named earlier action does not take this one; whose refusal
    fell by an objection does not refuse again.
    """
    earlier = Q(actor_id=actor_id, action__in=transition.separate_from) if transition.separate_from else Q()
    if "resident" in roles:
        return not earlier or not Event.objects.filter(earlier, application_id=application.id).exists()
    if decided_by(application.objects_to_id, actor_id):
        return False
    if version.definition.workflow.states[transition.target].end == "rejected":
        earlier |= Q(type="reopened", data__overrides=str(actor_id))
    return not involved(application, actor_id, or_took=earlier)


def _ask_guard(application: Application, version: Version, transition: Transition) -> list[str]:
    """Ask the agency's module; return what it was asked in vain.

    :raises Problem: 403 with its reason, 503 when nothing may pass unasked.
    """
    module = module_of(version)
    if not hasattr(module, "guard"):
        return []
    unchecked: list[str] = []
    snapshot = snapshot_from(application, version)
    verdict = run_hook(
        module, "guard", snapshot, transition.action, version=version, default=Allow(), unchecked=unchecked
    )
    if isinstance(verdict, Deny):
        raise Problem(status=403, code="denied_by_agency", detail=dict(verdict.reason))
    return unchecked
