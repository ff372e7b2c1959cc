"""Reading orders of one action on many applications: how far one is, what became of each."""

from typing import Any
from uuid import UUID

from services.applications.city_time import moment
from services.applications.models import BulkItem, BulkJob
from superapp.http.problems import localized


def job_of(id: UUID, person_id: UUID) -> BulkJob:
    """Return an order of this person's.

    :raises BulkJob.DoesNotExist: when there is none, or it is another's.
    """
    return BulkJob.objects.get(id=id, ordered_by=person_id)


def job_body(job: BulkJob, language: str) -> dict[str, Any]:
    """Return an order as who gave it reads it: what became of each application, in the order sent."""
    return {
        "id": str(job.id),
        "action": job.action,
        "state": job.state,
        "total": job.total,
        "done": job.done,
        "refused": job.refused,
        "asked_at": moment(job.asked_at),
        "finished_at": moment(job.finished_at),
        "items": [_line(each, language) for each in job.items.order_by("place")],
    }


def _line(item: BulkItem, language: str) -> dict[str, Any]:
    problem = item.problem
    if problem is not None:
        errors = [each | {"detail": localized(each["detail"], language)} for each in problem["errors"]]
        problem = problem | {"detail": localized(problem["detail"], language), "errors": errors}
    return {
        "application": str(item.application_id),
        "number": item.number or None,
        "state": item.state,
        "problem": problem,
    }
