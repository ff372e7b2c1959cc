"""Who works on applications: found among their agency's own, each reading noted where the resident sees it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.cache import never_cache

from accounts.permissions import OFFICE
from accounts.sign_in.staff import way_to_second_factor
from services.agencies.queries import memberships_of
from services.applications.models import Application
from services.applications.operations.handling.steps import Doer
from services.applications.operations.reading import note_reading, step_of
from services.applications.queries.behalf import involved
from services.applications.queries.detail import Row, get_office_row
from services.pages.manners import person_id, told_as_page, typed_text
from superapp.http.problems import Missing

Roles = Mapping[UUID, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Case:
    """An application before somebody of its agency's staff."""

    request: HttpRequest
    roles: Roles
    row: Row

    @property
    def me(self) -> UUID:
        """Return who looks at it."""
        return person_id(self.request)

    @property
    def my_roles(self) -> frozenset[str]:
        """Return the roles of who looks at it, where it lies."""
        return self.roles[self.row.agency_id]

    @property
    def seen(self) -> str:
        """Return the revision that the sent page showed, as `If-Match` says it."""
        return '"{}"'.format(self.request.POST.get("revision", "")[:20])

    def text(self, name: str, most: int = 2000) -> str:
        """Return what was typed under a name, without the blanks around it."""
        return typed_text(self.request, name, most)

    def apart(self) -> bool:
        """Return whether they have no part in it: only then they read what colleagues keep of it."""
        return not involved(self.row, self.me)

    def doer(self) -> Doer:
        """Return who does something, as handling takes it."""
        return Doer(self.me, self.roles, self.seen)

    def note(self, what: str) -> None:
        """Record that `what` was read."""
        row, place = self.row, self.row.place
        assert row.applicant_id  # noqa: S101 - the office's query reads both
        assert place  # noqa: S101
        assert self.request.user.is_authenticated  # noqa: S101 - `for_staff` came before
        note_reading(
            application_id=row.id, applicant_id=row.applicant_id, number=row.number or "",
            agency_code=place.agency_code, agency_name=place.agency_name, reader_id=self.me,
            reader_name=self.request.user.full_name, roles=self.my_roles, what=what,
            why=step_of(row.version, row.state), now=timezone.now(),
        )  # fmt: skip


def for_staff(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Wrap a view: it is given the person's roles by agency, after their second factor; to others it is not there."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        roles = memberships_of(person_id(request))
        if not roles:
            raise Missing
        if way := way_to_second_factor(request, (OFFICE,)):
            return HttpResponseRedirect(way)
        return view(request, roles, *args, **kwargs)

    return never_cache(login_required(told_as_page(wrapped)))


def on_case(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Wrap a view of one application: it is given the case. What lies elsewhere is not there."""

    @wraps(view)
    def wrapped(request: HttpRequest, roles: Roles, id: UUID, **kwargs: Any) -> HttpResponseBase:
        try:
            row = get_office_row(id, agency_ids=list(roles))
        except Application.DoesNotExist:
            raise Missing from None
        return view(Case(request, roles, row), **kwargs)

    return for_staff(wrapped)
