"""What may be objected to and until when; what was objected already; who decided."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.agencies.queries import calendar
from services.applications.city_time import city_day, moment
from services.applications.models import DRAFT, Application, Event
from services.applications.queries.detail import Row, needs_correction, state_label, told_due
from services.catalogue.versions import Version, version_of
from services.definitions import last_day

Texts = dict[str, str]
_DECIDED = ("granted", "rejected")


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether an application may be objected to: until a day (None: it may not), or why not, by code and in words."""

    until: date | None
    code: str = ""
    why: Texts | None = None
    basis: str = ""
    objection: UUID | None = None


def standing_of(decided: Application | Row, version: Version, *, now: datetime, but: UUID | None = None) -> Standing:
    """Return whether a decision, or its lack, may be objected to now; `but` is the objection that asks itself."""
    rule = version.definition.objection
    if rule is None:
        return _no("no_objection", "Layanan ini tidak mengatur keberatan.", "This service has no way to object.")
    since = _since(decided, version, when_overdue=rule.when_overdue, now=now)
    if isinstance(since, Standing):
        return since
    for each in _objections(decided.id, but):
        if not each.end:
            words = {"id": "Keberatan Anda sudah ada.", "en": "You have objected already."}
            return Standing(None, "objection_open", words, objection=each.id)
        if each.end in _DECIDED and each.submitted_at and _is_about(each.submitted_at, decided, since):
            words = {
                "id": "Keberatan atas keputusan ini sudah diputus.",
                "en": "The objection to this decision was decided.",
            }
            return Standing(None, "objection_decided", words, objection=each.id)
    until = last_day(rule.within, start=since, holidays=calendar())
    if city_day(now) > until:
        days = f"{until.isoformat()}, {rule.within.basis}"
        return _no("objection_too_late", f"Batas waktunya sudah lewat ({days}).", f"It is too late ({days}).")
    return Standing(until, basis=rule.within.basis)


def _since(decided: Application | Row, version: Version, *, when_overdue: bool, now: datetime) -> "date | Standing":
    """Return the day from which the time for an objection runs, or why there is nothing to object to."""
    if decided.end == "rejected" and decided.closed_at:
        return city_day(decided.closed_at)
    if decided.end == "granted":
        return _no("nothing_to_object", "Permohonan ini dikabulkan.", "This was granted.")
    if decided.end:
        return _no("nothing_to_object", "Permohonan ini dicabut.", "This was withdrawn.")
    waits = needs_correction(version, decided.state, decided.paused_on) or decided.paused_on is not None
    late = decided.due_on is not None and decided.due_on < city_day(now) and not waits
    if when_overdue and decided.state != DRAFT and late:
        assert decided.due_on is not None  # noqa: S101 - it is late
        return decided.due_on
    return _no("not_decided", "Permohonan ini belum diputus.", "There is no decision yet.")


def _is_about(submitted_at: datetime, decided: Application | Row, since: date) -> bool:
    """Return whether what was filed then is about the present decision, or its lack, and not about one that fell."""
    return submitted_at >= decided.closed_at if decided.closed_at else city_day(submitted_at) >= since


def _no(code: str, id: str, en: str) -> Standing:
    return Standing(None, code, {"id": id, "en": en})


def _objections(application_id: UUID, but: UUID | None) -> Iterable[Application]:
    found = Application.objects.filter(objects_to=application_id)
    found = found.exclude(id=but) if but else found
    return found.only("id", "end", "submitted_at").order_by("-created_at", "id")


def is_contested(application: Application, *, now: datetime) -> bool:
    """Return whether its decision may still fall: an objection to it, or an appeal to one, is open or may be filed.

    One that was only begun counts as long as it may be filed.
    """
    objections = list(Application.objects.filter(objects_to=application))
    filed = [each for each in objections if each.submitted_at is not None]
    if not all(each.end for each in filed):
        return True
    begun = next((each.id for each in objections if each.submitted_at is None), None)
    if standing_of(application, version_of(application.version_id), now=now, but=begun).until is not None:
        return True
    return any(is_contested(each, now=now) for each in filed)


def objections_of(application_id: UUID, language: str, *, drafts: bool) -> list[dict[str, Any]]:
    """Return the objections to an application, or the appeals of an objection, the first first."""
    found = Application.objects.filter(objects_to=application_id).order_by("created_at", "id")
    return [_line(each, language) for each in (found if drafts else found.exclude(state=DRAFT))]


def _line(each: Application, language: str) -> dict[str, Any]:
    version = version_of(each.version_id)
    due = told_due(each.due_on, each.paused_on)
    return {
        "id": str(each.id),
        "number": each.number,
        "kind": version.definition.kind,
        "state": each.state,
        "state_label": state_label(version, each.state, language),
        "end": each.end or None,
        "due_on": due.isoformat() if due else None,
        "submitted_at": moment(each.submitted_at),
        "closed_at": moment(each.closed_at),
    }


def decided_by(application_id: UUID | None, person_id: UUID) -> bool:
    """Return whether this person decided on an application, or on what it objects to in turn."""
    while application_id is not None:
        row = Application.objects.filter(id=application_id).values_list("version_id", "objects_to_id").get()
        states = version_of(row[0]).definition.workflow.states
        ends = [code for code, state in states.items() if state.end in _DECIDED]
        taken = Event.objects.filter(application_id=application_id, actor_id=person_id, to_state__in=ends)
        if taken.exclude(actor_role="resident").exists():
            return True
        application_id = row[1]
    return False


def root_of(objection: Application) -> Application:
    """Return the application at the beginning: an appeal objects to an objection."""
    while objection.objects_to is not None:
        objection = objection.objects_to
    return objection
