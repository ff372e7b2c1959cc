"""The same tasks by generic views and model serializers."""

import uuid

import jsonschema
from django.db import transaction
from django.urls import path
from django.utils import timezone
from oauth2_provider.views import TokenView
from rest_framework import generics, serializers
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from services.agencies.models import Agency
from services.applications.models import Application, Event, Submission
from services.catalogue.models import Service
from services.events.models import OutboxEvent
from superapp.http.models import IdempotencyKey
from tests.bench.peers import work


class AgencySerializer(serializers.ModelSerializer):
    class Meta:
        model = Agency
        fields = ("code", "name")


class ServiceSerializer(serializers.ModelSerializer):
    agency = AgencySerializer()
    title = serializers.SerializerMethodField()
    summary = serializers.SerializerMethodField()
    assurance = serializers.SerializerMethodField()
    fee = serializers.SerializerMethodField()
    deadline = serializers.SerializerMethodField()
    version = serializers.IntegerField(source="current.number")

    class Meta:
        model = Service
        fields = (
            "slug", "title", "summary", "agency", "category", "life_events", "assurance", "fee", "deadline", "version",
        )

    def get_title(self, service):
        return work.local(service.current.content["title"])

    def get_summary(self, service):
        return work.local(service.current.content["summary"])

    def get_assurance(self, service):
        return service.current.content["access"]["assurance"]

    def get_fee(self, service):
        fee = service.current.content["fee"]
        return {"amount": fee.get("amount"), "computed": "rule" in fee}

    def get_deadline(self, service):
        return {"working_days": service.current.content["deadline"].get("working_days")}


class ServiceDetailSerializer(ServiceSerializer):
    legal_basis = serializers.SerializerMethodField()
    requirements = serializers.SerializerMethodField()
    sha256 = serializers.CharField(source="current.sha256")

    class Meta(ServiceSerializer.Meta):
        fields = (*ServiceSerializer.Meta.fields, "legal_basis", "requirements", "sha256")

    def get_legal_basis(self, service):
        return service.current.content.get("legal_basis", [])

    def get_requirements(self, service):
        return service.current.content.get("requirements", [])


class Services(generics.ListAPIView):
    permission_classes = (AllowAny,)
    serializer_class = ServiceSerializer
    queryset = Service.objects.filter(is_open=True).select_related("agency", "current").order_by("slug")


class OneService(generics.RetrieveAPIView):
    permission_classes = (AllowAny,)
    serializer_class = ServiceDetailSerializer
    lookup_field = "slug"
    queryset = Service.objects.select_related("agency", "current")


class ApplicationSerializer(serializers.ModelSerializer):
    agency = AgencySerializer()
    service = serializers.SerializerMethodField()

    class Meta:
        model = Application
        fields = ("id", "number", "service", "agency", "state", "end", "due_on", "submitted_at", "updated_at")

    def get_service(self, application):
        return {"slug": application.service.slug, "title": work.local(application.version.content["title"])}


class Applications(generics.ListAPIView):
    serializer_class = ApplicationSerializer

    def get_queryset(self):
        return (
            Application.objects.filter(applicant=self.request.user)
            .select_related("agency", "service", "version")
            .order_by("-updated_at")
        )


class Submit(APIView):
    def post(self, request, id):
        with transaction.atomic():
            draft = Application.objects.select_for_update(of=("self",)).select_related("version").get(
                id=id, applicant=request.user, state="draft"
            )
            jsonschema.validate(draft.answers, draft.version.content["form"]["schema"])
            now = timezone.now()
            values = work.submission(
                application_id=draft.id, person_id=request.user.id, answers=draft.answers,
                key=request.headers["Idempotency-Key"],
            )
            draft.number, draft.state, draft.fee_amount = values["number"], "submitted", 0
            draft.revision += 1
            draft.updated_at = draft.submitted_at = now
            draft.due_on = values["due_on"]
            draft.save()
            Submission.objects.create(
                application=draft, number=1, answers=draft.answers, files={}, sha256=values["digest"],
                submitted_at=now, receipt=values["receipt"],
            )
            facts = {"application": str(draft.id), "sequence": 1, "type": "submitted", "to_state": "submitted"}
            Event.objects.create(
                id=values["event"], application=draft, sequence=1, type="submitted", from_state="draft",
                to_state="submitted", actor=request.user, actor_role="resident", data=facts, at=now,
                previous_hash=values["first"], hash=values["hash"],
            )
            OutboxEvent.objects.create(
                id=values["event"], topic="peer.submitted", key=uuid.UUID(str(draft.id)), body=facts, created_at=now
            )
            IdempotencyKey.objects.create(
                person_id=request.user.id, key=values["key"], fingerprint=values["fingerprint"], status=200,
                body=values["body"], created_at=now,
            )
        return Response(ApplicationSerializer(draft).data)


class Trivial(APIView):
    def get(self, request):
        return Response({"ok": True})


urlpatterns = [
    path("services/", Services.as_view()),
    path("services/<slug:slug>/", OneService.as_view()),
    path("applications/", Applications.as_view()),
    path("applications/<uuid:id>/submit/", Submit.as_view()),
    path("trivial/", Trivial.as_view()),
    path("o/token/", TokenView.as_view()),
]
