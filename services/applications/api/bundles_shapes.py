"""Shapes and examples of life events and bundles."""

from typing import Any

from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers

from services.applications.api.serializers import AnswerProblem, ServiceRef, TimelineLine
from services.catalogue.api.serializers import AgencyRef
from superapp.http.exact import Exact

Shape = serializers.Serializer[dict[str, object]]


class EventService(Shape):
    service = ServiceRef()
    agency = AgencyRef()
    after = serializers.CharField(allow_null=True, help_text="The service whose outcome it waits for.")
    why = serializers.CharField(allow_null=True, help_text="Why it waits.")
    reason = serializers.CharField(allow_null=True, help_text="Why this service belongs to the event.")
    basis = serializers.CharField(allow_null=True, help_text="Law and article of that.")


class LifeEventLine(Shape):
    life_event = serializers.CharField()
    title = serializers.CharField()
    summary = serializers.CharField(allow_blank=True)
    services = EventService(many=True)


class LifeEventsOut(Shape):
    results = LifeEventLine(many=True)


class SharedQuestion(Shape):
    id = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field, not the property
    schema = serializers.DictField(help_text="JSON Schema of the answer, as the first of the services asks it.")
    services = serializers.ListField(child=serializers.CharField())


class SharedDocument(Shape):
    id = serializers.CharField()
    title = serializers.CharField()
    services = serializers.ListField(child=serializers.CharField())


class LifeEventOut(LifeEventLine):
    """A life event with what is asked once."""

    questions = SharedQuestion(many=True)
    documents = SharedDocument(many=True)


class LifeBundleIn(Exact):
    id = serializers.UUIDField(help_text="Made by the client, so that sending twice makes one.")
    life_event = serializers.SlugField(max_length=60)
    services = serializers.ListField(
        child=serializers.SlugField(max_length=80), required=False, max_length=50, help_text="Some of them; else all."
    )


class BundleAnswersIn(Exact):
    answers = serializers.DictField(help_text="By the questions' ids; null removes one.")


class BundleFileIn(Exact):
    document = serializers.CharField(max_length=60)
    file = serializers.FileField()


class Waiting(Shape):
    service = serializers.CharField()
    title = serializers.CharField()
    why = serializers.CharField(allow_blank=True)
    in_vain = serializers.BooleanField(help_text="That one was refused or withdrawn.")


class BundleLine(Shape):
    """How one application of a bundle stands."""

    id = serializers.UUIDField(help_text="Of the application.")
    service = ServiceRef()
    agency = AgencyRef()
    number = serializers.CharField(allow_null=True)
    state = serializers.CharField()
    state_label = serializers.CharField()
    end = serializers.ChoiceField(choices=["granted", "rejected", "withdrawn"], allow_null=True)
    due_on = serializers.DateField(allow_null=True, help_text="By when the law owes an answer.")
    needs_correction = serializers.BooleanField()
    waits_for = Waiting(allow_null=True)


class BundleFullLine(BundleLine):
    problems = AnswerProblem(many=True, help_text="What a draft still lacks.")


class Refusal(Shape):
    service = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()
    errors = AnswerProblem(many=True)  # type: ignore[assignment]  # a field, not the property


class LifeBundleLine(Shape):
    """A bundle as the list shows it."""

    id = serializers.UUIDField()
    life_event = serializers.CharField()
    title = serializers.CharField()
    created_at = serializers.DateTimeField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    applications = BundleLine(many=True)


class LifeBundleOut(LifeBundleLine):
    """One bundle in full."""

    answers = serializers.DictField()
    applications = BundleFullLine(many=True)
    refused = Refusal(many=True, help_text="What was refused just now, by service.")


class BundleTimelineLine(TimelineLine):
    """A line of one of the applications."""

    service = ServiceRef()


class BundleTimelineOut(Shape):
    results = BundleTimelineLine(many=True)


_AKTA = {"slug": "akta-kelahiran", "title": "Kutipan Akta Kelahiran"}
_KIA = {"slug": "kartu-identitas-anak", "title": "Kartu Identitas Anak"}
_AGENCY = {"code": "DISDUKCAPIL", "name": "Dinas Kependudukan dan Pencatatan Sipil"}
_WHY = "Kartu identitas anak memerlukan nomor akta kelahiran."
_EVENT: dict[str, Any] = {
    "life_event": "kelahiran",
    "title": "Anak lahir",
    "summary": "Akta kelahiran, kartu identitas anak, jaminan kesehatan, dan kunjungan bayi dalam satu pengajuan.",
    "services": [
        {
            "service": _AKTA,
            "agency": _AGENCY,
            "after": None,
            "why": None,
            "reason": "Setiap kelahiran dilaporkan paling lambat 60 hari.",
            "basis": "UU 24/2013 Pasal 27 ayat (1)",
        },
        {
            "service": _KIA,
            "agency": _AGENCY,
            "after": "akta-kelahiran",
            "why": _WHY,
            "reason": "Anak di bawah 17 tahun mendapat kartu identitasnya sendiri.",
            "basis": "Permendagri 2/2016 Pasal 3",
        },
    ],
}
_BOTH = ["akta-kelahiran", "kartu-identitas-anak"]
_DONE: dict[str, Any] = {"response_only": True, "status_codes": ["200"]}
EVENTS = OpenApiExample("A birth", value={"results": [_EVENT]}, **_DONE)
EVENT = OpenApiExample(
    "A birth, with what is asked once",
    value=_EVENT
    | {
        "questions": [
            {
                "id": "nama_anak",
                "label": "Nama lengkap anak",
                "schema": {"type": "string", "minLength": 2},
                "services": _BOTH,
            }
        ],
        "documents": [{"id": "kartu_keluarga", "title": "Kartu Keluarga", "services": _BOTH}],
    },
    **_DONE,
)
BUNDLE_IN = OpenApiExample(
    "All services of a birth",
    value={"id": "0b6f2f3e-2a0f-4f0b-9a5d-3d1c2f4e5a6b", "life_event": "kelahiran"},
    request_only=True,
)
BUNDLE_ANSWERS_IN = OpenApiExample(
    "Two answers", value={"answers": {"nama_anak": "Nur Aisyah", "nik_ibu": "6471014503950001"}}, request_only=True
)
BUNDLE_FILE_IN = OpenApiExample(
    "The family card",
    value={"document": "kartu_keluarga", "file": "(bytes)"},
    request_only=True,
    media_type="multipart/form-data",
)
_LINE: dict[str, Any] = {
    "id": "3f0c7f0a-54c1-4a5e-9d0a-2f4e6f8a1b2c",
    "service": _AKTA,
    "agency": _AGENCY,
    "number": "BPN-7K3M-2Q9F-0",
    "state": "submitted",
    "state_label": "Diajukan",
    "end": None,
    "due_on": "2026-11-26",
    "needs_correction": False,
    "waits_for": None,
}
_WAITS: dict[str, Any] = _LINE | {
    "id": "4d1c7f0a-54c1-4a5e-9d0a-2f4e6f8a1b2d",
    "service": _KIA,
    "number": None,
    "state": "draft",
    "state_label": "Draf",
    "due_on": None,
    "waits_for": {
        "service": "akta-kelahiran",
        "title": "Kutipan Akta Kelahiran",
        "why": _WHY,
        "in_vain": False,
    },
}
_BUNDLE: dict[str, Any] = {
    "id": "0b6f2f3e-2a0f-4f0b-9a5d-3d1c2f4e5a6b",
    "life_event": "kelahiran",
    "title": "Anak lahir",
    "created_at": "2026-11-25T09:10:00+08:00",
    "submitted_at": "2026-11-25T09:12:03+08:00",
}
BUNDLE_LINE = OpenApiExample(
    "One is handed in, the other waits for it", value=_BUNDLE | {"applications": [_LINE, _WAITS]}, **_DONE
)
BUNDLE = OpenApiExample(
    "In full",
    value=_BUNDLE
    | {
        "answers": {"nama_anak": "Nur Aisyah"},
        "applications": [_LINE | {"problems": []}, _WAITS | {"problems": []}],
        "refused": [],
    },
    response_only=True,
    status_codes=["200", "201"],
)
BUNDLE_TIMELINE = OpenApiExample(
    "The birth certificate was handed in",
    value={
        "results": [
            {
                "sequence": 1,
                "type": "submitted",
                "label": "Permohonan diajukan",
                "state": "submitted",
                "state_label": "Diajukan",
                "by": "resident",
                "on_behalf": None,
                "reason": None,
                "basis": None,
                "note": None,
                "documents": [],
                "at": "2026-11-25T09:12:03+08:00",
                "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                "service": _AKTA,
            }
        ]
    },
    **_DONE,
)
