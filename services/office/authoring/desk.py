"""A service on an admin's desk: found among their agencies' own, its draft changed as it was last seen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.queries import names_of
from services.agencies.models import Agency
from services.catalogue.models import Service, ServiceDraft
from services.catalogue.operations import drafts
from services.catalogue.queries.authoring import draft_of, service_of
from services.definitions.editing import Gone, can_be_edited
from services.office.authoring.faults import FaultLine, faults_in_words
from services.office.people import for_admins
from services.pages.manners import page_language, person_id
from superapp.http.problems import Missing, Problem

Content = dict[str, Any]
Change = Callable[[Mapping[str, Any]], Content]


class NoDraft(Exception):
    """The service has no draft: nobody has begun one, or it was published or thrown away meanwhile."""


@dataclass(slots=True)
class Desk:
    """A service before an admin. `saved_by` is who saved the draft since the admin saw it, None while nobody did."""

    request: HttpRequest
    service: Service
    saved_by: str | None = None

    @property
    def does(self) -> dict[str, Any]:
        """Return who acts and when, as the operations take it."""
        return {"actor_id": person_id(self.request), "now": timezone.now()}

    @property
    def language(self) -> str:
        """Return the language of the page."""
        return page_language()

    def draft(self) -> ServiceDraft:
        """Return the draft as it stands.

        :raises NoDraft: where there is none.
        """
        found = draft_of(self.service)
        if found is None:
            raise NoDraft
        found.service = self.service
        return found

    def save(self, change: Change) -> bool:
        """Save what `change` makes of the draft; False where somebody saved it since the page was shown.

        :raises Problem: 400 naming what cannot be kept.
        :raises Gone: where what is changed is not there any more.
        """
        draft = self.draft()
        if self.request.POST.get("revision") == str(draft.revision):
            content = change(draft.content)
            try:
                drafts.save_draft(
                    service=self.service, if_match=f'"{draft.revision}"', content=content, whole=True, base=None,
                    **self.does,
                )  # fmt: skip
            except Problem as problem:
                if problem.status != HTTPStatus.PRECONDITION_FAILED:
                    raise
                draft = self.draft()  # saved between reading and saving
            else:
                return True
        self.saved_by = self.name_of(draft.author)
        return False

    def name_of(self, person: UUID) -> str:
        """Return a person's name, in words for who looks at the page."""
        if person == person_id(self.request):
            return _("you, in another window")
        return names_of({person}).get(person, "") or _("another admin")

    def page(self, template: str, **shown: Any) -> HttpResponse:
        """Return a page about the service and its draft."""
        draft = draft_of(self.service)
        faults: list[FaultLine] = []
        if draft is not None:
            draft.service = self.service
            faults = faults_in_words(draft.faults, draft.content, self.service.slug, self.language)
        about = {
            "desk": self, "service": self.service, "draft": draft, "faults": faults, "title": self.title(draft),
            "editable": draft is not None and can_be_edited(draft.content),
        }  # fmt: skip
        return render(self.request, f"office/services/{template}.html", about | shown)

    def title(self, draft: ServiceDraft | None) -> str:
        """Return what the service is called: by its draft, by what stands, or its name in addresses."""
        for content in (draft and draft.content, self.service.current and self.service.current.content):
            title = content.get("title") if isinstance(content, Mapping) else None
            if isinstance(title, Mapping) and (found := title.get(self.language) or title.get("id")):
                return str(found)
        return self.service.slug


def on_desk(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Wrap a view of one service: it is given its desk. To admins of other agencies there is no such service.

    Where it needs a draft and there is none, or what it changes is gone, it leads back to the service and says so.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, agencies: list[Agency], slug: str, **kwargs: Any) -> HttpResponseBase:
        try:
            service = service_of(slug, [each.pk for each in agencies])
        except Service.DoesNotExist:
            raise Missing from None
        try:
            return view(Desk(request, service), **kwargs)
        except NoDraft:
            messages.warning(
                request, _("There is no draft now: it was published, or thrown away. Nothing was changed.")
            )
            return HttpResponseRedirect(reverse("desk-service", args=[slug]))
        except Gone:
            messages.warning(request, _("What you wanted to change is not there any more. Nothing was changed."))
            return HttpResponseRedirect(reverse("desk-fields", args=[slug]))

    return for_admins(wrapped)
