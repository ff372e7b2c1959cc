"""A module's own views read applications by one door alone, and what staff read stands where the resident sees it."""

from typing import Any
from uuid import uuid4

import pytest
from django.http import Http404
from django.test import Client, RequestFactory
from django.urls import URLResolver

from accounts.models import User
from accounts.privacy.models import DataAccess
from services.module_api import PastTheDoor, read_application
from services.plugging.routes import endpoint_routes, page_routes
from tests.services.applications.api.test_submit import ready, submit
from tests.services.applications.factory import member, publish_service, resident
from tests.services.plugging.conftest import Plug
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db
ENDPOINTS = """
from django.urls import path
from rest_framework.response import Response
from rest_framework.views import APIView
from services.module_api import read_application

class ForStaff(APIView):
    required_scopes = ["office"]
    staff_roles = ["officer"]
    def get(self, request, id):
        found = read_application(request, id, why=request.GET.get("why", ""))
        return Response({"name": found.answers["data"]["nama"], "state": found.state, "of": found.applicant.name})

class ForAnybody(ForStaff):
    required_scopes = ["applications"]
    staff_roles = []

class PastIt(ForStaff):
    def get(self, request, id):
        from django.apps import apps
        return Response({"n": apps.get_model("applications", "Application").objects.count()})

urlpatterns = [
    path("<uuid:id>/", ForStaff.as_view()), path("mine/<uuid:id>/", ForAnybody.as_view()),
    path("past/<uuid:id>/", PastIt.as_view()),
]
"""
PAGES = """
from django.apps import apps
from django.db import connection
from django.http import HttpResponse
from django.template import engines
from django.template.response import TemplateResponse
from django.urls import path
from services.module_api import read_application

def mine(request, id):
    return HttpResponse(read_application(request, id).answers["data"]["nama"])

def raw(request, id):
    connection.cursor().execute('SELECT answers FROM "applications_application"')

def lazy(request, id):
    applications = apps.get_model("applications", "Application").objects.all()
    template = engines["django"].from_string("{% for each in applications %}{{ each.answers }}{% endfor %}")
    return TemplateResponse(request, template, {"applications": applications})

def reverse(request, id):
    return HttpResponse(str(list(request.user.applications.all())))

urlpatterns = [path(f"{each.__name__}/<uuid:id>/", each) for each in (mine, raw, lazy, reverse)]
"""


class World:
    """A resident with an application for a service of the module `opd_uji`, and around them who may want to read it."""

    def __init__(self, plug: Plug) -> None:
        plug(api__urls=ENDPOINTS, pages__urls=PAGES)
        publish_service("DLH", module="module_opd_uji", requirements=[])
        self.siti = resident()
        app = signed_in(self.siti, "applications")
        self.id = ready(app, files=False)
        assert submit(app, self.id).status_code == 200
        self.rina = signed_in(member("rina@example.org", "officer", code="DLH"), "office")

    def asked(self, who: Client, path: str, **query: str) -> Any:
        """Ask an endpoint of the module, as the platform's routes lead to it."""
        return self._call(endpoint_routes()[0], path, query, Authorization=who.defaults["HTTP_AUTHORIZATION"])

    def opened(self, who: User, path: str) -> Any:
        """Open a page of the module as somebody who has signed in."""
        return self._call(page_routes()[0], path, {}, user=who)

    def _call(self, routes: URLResolver, path: str, query: dict[str, str], user: Any = None, **headers: str) -> Any:
        request = RequestFactory().get("/", query, headers=headers)
        if user:
            request.user = user
        found = routes.resolve(f"opd/dlh/{path}")
        return found.func(request, *found.args, **found.kwargs)


@pytest.fixture
def world(plug: Plug) -> World:
    return World(plug)


def test_staff_read_what_lies_at_their_agency_and_the_resident_sees_it(world: World) -> None:
    answer = world.asked(world.rina, f"{world.id}/", why="Meninjau lokasi.")

    assert answer.data == {"name": "Siti Rahma", "state": "submitted", "of": "Siti"}
    (noted,) = DataAccess.objects.all()
    assert (noted.person, noted.reader_name, noted.reader_role) == (world.siti, "Rina", "officer")
    assert (str(noted.about), noted.what, noted.why, noted.agency_code) == (
        world.id,
        "application",
        "Meninjau lokasi.",
        "DLH",
    )
    world.asked(world.rina, f"{world.id}/")
    assert {each.why for each in DataAccess.objects.all()} == {"Meninjau lokasi.", "Layanan uji: Diajukan"}


def test_others_are_told_that_there_is_none_and_nothing_is_noted(world: World) -> None:
    hendra = signed_in(member("hendra@example.org", "officer", code="DPMPTSP"), "office")
    publish_service("DLH", module="module_of_another", service="lain", requirements=[])
    app = signed_in(resident("budi@example.org"), "applications")
    foreign = ready(app, service="lain", files=False)
    submit(app, foreign)

    assert world.asked(hendra, f"{world.id}/").status_code == 403  # the view is for staff of the module's agency
    assert world.asked(world.rina, f"{foreign}/").status_code == 404
    assert world.asked(world.rina, f"{uuid4()}/").status_code == 404
    assert world.asked(app, f"mine/{world.id}/").status_code == 404
    with pytest.raises(Http404):
        world.opened(User.objects.get(email="rina@example.org"), f"mine/{world.id}/")  # no view for staff
    assert DataAccess.objects.count() == 0


def test_residents_read_their_own_and_nobody_notes_it(world: World) -> None:
    assert world.opened(world.siti, f"mine/{world.id}/").content == b"Siti Rahma"
    assert world.asked(signed_in(world.siti, "applications", "account"), f"mine/{world.id}/").data["of"] == "Siti"
    assert DataAccess.objects.count() == 0


@pytest.mark.parametrize("page", ["raw", "lazy", "reverse"])
def test_there_is_no_other_way(world: World, page: str) -> None:
    with pytest.raises(PastTheDoor, match="applications_application: read applications by"):
        world.opened(world.siti, f"{page}/{world.id}/")

    with pytest.raises(PastTheDoor):
        world.asked(world.rina, f"past/{world.id}/")
    world.opened(world.siti, f"mine/{world.id}/")  # and the door still opens


def test_outside_of_a_view_there_is_no_door() -> None:
    with pytest.raises(RuntimeError, match="belongs in a page or an endpoint"):
        read_application(None, uuid4())
