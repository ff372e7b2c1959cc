"""The signed-in resident's applications: where each stands, and by when the law owes an answer."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from rest_framework.request import Request

from services.applications.models import DRAFT, ActionFile, ApplicationFile, Event
from services.applications.operations.retention import note_delivery
from services.applications.operations.satisfaction import survey_of
from services.applications.queries.action_files import given_file
from services.applications.queries.corrections import open_round
from services.applications.queries.deadline import explain
from services.applications.queries.detail import Document, Row, body_of, files_in_words, told_due
from services.applications.queries.history import events_of, told_timeline
from services.applications.queries.lists import my_applications as read_mine
from services.applications.queries.lists import my_line_of
from services.applications.queries.objections import objections_of, standing_of
from services.applications.queries.stored import document_of, file_of
from services.documents.api.downloads import document_response, file_response
from services.pages.manners import page_language, person_id, told_as_page
from services.pages.words import word_for
from services.portal.moved import asked_again
from services.portal.own import own
from services.portal.views.acting import actions_of
from services.portal.views.appointments import appointments_for
from services.portal.views.correcting import round_in_words
from services.portal.views.rating import is_open
from services.portal.views.talking import talk_of
from services.portal.words import ROLES, WHYS
from superapp.http.pagination import page_of, read_page
from superapp.http.problems import Missing

# Events that are more than a new state.
_NAMED: Final = (
    "submitted",
    "law_changed",
    "document_issued",
    "checked_again",
    "escalated_officer",
    "escalated_head",
    "escalated_inspectorate",
    "deemed_granted",
    "objection_filed",
    "overturned",
    "reopened",
    "taken_over",
    "handed_over",
    "handed_back",
    "recalled",
    "appointment_booked",
    "appointment_planned",
    "appointment_moved",
    "appointment_cancelled",
    "appointment_attended",
    "appointment_missed",
    "appointment_displaced",
)


@require_safe
@never_cache
@login_required
@told_as_page
def my_applications(request: HttpRequest) -> HttpResponse:
    """List the person's applications, most recently changed first."""
    language, today = page_language(), timezone.localdate()
    asked = read_page(request, [datetime, UUID])
    who = person_id(request)
    rows = read_mine(who, reader_id=who, limit=asked.limit + 1, after=asked.after, before=asked.before)
    page = page_of(
        request,
        asked,
        rows,
        key=lambda row: (row[7], row[0]),
        line=lambda row: (
            my_line_of(row, language)
            | days_left(told_due(row[5], row[8]), open_=not row[4] and row[6] is not None, today=today)
        ),
    )
    return render(request, "portal/my_applications.html", {"page": page})


@require_safe
@never_cache
@login_required
@told_as_page
def track(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show one application: state, history, due date with its days, files, document."""
    return page(request, own(request, id))


def page(
    request: HttpRequest, row: Row, *, refused: Sequence[str] = (), typed: Mapping[str, str] | None = None
) -> HttpResponse:
    """Return the page of an application; with why something was `refused`, and what was `typed` for it."""
    id, language, today = row.id, page_language(), timezone.localdate()
    events = events_of(id)
    shown: dict[str, Any]
    told = [told_line(line) for line in told_timeline(events, row.version, language)]
    shown = {
        "application": body_of(row, language)
        | days_left(
            told_due(row.due_on, row.paused_on), open_=not row.end and row.submitted_at is not None, today=today
        ),
        "files": files_in_words(row, language),
        "timeline": told,
        "reason": _reason(told, row) if row.end == "rejected" else None,
        "may_object": standing_of(row, row.version, now=timezone.now()),
        "objections": objections_of(id, language, drafts=True) if row.version.definition.objection else [],
        "issues": row.version.definition.outcome is not None,
        "lapsed": _has_lapsed(row.document, today),
        "demo": bool(row.version.definition.content.get("demo", False)),
        "deadline": _deadline(row, language, events),
        "round": _round(row),
        "actions": actions_of(request, row),
        "asked_again": asked_again(row.moved, row.version.definition, language) if row.state == DRAFT else [],
    }
    shown |= talk_of(row) | appointments_for(row) | _survey(row)
    shown |= {"refused": refused, "typed": typed, "here": reverse("track", args=[id])}
    return render(request, "portal/track.html", shown | {"lost": _lost(typed or {}, shown)})


def _lost(typed: Mapping[str, str], shown: Mapping[str, Any]) -> str:
    """Return what was typed into a form that the page has no more."""
    stands = any(each["action"] == typed.get("action") and not each["blocked"] for each in shown["actions"])
    gone = [typed.get("reason", "") if not stands else "", typed.get("text", "") if not shown.get("may_write") else ""]
    return "\n\n".join(filter(None, gone))


@require_safe
@login_required
@told_as_page
def track_document(request: HttpRequest, id: UUID) -> HttpResponse:
    """Hand out the issued document."""
    own(request, id)
    document = document_of(id)
    if document is None:
        raise Missing
    note_delivery(id, now=timezone.now())
    return document_response(Request(request), document)


@require_safe
@login_required
@told_as_page
def track_file(request: HttpRequest, id: UUID, file_id: UUID) -> HttpResponse:
    """Hand out a file that the person handed in."""
    own(request, id)
    try:
        return file_response(Request(request), file_of(id, file_id))
    except ApplicationFile.DoesNotExist:
        raise Missing from None


@require_safe
@login_required
@told_as_page
def track_given(request: HttpRequest, id: UUID, file_id: UUID) -> HttpResponse:
    """Hand out a file that was given with a step of the application."""
    own(request, id)
    try:
        stored = given_file(id, file_id, reader_id=person_id(request), staff=False)
    except ActionFile.DoesNotExist:
        raise Missing from None
    return file_response(Request(request), stored)


def days_left(due_on: date | None, *, open_: bool, today: date) -> dict[str, Any]:
    """Return how many days are left (negative: overdue); None where no clock runs."""
    return {"days_left": (due_on - today).days if due_on and open_ else None}


def _round(row: Row) -> dict[str, Any] | None:
    """Return the round that waits for the resident; where the clock runs there is none to look for."""
    asked = open_round(row.id) if row.paused_on and not row.end else None
    return round_in_words(row, asked) if asked else None


def _has_lapsed(document: Document | None, today: date) -> bool:
    return document is not None and document.valid_until is not None and document.valid_until < today


def _reason(told: list[dict[str, Any]], row: Row) -> str | None:
    """Return why it was refused; an objection may have been filed since."""
    return next((each["reason"] for each in reversed(told) if each["reason"] and each["state"] == row.state), None)


def told_line(line: dict[str, Any]) -> dict[str, Any]:
    """Return a line of the history in the reader's words: what became of it, not the button that was pressed."""
    what = line["label"] if line["type"] in _NAMED else line["state_label"]
    who = line["on_behalf"]["text"] if line["on_behalf"] else word_for(ROLES, line["by"])
    return line | {"what": what, "who": who}


def _survey(row: Row) -> dict[str, Any]:
    """Return whether the survey may be answered now, and was before."""
    if row.end not in ("granted", "rejected"):
        return {}
    survey = survey_of(row.id, language=page_language())
    return {"survey_open": is_open(survey, timezone.now()), "survey_answered": survey["answered_at"] is not None}


def _deadline(row: Row, language: str, events: list[Event]) -> dict[str, Any] | None:
    if row.submitted_at is None:
        return None
    explained = explain(row, language, events=events)
    days = [day | {"word": word_for(WHYS, day["why"])} for day in explained["days"]]
    return explained | {"days": days}
