"""What applicants said of a service: their own answer, and what everybody may read of many."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from services.applications.city_time import moment
from services.applications.models import SatisfactionCount
from services.applications.skm import CHANGED_FOR, ELEMENTS, FEWEST, index_of, questions


def survey(standing: Any, *, open_until: Any, language: str) -> dict[str, Any]:
    """Return the questions with what was answered so far (a Satisfaction or None)."""
    return {
        "open_until": moment(open_until),
        "questions": questions(language),
        "answered_at": moment(standing.answered_at) if standing else None,
        "scores": standing.scores if standing else None,
        "words": standing.words if standing else None,
    }


def satisfaction_of(agency_id: UUID, *, year: int, today: date) -> dict[str, Any]:
    """Return the index of an agency and of its services in a year. One query over the kept sums.

    Only months whose answers change no more count, and only so many together that nobody's answer can be told from
    what was added: at least `FEWEST` each time.
    """
    end = min(date(year + 1, 1, 1), (today - CHANGED_FOR).replace(day=1))
    rows = SatisfactionCount.objects.filter(agency_id=agency_id, month__gte=date(year, 1, 1), month__lt=end)
    months: defaultdict[str, dict[date, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for slug, month, element, respondents, total in rows.order_by("month").values_list(
        "service__slug", "month", "element", "respondents", "total"
    ):
        months[slug][month].update({element: total})
        months[slug][month]["respondents"] = respondents
    told = {slug: told_of(each for _month, each in sorted(sums.items())) for slug, sums in sorted(months.items())}
    whole: Counter[str] = sum(told.values(), Counter())
    return {
        "year": year,
        "least": FEWEST,
        **_index(whole),
        "services": [{"service": slug, **_index(sums)} for slug, sums in told.items()],
    }


def told_of(months: Iterable[Counter[str]]) -> Counter[str]:
    """Return the sums that may be told of months in order: each part that is added holds at least `FEWEST` answers."""
    told: Counter[str] = Counter()
    waiting: Counter[str] = Counter()
    for each in months:
        waiting += each
        if waiting["respondents"] >= FEWEST:
            told += waiting
            waiting = Counter()
    return told


def _index(sums: Counter[str]) -> dict[str, Any]:
    respondents = sums["respondents"]
    if not respondents:
        return {"respondents": None, "index": None, "grade": None, "method": None, "elements": None}
    return {"respondents": respondents, **index_of({key: sums[key] for key in ELEMENTS}, respondents)}
