"""Shapes of rounds of correction, in and out, with an example of each."""

from typing import Any

from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers

from services.applications.api.serializers import AnswerProblem, FileOut
from services.applications.models import CorrectionRound
from services.definitions import REASONS
from superapp.http.exact import Exact

_MOST_ITEMS = 50


class CorrectionItemIn(Exact):
    pointer = serializers.CharField(max_length=300, help_text="`/answers/...` or `/files/<requirement>`.")
    reason_code = serializers.ChoiceField(choices=list(REASONS))
    words = serializers.CharField(required=False, allow_blank=True, default="", max_length=1000)


class CorrectionAskIn(Exact):
    items = serializers.ListField(child=CorrectionItemIn(), allow_empty=False, max_length=_MOST_ITEMS)
    message = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)


class CorrectionSendIn(Exact):
    note = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=2000, help_text="Why something marked stays as it was."
    )


class CorrectionItemOut(serializers.Serializer[dict[str, object]]):
    pointer = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field, not the property
    reason_code = serializers.ChoiceField(choices=list(REASONS))
    reason = serializers.CharField(help_text="The reason in words.")
    words = serializers.CharField(allow_null=True, help_text="What the officer added.")
    before = serializers.JSONField(help_text="The answer, or `{id, sha256, name}` of the file, when asked.")
    after = serializers.JSONField(help_text="The same as put right; null before.")
    changed = serializers.BooleanField()


class CorrectionOut(serializers.Serializer[dict[str, object]]):
    number = serializers.IntegerField()
    state = serializers.ChoiceField(choices=CorrectionRound.State.values)
    asked_at = serializers.DateTimeField()
    answer_by = serializers.DateField(help_text="The last day for an answer.")
    message = serializers.CharField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    items = CorrectionItemOut(many=True)
    problems = AnswerProblem(many=True, help_text="What is still wrong with the answers as they would stand.")


class CorrectionsOut(serializers.Serializer[dict[str, object]]):
    results = CorrectionOut(many=True)


class OfficeCorrectionOut(CorrectionOut):
    asked_by = serializers.CharField()


class CorrectionReasonOut(serializers.Serializer[dict[str, object]]):
    code = serializers.ChoiceField(choices=list(REASONS))
    label = serializers.CharField()  # type: ignore[assignment]  # a field, not the property
    words = serializers.BooleanField(help_text="Words are owed beside it.")


class OfficeCorrectionsOut(serializers.Serializer[dict[str, object]]):
    results = OfficeCorrectionOut(many=True)
    reason_codes = CorrectionReasonOut(many=True)
    rounds_left = serializers.IntegerField()


class CorrectionFileOut(FileOut):
    """A file handed in anew."""


_ITEM: dict[str, Any] = {
    "pointer": "/answers/ibu/nik",
    "label": "NIK ibu",
    "reason_code": "incorrect",
    "reason": "Tidak sesuai",
    "words": "Berbeda dengan KK yang diunggah.",
    "before": "6471014101900001",
    "after": None,
    "changed": False,
}
_ROUND: dict[str, Any] = {
    "number": 1,
    "state": "open",
    "asked_at": "2026-11-25T10:40:51+08:00",
    "answer_by": "2026-12-15",
    "message": "Mohon diperbaiki, sisanya sudah benar.",
    "closed_at": None,
    "items": [_ITEM],
    "problems": [],
}
_SENT = _ROUND | {
    "state": "sent",
    "closed_at": "2026-11-26T19:02:11+08:00",
    "items": [_ITEM | {"after": "6471014101900002", "changed": True}],
}

ASKED_IN = OpenApiExample(
    "One answer and one file",
    value={
        "items": [
            {"pointer": "/answers/ibu/nik", "reason_code": "incorrect", "words": "Berbeda dengan KK yang diunggah."},
            {"pointer": "/files/surat_lahir", "reason_code": "unreadable"},
        ],
        "message": "Mohon diperbaiki, sisanya sudah benar.",
    },
    request_only=True,
)
SEND_IN = OpenApiExample("Nothing to add", value={}, request_only=True)
ASKED = OpenApiExample("An open round", value=_ROUND, response_only=True, status_codes=["201"])
ROUND = OpenApiExample("An open round", value=_ROUND, response_only=True, status_codes=["200"])
ROUNDS = OpenApiExample("One open round", value={"results": [_ROUND]}, response_only=True, status_codes=["200"])
OFFICE_ROUNDS = OpenApiExample(
    "Old beside new",
    value={
        "results": [_SENT | {"asked_by": "Rina Wulandari"}],
        "reason_codes": [{"code": "unreadable", "label": "Tidak terbaca", "words": False}],
        "rounds_left": 2,
    },
    response_only=True,
    status_codes=["200"],
)
CORRECTED_FILE = OpenApiExample(
    "A file",
    value={
        "id": "1c7f2f3e-2a0f-4f0b-9a5d-3d1c2f4e5a6b",
        "requirement": "surat_lahir",
        "name": "surat-lahir-jelas.jpg",
        "media_type": "image/jpeg",
        "size": 184233,
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    },
    response_only=True,
    status_codes=["201"],
)
