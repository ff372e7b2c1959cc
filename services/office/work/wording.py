"""Answer templates on an application's page: chosen in a form, one is put into its text, to be read and changed."""

from typing import Any
from uuid import UUID

from services.applications.models import AnswerWording
from services.applications.operations.templates import filled
from services.applications.queries.templates import templates_of, values_of, wording_for
from services.catalogue.queries import local
from services.office.work.staff import Case
from services.pages.manners import page_language


def offered(case: Case) -> list[dict[str, str]]:
    """Return the templates that fit the application's service, by name."""
    version = case.row.version
    if version.agency_id not in case.roles:
        return []
    found = templates_of([version.agency_id], slug=version.slug)
    return [{"id": str(each.template_id), "title": local(each.title, page_language())} for each in found]


def put_in(case: Case, typed: dict[str, Any]) -> dict[str, Any]:
    """Return what was typed with the chosen template, filled in, after the text that `into` names."""
    into = case.text("into", 10)
    if into not in ("reason", "message", "text"):
        return typed
    try:
        wording = wording_for(UUID(case.text("template", 36)), version=case.row.version)
    except (AnswerWording.DoesNotExist, ValueError):
        return typed
    language = page_language()
    body = filled(wording.body[language], values_of(case.row, language))
    return typed | {into: "\n\n".join(each for each in (typed[into], body) if each)}
