"""What the workflow leaves to the resident: explain, confirm, dispute, take back."""

from typing import Any, Final

from django.http import HttpRequest
from django.utils import timezone

from services.applications.operations.reasons import owes_reason
from services.applications.operations.transitions import available, blocked_by
from services.applications.queries.action_files import asked_with, staged_by
from services.applications.queries.detail import Row
from services.catalogue.queries import local
from services.pages.manners import page_language, person_id

RESIDENT: Final = frozenset({"resident"})


def actions_of(request: HttpRequest, row: Row) -> list[dict[str, Any]]:
    """Return what this person may do with their application now, in words."""
    if row.submitted_at is None or row.end:
        return []
    offered = available(row, actor_id=person_id(request), roles=RESIDENT)
    blocked = blocked_by(row, row.version, offered, timezone.now()) if offered else {}
    asks = any(each.documents for each in offered)
    staged = list(staged_by(row.id, person_id(request), timezone.now())) if asks else []
    return [
        {
            "action": each.action,
            "label": local(dict(each.label), page_language()),
            "reason": owes_reason(each, row.version),
            "codes": [{"code": code.code, "label": local(dict(code.label), page_language())} for code in
                      each.reason_codes],
            "ends": bool(row.version.definition.workflow.states[each.target].end),
            "blocked": local(blocked.get(each.action, {}), page_language()),
            "documents": asked_with(each, staged, page_language(), url=""),
        }
        for each in offered
    ]  # fmt: skip
