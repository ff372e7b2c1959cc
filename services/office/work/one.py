"""One application before an officer: what was answered and handed in, its history, and what may be done now."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from rest_framework.request import Request

from services.applications.models import ActionFile, ApplicationFile
from services.applications.operations.reasons import decides, owes_reason
from services.applications.operations.talk import mark_read
from services.applications.operations.transitions import available, blocked_by
from services.applications.queries.action_files import asked_with, given_file, staged_by
from services.applications.queries.corrections import line_of, reason_codes, rounds_of
from services.applications.queries.detail import files_in_words, office_body_of
from services.applications.queries.history import timeline
from services.applications.queries.stored import document_of, file_of
from services.applications.queries.talk import message_line, messages_of, note_line, notes_of
from services.catalogue.queries import local
from services.definitions import Transition
from services.documents.api.downloads import document_response, file_response
from services.office.work import keeping, moving, planning
from services.office.work.staff import Case, on_case
from services.office.work.wording import offered
from services.pages.answers import Shown, answers_in_words, value_in_words
from services.pages.manners import page_language
from superapp.http.problems import Missing

_MOST_TALK = 20


@require_safe
@on_case
def application(case: Case) -> HttpResponse:
    """Show an application; the resident sees that it was read, and their messages with it."""
    case.note("application")
    if case.apart():
        mark_read(application_id=case.row.id, by_office=True, now=timezone.now())
    return page(case)


def page(case: Case, **said: Any) -> HttpResponse:
    """Return the page of an application; `said` is what was `typed`, and why it was `refused`."""
    row, language = case.row, page_language()
    rounds = rounds_of(row.id)
    answers = answers_in_words(row.version.definition.form, row.answers)
    files = files_in_words(row, language)
    apart = case.apart()
    waits = bool(rounds) and rounds[-1].state == "open"
    shown: dict[str, Any] = {
        "application": office_body_of(row, language),
        "answers": answers,
        "answer_groups": _grouped(answers),
        "files": files,
        "marks": _marks(answers, files, said.get("typed", {}).get("marks", {})),
        "timeline": timeline(row.id, row.version, language, staff=apart),
        "actions": [] if row.end else _actions(case),
        "rounds": [_round(case, each) for each in rounds],
        "waits": waits,
        "can_ask": not row.end and not waits and row.paused_on is None
        and len(rounds) < row.version.definition.corrections.rounds,
        "reasons": reason_codes(language),
        "mine": row.place is not None and row.place.assignee_id == case.me,
        "notes": [note_line(each) for each in
                  notes_of(row.id, [row.agency_id], limit=_MOST_TALK, after=None, before=None)] if apart else [],
        "apart": apart,
        "talk_messages": [message_line(each) for each in
                          messages_of(row.id, limit=_MOST_TALK, after=None, before=None)],
        "may_reopen": _may_reopen(case),
        "templates": offered(case),
    }  # fmt: skip
    shown |= moving.shown_of(case) | keeping.shown_of(case) | planning.shown_of(case, shown["actions"])
    shown |= {"here": reverse("work-application", args=[row.id]), "lost": _lost(said.get("typed", {}), shown)}
    return render(case.request, "office/work/application.html", shown | said)


def _lost(typed: dict[str, Any], shown: dict[str, Any]) -> str:
    """Return what was typed into a form that the page has no more."""
    actions = [each["action"] for each in shown["actions"] if not each["blocked"]]
    stands = {
        "act": typed.get("action") in actions,
        "visit": typed.get("action") in actions,
        "ask": shown["can_ask"],
        "cancel": shown["waits"],
        "reopen": shown["may_reopen"],
        "hand-over": shown.get("may_move", False),
        "give-back": bool(shown.get("sender")),
    }
    if stands.get(typed.get("do", ""), True):
        return ""
    words = [typed[name] for name in ("reason", "message")] + [each["words"] for each in typed["marks"].values()]
    return "\n\n".join(filter(None, words))


def _grouped(answers: list[Shown]) -> list[tuple[str, list[Shown]]]:
    """Return the answers below the names of their groups, in order; those in none come first."""
    found: list[tuple[str, list[Shown]]] = [("", [])]
    for each in answers:
        if each.is_group:
            found.append((each.label, []))
        else:
            found[-1][1].append(each)
    return [(name, lines) for name, lines in found if lines]


def _marks(answers: list[Shown], files: list[dict[str, Any]], ticked: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what may be marked for correction, each as it was ticked before a refusal."""
    found = [(f"/answers{each.pointer}", each.label, each.words) for each in answers if not each.is_group]
    found += [(f"/files/{each['requirement']}", each["title"], each["name"]) for each in files]
    return [
        {"pointer": pointer, "label": label, "stands": stands, "ticked": ticked.get(pointer)}
        for pointer, label, stands in found
    ]


def _may_reopen(case: Case) -> bool:
    """Return whether the service's rule lets this person open again what ended so; the operation judges the time."""
    rule = case.row.version.definition.reopening
    return rule is not None and case.row.state in rule.ends and not rule.by.isdisjoint(case.my_roles)


def _actions(case: Case) -> list[dict[str, Any]]:
    row, language = case.row, page_language()
    open_to_me = available(row, actor_id=case.me, roles=case.my_roles)
    blocked = blocked_by(row, row.version, open_to_me, timezone.now()) if open_to_me else {}
    asks = any(each.documents for each in open_to_me)
    staged = list(staged_by(row.id, case.me, timezone.now())) if asks else []
    return [_action(case, each, local(blocked.get(each.action, {}), language), staged, language) for each in open_to_me]


def _action(case: Case, each: Transition, blocked: str, staged: list[ActionFile], language: str) -> dict[str, Any]:
    version = case.row.version
    return {
        "action": each.action,
        "label": local(dict(each.label), language),
        "reason": owes_reason(each, version),
        "codes": [{"code": code.code, "label": local(dict(code.label), language)} for code in each.reason_codes],
        "decides": decides(each, version),
        "refuses": version.definition.workflow.states[each.target].end == "rejected",
        "blocked": blocked,
        "plans": each.action in planning.ACTIONS,
        "documents": asked_with(each, staged, language, url=""),
    }


def _round(case: Case, asked: Any) -> dict[str, Any]:
    """Return a round with old beside new, in words."""
    line = line_of(asked, page_language(), working=False)
    fields = {each.path: each.node for each in case.row.version.definition.form.fields}
    for item in line["items"]:
        node = fields.get(item["pointer"].removeprefix("/answers"), {})
        for name in ("before", "after"):
            value = item[name]
            is_file = item["pointer"].startswith("/files/")
            item[name] = (value or {}).get("name", "-") if is_file else value_in_words(value, node)
    return line | {"asked_by": asked.asked_by.full_name}


@require_safe
@on_case
def file(case: Case, file_id: UUID) -> HttpResponse:
    """Hand out a file that the resident handed in."""
    try:
        stored = file_of(case.row.id, file_id)
    except ApplicationFile.DoesNotExist:
        raise Missing from None
    case.note("file")
    return file_response(Request(case.request), stored)


@require_safe
@on_case
def given(case: Case, file_id: UUID) -> HttpResponse:
    """Hand out a file that was given with a step."""
    try:
        stored = given_file(case.row.id, file_id, reader_id=case.me, staff=case.apart())
    except ActionFile.DoesNotExist:
        raise Missing from None
    case.note("file")
    return file_response(Request(case.request), stored)


@require_safe
@on_case
def document(case: Case) -> HttpResponse:
    """Hand out the issued document."""
    found = document_of(case.row.id)
    if found is None:
        raise Missing
    case.note("document")
    return document_response(Request(case.request), found)
