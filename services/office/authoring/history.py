"""A service's versions and what was done to it; the difference between any two versions."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.queries import names_of
from services.catalogue.models import Change, ServiceVersion
from services.catalogue.queries.authoring import history_of, versions_of
from services.definitions import Definition
from services.definitions.changes import changes_between, class_of
from services.office.authoring.changes import changes_in_words
from services.office.authoring.desk import Desk, on_desk
from services.office.authoring.words import CLASSES
from services.pages.words import word_for
from superapp.http.pagination import page_of, read_page
from superapp.http.problems import Missing

_MOST_VERSIONS = 50


@require_safe
@on_desk
def history(desk: Desk) -> HttpResponse:
    """Show the latest versions, and page by page what was done, by whom and why."""
    asked = read_page(desk.request, [str])
    rows = history_of(desk.service, limit=asked.limit + 1, after=_digits(asked.after), before=_digits(asked.before))
    versions = versions_of(desk.service, limit=_MOST_VERSIONS)
    people = {row.actor_id for row in rows if row.actor_id}
    people |= {each for row in versions for each in (row.published_by, row.approved_by) if each}
    names = names_of(people)
    page = page_of(desk.request, asked, rows, key=lambda row: [str(row.pk)], line=lambda row: _line(row, names))
    told = [_version(row, names) for row in versions]
    return desk.page("history", here="history", page=page, versions=told)


def _digits(key: Any) -> Any:
    return key if key and key[0].isascii() and key[0].isdigit() and len(key[0]) < 10 else None


def _line(row: Change, names: Any) -> dict[str, Any]:
    return {
        "what": Change.What(row.what).label,
        "version": row.version,
        "by": names.get(row.actor_id, ""),
        "at": row.at,
        "reason": row.reason,
    }


def _version(row: ServiceVersion, names: Any) -> dict[str, Any]:
    return {
        "row": row,
        "class": word_for(CLASSES, row.chosen_class) if row.chosen_class else "",
        "by": names.get(row.published_by, ""),
        "second": names.get(row.approved_by, ""),
    }


@require_safe
@on_desk
def version(desk: Desk, number: int) -> HttpResponse:
    """Show what a version changed against the one before, or another that is named."""
    asked = desk.request.GET.get("dari", "")
    new = _numbered(desk, number)
    old = _numbered(desk, int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else number - 1)
    if new is None or (old is None and number != 1):
        raise Missing
    changes = changes_between(Definition(old.content, old.sha256), Definition(new.content, new.sha256)) if old else []
    shown = {"new": new, "old": old, "changes": changes_in_words(changes, desk.language)}
    return desk.page("version", here="history", class_word=word_for(CLASSES, class_of(changes)), **shown)


def _numbered(desk: Desk, number: int) -> ServiceVersion | None:
    return desk.service.versions.filter(number=number).first()
