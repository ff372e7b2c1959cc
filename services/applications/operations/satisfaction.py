"""Answering the survey: once, changeable for a while; the sums move with it in the same transaction."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from services.applications.city_time import city_day
from services.applications.models import Application, Satisfaction
from services.applications.queries.satisfaction import survey
from services.applications.skm import CHANGED_FOR, ELEMENTS
from services.catalogue.versions import version_of
from superapp.http.problems import Problem
from superapp.http.sql import fetch_all

ASKED_FOR: Final = timedelta(days=90)
_ENDS = ("granted", "rejected")

_ADD = """
INSERT INTO applications_satisfactioncount (agency_id, service_id, month, element, respondents, total)
SELECT %s, %s, %s, element, %s, score FROM unnest(%s::text[], %s::int[]) AS given (element, score) ORDER BY element
ON CONFLICT (agency_id, month, service_id, element) DO UPDATE
SET respondents = applications_satisfactioncount.respondents + excluded.respondents,
    total = applications_satisfactioncount.total + excluded.total
"""


def until(application: Application, standing: Satisfaction | None) -> datetime | None:
    """Return until when the survey may be answered or changed; None where it is not asked."""
    if application.end not in _ENDS or application.closed_at is None:
        return None
    return standing.answered_at + CHANGED_FOR if standing else application.closed_at + ASKED_FOR


def survey_of(application_id: UUID, *, language: str) -> dict[str, Any]:
    """Return the survey for an application as its applicant reads it: until when it is open, and what was answered."""
    application = Application.objects.only("end", "closed_at").get(id=application_id)
    standing = Satisfaction.objects.filter(application_id=application_id).first()
    return survey(standing, open_until=until(application, standing), language=language)


def not_asked() -> Problem:
    """Return 409: it is not decided yet, was taken back, or the time to answer or change it is over."""
    detail = {
        "id": "Penilaian dibuka sesudah keputusan, dan waktunya dapat sudah lewat.",
        "en": "The survey opens after the decision, and its time may be over.",
    }
    return Problem(status=409, code="satisfaction_closed", detail=detail)


@transaction.atomic
def rate(*, application_id: UUID, scores: Mapping[str, int], words: str, now: datetime) -> tuple[Satisfaction, bool]:
    """Keep the applicant's answer, all nine elements; return it, and whether it is the first.

    :raises Problem: 409 when the survey is not open.
    """
    application = Application.objects.select_for_update(of=("self",)).get(id=application_id)
    standing = Satisfaction.objects.filter(application=application).first()
    end = until(application, standing)
    if end is None or now > end:
        raise not_asked()
    before = standing.scores if standing else dict.fromkeys(ELEMENTS, 0)
    month = standing.month if standing else city_day(now).replace(day=1)
    _count(application, month, {key: scores[key] - before[key] for key in ELEMENTS}, new=standing is None)
    if standing is None:
        made = Satisfaction.objects.create(
            application=application, scores=dict(scores), words=words, month=month, answered_at=now, changed_at=now
        )
        return made, True
    standing.scores, standing.words, standing.changed_at = dict(scores), words, now
    standing.save(update_fields=["scores", "words", "changed_at"])
    return standing, False


def _count(application: Application, month: object, scores: Mapping[str, int], *, new: bool) -> None:
    """Move the sums of the service, which stand with the agency that owes the answer."""
    version = version_of(application.version_id)
    keys = sorted(scores)
    params = [version.agency_id, application.service_id, month, int(new), keys, [scores[key] for key in keys]]
    fetch_all(_ADD + " RETURNING 1", params)
