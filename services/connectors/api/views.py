"""For OPD admins: the clients with which their agency's sites sign residents in."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from accounts.provider.manners import ISSUER
from accounts.queries import names_of
from services.agencies.api.admins import AgencyAdminView
from services.connectors import queries
from services.connectors.api import examples
from services.connectors.api.serializers import (
    ChangeOut,
    ClientIn,
    ClientLine,
    ClientOut,
    NewClientIn,
    SecretIn,
    SecretOut,
    SelfTestOut,
    TesterIn,
    TesterOut,
    TestersOut,
)
from services.connectors.models import Registration, SelfTest
from services.connectors.operations import registering, testers, testing
from services.connectors.self_test import CHECKS
from superapp.http.conditional import json_response
from superapp.http.idempotency import idempotent
from superapp.http.language import request_language
from superapp.http.pagination import page_of, read_page
from superapp.http.parameters import PAGE
from superapp.http.problems import Missing, localized

_TAGS = ["clients"]


class ClientsView(AgencyAdminView):
    """For OPD admins with a second factor; each sees the clients of their agency and no others."""

    def found(self, id: UUID) -> Registration:
        """Return the client.

        :raises Problem: 404 when there is none at this person's agencies.
        """
        try:
            return queries.registration_of(id, self.agency_ids)
        except Registration.DoesNotExist:
            raise Missing from None


class Clients(ClientsView):
    """My agency's clients."""

    @extend_schema(
        operation_id="clients_list",
        summary="My agency's clients, latest first",
        tags=_TAGS,
        parameters=PAGE,
        responses={200: ClientLine(many=True)},
        examples=[examples.LINE],
    )
    def get(self, request: Request) -> HttpResponse:
        asked = read_page(request, [datetime, UUID])
        rows = queries.page_of_registrations(
            self.agency_ids, limit=asked.limit + 1, after=asked.after, before=asked.before
        )
        body = page_of(
            request,
            asked,
            rows,
            key=lambda row: (row.registered_at, row.pk),
            line=lambda row: ClientLine(_line(row)).data,
        )
        return json_response(request, body)

    @extend_schema(
        operation_id="clients_register",
        summary="Register a client of my agency",
        description="It begins in its sandbox, where only its testers sign in: the admin who registers it. "
        "`secret/` tells its secret.",
        tags=_TAGS,
        request=NewClientIn,
        responses={201: ClientOut},
        examples=[examples.NEW, examples.CLIENT],
    )
    @idempotent(required=True)
    def post(self, request: Request) -> HttpResponse:
        wanted = NewClientIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        values = dict(wanted.validated_data)
        agency = self.agency_named(values.pop("agency"))
        made = registering.register_client(agency=agency, values=values, **self.does())
        return json_response(request, _body(self.found(made.pk)), status=201)


class OneClient(ClientsView):
    """One client of my agency."""

    problem_statuses = {"PATCH": (409,)}

    @extend_schema(
        operation_id="clients_read",
        summary="One client of my agency",
        tags=_TAGS,
        responses={200: ClientOut},
        examples=[examples.CLIENT],
    )
    def get(self, request: Request, id: UUID) -> HttpResponse:
        return json_response(request, _body(self.found(id)))

    @extend_schema(
        operation_id="clients_change",
        summary="Change a client",
        description="What is left out stays. Other addresses or keys send a client that was open to residents back "
        "to its sandbox until a self-test is green again. Other words of a purpose ask residents again.",
        tags=_TAGS,
        request=ClientIn(partial=True),
        responses={200: ClientOut},
        examples=[examples.PATCH, examples.CLIENT],
    )
    def patch(self, request: Request, id: UUID) -> HttpResponse:
        registration, sent = self.found(id), request.data
        # Put on what stands and judged whole: of a partial serializer even the parts of a purpose could be left out.
        wanted = ClientIn(data=queries.described(registration) | sent if isinstance(sent, dict) else sent)
        wanted.is_valid(raise_exception=True)
        values = {name: value for name, value in wanted.validated_data.items() if name in sent}
        registering.change_client(registration=registration, values=values, **self.does())
        return json_response(request, _body(self.found(id)))

    @extend_schema(
        operation_id="clients_close",
        summary="Close a client for good",
        description="Nobody signs in to it any more, and its tokens end. Its history stays.",
        tags=_TAGS,
        responses={204: None},
    )
    def delete(self, request: Request, id: UUID) -> HttpResponse:
        registering.close_client(registration=self.found(id), **self.does())
        return HttpResponse(status=204)


class Secret(ClientsView):
    """A new secret."""

    problem_statuses = (409,)

    @extend_schema(
        operation_id="clients_secret",
        summary="Give a client a new secret; it is told this once",
        description="The one before stays valid for `overlap_hours`. Sent again, it gives yet another.",
        tags=_TAGS,
        request=SecretIn,
        responses={200: SecretOut},
        examples=[examples.SECRET_IN, examples.SECRET],
    )
    def post(self, request: Request, id: UUID) -> HttpResponse:
        wanted = SecretIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        registration, overlap = self.found(id), timedelta(hours=wanted.validated_data["overlap_hours"])
        does = self.does()
        secret = registering.give_secret(registration=registration, overlap=overlap, **does)
        told = {
            "client_id": registration.client.client_id,
            "client_secret": secret,
            "earlier_valid_until": does["now"] + overlap,
        }
        response = json_response(request, SecretOut(told).data)
        response.headers["Cache-Control"] = "no-store"
        return response


class Testers(ClientsView):
    """Who tries it out."""

    problem_statuses = {"POST": (409,)}

    @extend_schema(
        operation_id="clients_testers",
        summary="Who may sign in to a client while it is in its sandbox",
        tags=_TAGS,
        responses={200: TestersOut},
        examples=[examples.TESTERS],
    )
    def get(self, request: Request, id: UUID) -> HttpResponse:
        results = queries.testers_of(self.found(id))
        return json_response(request, TestersOut({"results": results}).data)

    @extend_schema(
        operation_id="clients_testers_add",
        summary="Let somebody try a client out; they are told",
        description="At most 50. Somebody who is a tester already stays one.",
        tags=_TAGS,
        request=TesterIn,
        responses={201: TesterOut},
        examples=[examples.TESTER_IN, examples.TESTER],
    )
    @idempotent(required=False)
    def post(self, request: Request, id: UUID) -> HttpResponse:
        wanted = TesterIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        added = testers.add_tester(registration=self.found(id), **wanted.validated_data, **self.does())
        return json_response(request, TesterOut(added).data, status=201)


class OneTester(ClientsView):
    """One who tries it out."""

    problem_statuses = {"DELETE": (409,)}

    @extend_schema(
        operation_id="clients_testers_remove",
        summary="Let somebody no longer try a client out",
        description="What a client in its sandbox holds of them ends. Who is no tester stays none.",
        tags=_TAGS,
        responses={204: None},
    )
    def delete(self, request: Request, id: UUID, person_id: UUID) -> HttpResponse:
        testers.remove_tester(registration=self.found(id), person_id=person_id, **self.does())
        return HttpResponse(status=204)


class SelfTests(ClientsView):
    """Trying it out."""

    problem_statuses = {"POST": (409,)}

    @extend_schema(
        operation_id="clients_self_test",
        summary="The latest self-test of a client, also while it is under way",
        description="404 when there was none.",
        tags=_TAGS,
        responses={200: SelfTestOut},
        examples=[examples.SELF_TEST],
    )
    def get(self, request: Request, id: UUID) -> HttpResponse:
        test = queries.latest_self_test(self.found(id).pk)
        if test is None:
            raise Missing
        return json_response(request, _report(test, request))

    @extend_schema(
        operation_id="clients_self_test_start",
        summary="Try a client's site out",
        description="A worker visits `login_uri` and comes back with answers that a site must take and others that it "
        "must refuse. Read how it goes at the same address.",
        tags=_TAGS,
        request=None,
        responses={202: SelfTestOut},
        examples=[examples.SELF_TEST],
    )
    @idempotent(required=False)
    def post(self, request: Request, id: UUID) -> HttpResponse:
        test = testing.start_self_test(registration=self.found(id), **self.does())
        return json_response(request, _report(test, request), status=202)


class Production(ClientsView):
    """Opening it."""

    problem_statuses = (409,)

    @extend_schema(
        operation_id="clients_open",
        summary="Open a client to every resident",
        description="Only when the latest self-test is green, and of the addresses and keys that stand now.",
        tags=_TAGS,
        request=None,
        responses={200: ClientOut},
        examples=[examples.CLIENT],
    )
    @idempotent(required=False)
    def post(self, request: Request, id: UUID) -> HttpResponse:
        testing.open_to_residents(registration=self.found(id), **self.does())
        return json_response(request, _body(self.found(id)))


class History(ClientsView):
    """What was done to it."""

    @extend_schema(
        operation_id="clients_history",
        summary="What was done to a client, by whom and when, latest first",
        tags=_TAGS,
        parameters=PAGE,
        responses={200: ChangeOut(many=True)},
        examples=[examples.CHANGE],
    )
    def get(self, request: Request, id: UUID) -> HttpResponse:
        registration, asked = self.found(id), read_page(request, [datetime, UUID])
        rows = queries.history_of(registration, limit=asked.limit + 1, after=asked.after, before=asked.before)
        names = names_of({row.actor_id for row in rows})
        body = page_of(
            request,
            asked,
            rows,
            key=lambda row: (row.at, row.pk),
            line=lambda row: (
                ChangeOut(
                    {
                        "id": row.pk,
                        "what": row.what,
                        "by": names.get(row.actor_id, ""),
                        "at": row.at,
                        "values": row.values,
                    }
                ).data
            ),
        )
        return json_response(request, body)


def _line(registration: Registration) -> dict[str, Any]:
    client = registration.client
    return {
        "id": client.pk,
        "client_id": client.client_id,
        "name": client.name,
        "agency": registration.agency,
        "state": client.state,
        "registered_at": registration.registered_at,
    }


def _body(registration: Registration) -> Any:
    ready = queries.is_ready(registration, queries.latest_self_test(registration.pk))
    told = {"issuer": ISSUER, "scopes": registration.client.allowed_scopes, "ready": ready}
    return ClientOut(_line(registration) | queries.described(registration) | told).data


def _report(test: SelfTest, request: Request) -> Any:
    language = request_language(request)
    checks = [each | {"why": localized(each["why"], language) if each["why"] else ""} for each in test.checks]
    told = {name: getattr(test, name) for name in ("id", "begun_at", "finished_at")} | {"checks": checks}
    return SelfTestOut(told | {"state": queries.state_of(test, timezone.now()), "expected": len(CHECKS)}).data
