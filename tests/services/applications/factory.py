"""A small service of one agency, and people around it."""

import copy
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from services.agencies.models import Agency, Membership
from services.catalogue.models import Origin, Service, ServiceVersion
from services.catalogue.operations import publish
from services.catalogue.operations.releasing import lock_catalogue, release
from services.definitions import load_content
from services.definitions.changes import changes_between, class_of

CONTENT: dict[str, Any] = {
    "service": "uji",
    "title": {"id": "Layanan uji", "en": "Test service"},
    "summary": {"id": "Untuk menguji.", "en": "For tests."},
    "category": "uji",
    "access": {"audience": ["resident"], "assurance": "basic"},
    "legal_basis": ["UU 25/2009 Pasal 1"],
    "requirements": [
        {"id": "foto", "title": {"id": "Foto", "en": "Photo"}, "accept": ["png", "jpeg"], "max_mb": 1},
        {
            "id": "surat",
            "title": {"id": "Surat", "en": "Letter"},
            "accept": ["pdf"],
            "max_mb": 1,
            "when": {"==": [{"var": "data.kawin"}, True]},
        },
    ],
    "form": {
        "schema": {
            "type": "object",
            "required": ["data"],
            "properties": {
                "data": {
                    "type": "object",
                    "x-label": {"id": "Data", "en": "Data"},
                    "required": ["nama", "nik", "kawin", "pasangan"],
                    "properties": {
                        "nama": {"type": "string", "minLength": 3, "x-label": {"id": "Nama", "en": "Name"}},
                        "nik": {"type": "string", "format": "nik", "x-label": {"id": "NIK", "en": "NIK"}},
                        "kawin": {"type": "boolean", "x-label": {"id": "Kawin", "en": "Married"}},
                        "pasangan": {"type": "string", "x-label": {"id": "Pasangan", "en": "Spouse"}},
                    },
                }
            },
        },
        "ui": {
            "type": "VerticalLayout",
            "elements": [
                {"type": "Control", "scope": "#/properties/data"},
                {
                    "type": "Control",
                    "scope": "#/properties/data/properties/pasangan",
                    "rule": {
                        "effect": "SHOW",
                        "condition": {"scope": "#/properties/data/properties/kawin", "schema": {"const": True}},
                    },
                },
            ],
        },
    },
    "fee": {"amount": 10000, "basis": "Perda uji"},
    "workflow": "standard-review",
    "deadline": {"working_days": 3, "from": "complete", "basis": "Standar uji"},
    "outcome": {
        "document": "surat-uji",
        "title": {"id": "Surat uji", "en": "Test letter"},
        "number": "{seq:05d}/UJI/{agency}/{year}",
        "shows": ["/data/nama"],
        "verify_shows": ["/data/nama"],
    },
    "retention": {"months": 12},
    "demo": True,
}
ANSWERS: dict[str, Any] = {"data": {"nama": "Siti Rahma", "nik": "6471014101900001", "kawin": False}}


def agency(code: str = "DISDUKCAPIL") -> Agency:
    """Return an agency, made at first."""
    return Agency.objects.get_or_create(code=code, defaults={"name": code, "kind": "dinas", "confidence": "seen"})[0]


def publish_service(code: str = "DISDUKCAPIL", *, module: str = "none", **changes: Any) -> None:
    """Publish the service at an agency, with some of its content changed; `module` is the label of who brings it."""
    content = copy.deepcopy(CONTENT) | changes
    publish(agency_code=agency(code).code, module=module, definition=load_content(content), now=timezone.now())


def resident(email: str = "siti@example.org", assurance: str = "verified") -> User:
    """Return a resident."""
    return User.objects.create(email=email, full_name=email.split("@")[0].capitalize(), assurance=assurance)


def member(email: str, *roles: str, code: str = "DISDUKCAPIL") -> User:
    """Return a member of an agency's staff."""
    person = resident(email)
    for role in roles:
        Membership.objects.create(user=person, agency=agency(code), role=role)
    return person


@transaction.atomic
def new_version(
    content: dict[str, Any], *, policy: str = "carry_on", chosen: str = "", cut_off_at: datetime | None = None
) -> ServiceVersion:
    """Publish the next version of a service as an admin does: its class worked out, or taken more strictly."""
    lock_catalogue()
    service = Service.objects.select_related("current").get(slug=content["service"])
    definition = load_content(content)
    assert service.current
    worked_out = class_of(changes_between(load_content(service.current.content), definition))
    return release(
        service,
        definition,
        origin=Origin.ADMIN,
        change_class=worked_out,
        chosen_class=chosen,
        drafts_policy=policy,
        cut_off_at=cut_off_at,
        now=timezone.now(),
    )
