"""A form with a computed value, a check between fields, a file and a family member: from draft to submission."""

import copy
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.mandates.models import Evidence, Mandate, Relation, State
from accounts.models import User
from services.definitions.kinds import KINDS
from tests.problems import fields
from tests.services.applications.factory import CONTENT, publish_service, resident
from tests.services.documents.crafted import pdf
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db
URL = "/api/v1/applications/"
LABEL = {"x-label": {"id": "Isian", "en": "Field"}}
LETTER = {"id": "surat", "title": {"id": "Surat", "en": "Letter"}, "accept": ["pdf"], "max_mb": 1}


def form() -> dict[str, Any]:
    number = {"type": "number", "exclusiveMinimum": 0, "maximum": 50} | LABEL
    area = {"*": [{"var": "lebar"}, {"var": "tinggi"}]}
    properties = {
        "lebar": number,
        "tinggi": number,
        "luas": {"type": "number", "readOnly": True, "x-computed": area} | LABEL,
        "mulai": KINDS["date"] | LABEL,
        "surat": KINDS["file"] | LABEL | {"x-document": "surat"},
        "anak": KINDS["family-member"] | LABEL,
    }
    message = {"id": "Tanggal mulai belum lewat.", "en": "The start lies ahead."}
    return {
        "schema": {"type": "object", "properties": properties, "required": ["lebar", "tinggi", "mulai", "surat"]},
        "ui": {
            "type": "Group",
            "elements": [{"type": "Control", "scope": f"#/properties/{name}"} for name in properties],
        },
        "checks": [{"rule": {">=": [{"var": "mulai"}, {"var": "$today"}]}, "field": "/mulai", "message": message}],
    }


@pytest.fixture
def siti() -> User:
    changes = copy.deepcopy({"outcome": CONTENT["outcome"] | {"shows": ["/lebar"], "verify_shows": []}})
    fee = {"rule": {"*": [{"var": "luas"}, 1000]}, "basis": "Uji"}
    publish_service(form=form(), requirements=[LETTER], fee=fee, **changes)
    return resident()


def begin(app: Client, answers: dict[str, Any]) -> str:
    id: str = app.post(URL, data={"service": "uji"}, content_type="application/json").json()["id"]
    save(app, id, answers)
    return id


def save(app: Client, id: str, answers: dict[str, Any]) -> None:
    headers = {"If-Match": app.get(f"{URL}{id}/").headers["ETag"]}
    saved = app.patch(f"{URL}{id}/", data={"answers": answers}, content_type="application/json", headers=headers)
    assert saved.status_code == 200, saved.content


def submit(app: Client, id: str) -> Any:
    return app.post(f"{URL}{id}/submit/", headers={"Idempotency-Key": str(uuid4())})


def hand_in(app: Client, id: str) -> str:
    sent = app.post(f"{URL}{id}/files/", {"requirement": "surat", "file": SimpleUploadedFile("a.pdf", pdf())})
    assert sent.status_code == 201, sent.content
    return str(sent.json()["id"])


def child_of(siti: User) -> User:
    child = resident("anak@example.org")
    Mandate.objects.create(
        principal=child,
        agent=siti,
        kind=Relation.CHILD,
        scopes=["applications"],
        state=State.ACTIVE,
        basis="UU 1/1974",
        evidence=Evidence.REGISTRY,
        created_at=timezone.now(),
        starts_at=timezone.now(),
        expires_at=timezone.now() + timedelta(days=1),
    )
    return child


def test_the_server_works_out_what_is_computed_and_the_fee_follows(siti: User) -> None:
    app = signed_in(siti, "applications")
    soon = str(timezone.localdate() + timedelta(days=2))
    id = begin(app, {"lebar": 2.5, "tinggi": 2, "luas": 0.01, "mulai": soon, "anak": str(child_of(siti).id)})
    save(app, id, {"surat": hand_in(app, id)})

    sent = submit(app, id)

    assert sent.status_code == 200, sent.content
    assert (sent.json()["answers"]["luas"], sent.json()["fee"]["amount"]) == (5, 5000)


def test_what_does_not_agree_and_what_is_not_theirs_is_named_by_its_field(siti: User) -> None:
    app = signed_in(siti, "applications")
    other = begin(app, {})
    file_of_another = hand_in(app, other)
    answers = {"lebar": 2, "tinggi": 2, "mulai": "2020-01-01", "surat": file_of_another, "anak": str(uuid4())}
    id = begin(app, answers)

    assert fields(submit(app, id)) == {
        "/answers/mulai": "check",
        "/answers/surat": "no_such_file",
        "/answers/anak": "no_such_member",
    }


def test_a_file_that_the_form_asks_for_is_missed_at_its_field_alone(siti: User) -> None:
    app = signed_in(siti, "applications")
    id = begin(app, {"lebar": 2, "tinggi": 2, "mulai": str(timezone.localdate())})

    assert fields(submit(app, id)) == {"/answers/surat": "required"}
