"""How a version was tried before it is published: its golden cases, and a replay of applications."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from services.catalogue.models import Replay
from services.catalogue.operations.trials import AT_WORK, DEFAULT_APPLICATIONS, FELT, ask_for_replay
from services.catalogue.queries.authoring import Checked
from services.catalogue.queries.trying import (
    failure_in_words,
    fresh_replay,
    latest_replay,
    module_fees_in_words,
    results_of,
)
from services.office.authoring.changes import named
from services.office.authoring.desk import Desk
from superapp.http.problems import localized

_MOST_SHOWN = 20


def trial_of(desk: Desk, found: Checked) -> dict[str, Any] | None:
    """Return what golden cases and the latest replay say of what was checked, None while it is not sound."""
    if found.definition is None:
        return None
    results = results_of(desk.service, found.definition)
    latest = latest_replay(desk.service)
    ours = latest if latest and latest.sha256 == found.definition.sha256 else None
    fresh = fresh_replay(desk.service, found.definition.sha256, desk.does["now"])
    return {
        "cases": len(results),
        "differing": [
            {
                "title": localized(each.case.title, desk.language),
                "texts": [named(localized(difference.text, desk.language)) for difference in each.differences],
            }
            for each in results
            if not each.passed
        ],
        "needed": found.change_class in FELT and fresh is None,
        "replay": fresh or ours,
        "runs": ours is not None and ours.state in AT_WORK,
        "failed": _failed(ours, desk.language),
        "module_fees": _module_fees(fresh, desk.language) if fresh else "",
        "causes": _causes(fresh, desk.language) if fresh else [],
    }


def _failed(replay: Replay | None, language: str) -> str:
    if replay is None or replay.state != Replay.State.FAILED:
        return ""
    return localized(failure_in_words(replay), language)


def _module_fees(replay: Replay, language: str) -> str:
    count = replay.report.get("module_fees", {}).get("submitted", 0)
    return localized(module_fees_in_words(count), language) if count else ""


def _causes(replay: Replay, language: str) -> list[dict[str, Any]]:
    """Return what would be otherwise in words with how many it concerns, the most first."""
    found = sorted(replay.report["causes"].values(), key=lambda each: -each["submitted"] - each["drafts"])
    return [each | {"text": named(localized(each["text"], language))} for each in found[:_MOST_SHOWN]]


def try_on_applications(desk: Desk, source: str) -> HttpResponse:
    """Have it tried by a worker, and show the page again.

    :raises Problem: as `ask_for_replay`.
    """
    ask_for_replay(service=desk.service, source=source, applications=DEFAULT_APPLICATIONS, **desk.does)
    messages.success(desk.request, _("It is being tried. Open this page again in a moment."))
    return HttpResponseRedirect(desk.request.path)
