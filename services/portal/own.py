"""The signed-in person's own application, as every page about it finds it."""

from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone

from services.applications.models import Application
from services.applications.operations.moving import opened
from services.applications.queries.detail import Row
from services.pages.manners import person_id
from superapp.http.problems import Missing


def own(request: HttpRequest, id: UUID) -> Row:
    """Return the person's own application.

    :raises Missing: 404 when there is none, or it is another's.
    """
    try:
        return opened(id, applicant_id=person_id(request), now=timezone.now())
    except Application.DoesNotExist:
        raise Missing from None
