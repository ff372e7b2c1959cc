"""A file given before is offered with source and age, taken over by a yes without an upload, and leaves a receipt."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.mandates.models import Mandate
from accounts.models import User
from accounts.privacy.models import DataAccess
from services.applications.models import Application, ApplicationFile, Event
from services.applications.queries.chain import broken_links
from services.documents.models import StoredFile
from tests.problems import fields, problem
from tests.services.applications.api.test_corrections import ask
from tests.services.applications.api.test_corrections import send as send_round
from tests.services.applications.api.test_corrections import upload as upload_round
from tests.services.applications.api.test_office import officer
from tests.services.applications.api.test_office import take as act
from tests.services.applications.api.test_on_behalf import FAMILY, acting_by, child_of
from tests.services.applications.api.test_submit import URL, ready, submit
from tests.services.applications.factory import publish_service, resident
from tests.services.documents.crafted import jpeg, png
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db
NONE = "5c1e6b0a-7c39-4f0e-9a35-2f6f7f0c7d11"
CARD = {"title": {"id": "Kartu Keluarga", "en": "Family card"}, "document_type": "kartu_keluarga", "max_mb": 1}
HERE = [CARD | {"id": "foto", "accept": ["pdf", "png", "jpeg"]}]
THERE = [CARD | {"id": "kk", "accept": ["pdf", "png"]}]


def services(**changes: Any) -> None:
    """Publish two services of two agencies that ask for the same paper, under ids of their own."""
    publish_service(requirements=HERE, **changes)
    publish_service("DINSOS", service="lain", title={"id": "Bantuan", "en": "Aid"}, requirements=THERE, **changes)


@pytest.fixture
def siti() -> User:
    services()
    return resident()


@pytest.fixture
def app(siti: User) -> Client:
    return signed_in(siti, "applications", "account")


def upload(app: Client, id: str, requirement: str, content: bytes, name: str = "kk.png") -> Any:
    answer = app.post(f"{URL}{id}/files/", {"requirement": requirement, "file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 201, answer.content
    return answer.json()


def given(app: Client, content: bytes | None = None, *, at: datetime | None = None) -> str:
    """Hand in an application of the first service with a file; return its id."""
    with time_machine.travel(at or timezone.now(), tick=False):
        id = ready(app, files=False)
        upload(app, id, "foto", png() if content is None else content)
        assert submit(app, id).status_code == 200
    return id


def begin(app: Client, service: str = "lain") -> str:
    return ready(app, service=service, files=False)


def etag(app: Client, id: str) -> str:
    return str(app.get(f"{URL}{id}/").headers["ETag"])


def offers(app: Client, id: str) -> Any:
    answer = app.get(f"{URL}{id}/files/offers/", HTTP_ACCEPT_LANGUAGE="en")
    assert answer.status_code == 200, answer.content
    return answer.json()["offers"]


def take(app: Client, id: str, *chosen: Any, tag: str = "", **changes: str) -> Any:
    """Say yes to offers as they were shown, perhaps changed."""
    lines = [
        {"requirement": each["requirement"], "file": each["file"]["id"], "sha256": each["file"]["sha256"]} | changes
        for each in chosen
    ]
    match = {"If-Match": tag or etag(app, id)}
    return app.post(f"{URL}{id}/files/offers/", {"take": lines}, content_type="application/json", headers=match)


def test_a_file_given_at_one_agency_is_taken_over_at_another_and_both_sides_see_from_where(
    app: Client, siti: User
) -> None:
    source = given(app, at=timezone.now() - timedelta(days=40))
    number = app.get(f"{URL}{source}/").json()["number"]
    id = begin(app)

    (offer,) = offers(app, id)

    assert (offer["requirement"], offer["title"], offer["document_type"]) == ("kk", "Family card", "kartu_keluarga")
    assert offer["source"] == {
        "application": source,
        "number": number,
        "service": {"slug": "uji", "title": "Test service"},
        "agency": {"code": "DISDUKCAPIL", "name": "DISDUKCAPIL"},
        "handed_in_by": "Siti",
    }
    assert (offer["age_days"], offer["status"], offer["file"]["media_type"]) == (40, "submitted", "image/png")
    assert app.get(f"{URL}{source}/files/{offer['file']['id']}/").status_code == 200  # it can be looked at first
    assert app.get(f"{URL}{id}/").json()["files"] == []  # nothing happens by itself

    taken = take(app, id, offer)

    assert taken.status_code == 200, taken.content
    (file,) = taken.json()["files"]
    assert (file["requirement"], file["sha256"]) == ("kk", offer["file"]["sha256"])
    assert StoredFile.objects.count() == 1  # shared, not copied
    (line,) = taken.json()["reused_files"]
    assert (line["requirement"], line["given_at"], line["status"]) == ("kk", offer["given_at"], "submitted")
    assert offers(app, id) == []
    receipt = DataAccess.objects.get(about=source)
    assert (receipt.what, receipt.number, receipt.reader_role) == ("reused_file", number, "resident")
    assert (receipt.agency_code, receipt.why) == ("DINSOS", "Bantuan: Kartu Keluarga")
    assert [each["what"] for each in app.get(f"{URL}{source}/access-log/").json()["results"]] == ["reused_file"]

    assert submit(app, id).status_code == 200

    mine = app.get(f"{URL}{id}/", HTTP_ACCEPT_LANGUAGE="en").json()["reused_files"]
    theirs = officer(code="DINSOS").get(f"/api/v1/office/applications/{id}/", HTTP_ACCEPT_LANGUAGE="en").json()
    assert theirs["reused_files"] == mine
    assert mine[0]["source"] == {
        "application": source,
        "number": number,
        "service": {"slug": "uji", "title": "Test service"},
        "agency": {"code": "DISDUKCAPIL", "name": "DISDUKCAPIL"},
    }
    kept = Event.objects.get(application_id=id).data["reused_files"]
    assert kept["kk"]["source"]["number"] == number
    assert "by" not in kept["kk"]
    assert list(broken_links()) == []
    assert problem(app.get(f"{URL}{id}/files/offers/")) == (409, "not_a_draft")


def test_what_was_granted_says_so_and_the_newest_stands_first_five_at_most(app: Client) -> None:
    now = timezone.now()
    granted = given(app, png(41), at=now - timedelta(days=30))
    rina = officer()
    act(rina, granted, "start_review")
    assert act(rina, granted, "grant", reason="Lengkap").status_code == 200
    refused = given(app, png(42), at=now - timedelta(days=20))
    act(rina, refused, "start_review")
    assert act(rina, refused, "reject", reason="Tidak sesuai").status_code == 200
    id = begin(app)

    assert [(each["source"]["application"], each["status"]) for each in offers(app, id)] == [
        (refused, "rejected"),
        (granted, "accepted"),
    ]
    for width in range(50, 55):
        given(app, png(width), at=now - timedelta(days=60 - width))
    found = offers(app, id)
    assert [each["age_days"] for each in found] == [6, 7, 8, 9, 10]


def test_the_same_file_given_twice_is_offered_once_where_it_was_accepted(app: Client) -> None:
    now = timezone.now()
    granted = given(app, at=now - timedelta(days=30))
    rina = officer()
    act(rina, granted, "start_review")
    act(rina, granted, "grant", reason="Lengkap")
    given(app, at=now - timedelta(days=2))

    (offer,) = offers(app, begin(app))

    assert (offer["source"]["application"], offer["status"]) == (granted, "accepted")


def test_a_draft_lends_nothing_nor_does_a_paper_of_another_type(app: Client) -> None:
    publish_service(service="akta", requirements=[HERE[0] | {"document_type": "akta_kelahiran"}])
    publish_service(service="polos", requirements=[{key: HERE[0][key] for key in HERE[0] if key != "document_type"}])
    upload(app, begin(app, "uji"), "foto", png())
    for service in ("akta", "polos"):
        other = begin(app, service)
        upload(app, other, "foto", png())
        assert submit(app, other).status_code == 200

    assert offers(app, begin(app)) == []
    assert offers(app, begin(app, "polos")) == []


def test_a_strangers_file_is_never_offered_and_cannot_be_taken(app: Client, siti: User) -> None:
    given(app)
    (offer,) = offers(app, begin(app))
    tono = signed_in(resident("tono@example.org"), "applications")
    id = begin(tono)

    assert offers(tono, id) == []
    answer = take(tono, id, offer)

    assert problem(answer) == (409, "offer_changed")
    assert fields(answer) == {"/take/0": "offer_changed"}
    mine = begin(app)
    assert tono.get(f"{URL}{mine}/files/offers/").status_code == 404
    assert take(tono, mine, offer, tag="*").status_code == 404
    assert not ApplicationFile.objects.filter(application_id__in=[id, mine]).exists()
    assert DataAccess.objects.count() == 0


def test_what_does_not_fit_is_not_offered_and_taking_it_names_the_requirement(app: Client) -> None:
    given(app, jpeg())
    id = begin(app)
    file = ApplicationFile.objects.select_related("file").get()
    wanted = {"requirement": "kk", "file": {"id": str(file.id), "sha256": file.file.sha256}}

    assert offers(app, id) == []
    answer = take(app, id, wanted)

    assert problem(answer) == (422, "unfit_file")
    assert fields(answer) == {"/take/0/requirement": "unfit_file"}
    assert app.get(f"{URL}{id}/").json()["files"] == []
    assert Application.objects.get(id=id).reused_files is None
    assert DataAccess.objects.count() == 0


@pytest.mark.parametrize("changes", [{"sha256": "0" * 64}, {"requirement": "foto"}, {"file": NONE}])
def test_what_is_no_longer_as_it_was_shown_is_not_taken(app: Client, changes: dict[str, str]) -> None:
    given(app)
    id = begin(app)

    answer = take(app, id, *offers(app, id), **changes)

    assert problem(answer) == (409, "offer_changed")
    assert fields(answer) == {"/take/0": "offer_changed"}
    assert app.get(f"{URL}{id}/").json()["files"] == []


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, "/take"),
        ({"take": []}, "/take"),
        ({"take": [{"requirement": "kk", "file": "x", "sha256": "0" * 64}]}, "/take/0/file"),
        ({"take": [{"requirement": "kk", "file": NONE, "sha256": "z"}]}, "/take/0/sha256"),
        ({"take": [], "tke": 1}, "/tke"),
    ],
)  # fmt: skip
def test_a_bad_order_is_told_by_field(app: Client, body: Any, wrong: str) -> None:
    id = begin(app)

    answer = app.post(
        f"{URL}{id}/files/offers/", body, content_type="application/json", headers={"If-Match": etag(app, id)}
    )

    assert answer.status_code == 400
    assert wrong in fields(answer)


def test_one_requirement_takes_one_file(app: Client) -> None:
    given(app, png(41))
    given(app, png(42))
    id = begin(app)

    answer = take(app, id, *offers(app, id))

    assert answer.status_code == 400
    assert fields(answer) == {"/take/1/requirement": "twice"}
    assert app.get(f"{URL}{id}/").json()["files"] == []


def test_said_twice_it_is_done_once_and_two_devices_do_not_overwrite_each_other(app: Client) -> None:
    source = given(app)
    id = begin(app)
    found, old = offers(app, id), etag(app, id)
    assert take(app, id, *found, tag=old).status_code == 200

    assert take(app, id, *found, tag=old).status_code == 412
    again = take(app, id, *found)

    assert again.status_code == 200
    assert len(again.json()["files"]) == 1
    assert DataAccess.objects.filter(about=source).count() == 1
    body = {"take": [{"requirement": "kk", "file": NONE, "sha256": "0" * 64}]}
    no_match = app.post(f"{URL}{id}/files/offers/", body, content_type="application/json")
    assert no_match.status_code == 428


def removed(app: Client, id: str, file: str) -> None:
    assert app.delete(f"{URL}{id}/files/{file}/").status_code == 204


def replaced(app: Client, id: str, file: str) -> None:
    upload(app, id, "kk", png())  # the very same bytes, and yet handed in anew


@pytest.mark.parametrize("change", [removed, replaced])
def test_a_file_taken_out_or_replaced_takes_its_receipt_along(
    app: Client, change: Callable[[Client, str, str], None]
) -> None:
    source = given(app)
    id = begin(app)
    (file,) = take(app, id, *offers(app, id)).json()["files"]

    change(app, id, file["id"])

    assert app.get(f"{URL}{id}/").json()["reused_files"] == []
    assert not Application.objects.get(id=id).reused_files
    assert app.get(f"{URL}{source}/").json()["files"][0]["sha256"] == file["sha256"]


def test_a_draft_thrown_away_leaves_the_source_its_file(app: Client) -> None:
    source = given(app)
    id = begin(app)
    take(app, id, *offers(app, id))

    assert app.delete(f"{URL}{id}/", headers={"If-Match": etag(app, id)}).status_code == 204

    (file,) = app.get(f"{URL}{source}/").json()["files"]
    assert app.get(f"{URL}{source}/files/{file['id']}/").status_code == 200


def test_a_file_that_an_officer_asks_anew_is_not_offered_and_its_place_has_no_receipt(app: Client) -> None:
    source = given(app)
    id = begin(app)
    take(app, id, *offers(app, id))
    assert submit(app, id).status_code == 200
    rina = officer(code="DINSOS")
    act(rina, id, "start_review")
    assert ask(rina, id, {"pointer": "/files/kk", "reason_code": "unreadable"}).status_code == 201
    third = begin(app, "uji")

    assert [each["source"]["application"] for each in offers(app, third)] == [source]
    assert len(app.get(f"{URL}{id}/").json()["reused_files"]) == 1  # until it is put right
    assert upload_round(app, id, "kk").status_code == 201
    assert send_round(app, id).status_code == 200

    assert app.get(f"{URL}{id}/").json()["reused_files"] == []
    assert {each["source"]["application"] for each in offers(app, third)} == {source, id}
    assert Event.objects.get(application_id=id, sequence=1).data["reused_files"]  # what was, stays told


def test_what_is_taken_over_can_be_taken_over_again_with_the_age_of_the_first_day(app: Client) -> None:
    given(app, at=timezone.now() - timedelta(days=100))
    id = begin(app)
    take(app, id, *offers(app, id))
    assert submit(app, id).status_code == 200

    (offer,) = offers(app, begin(app, "uji"))

    assert offer["age_days"] == 100


def test_who_acts_is_offered_what_the_applicant_gave_and_nothing_of_their_own(siti: User) -> None:
    services(access=FAMILY)
    mandate = child_of(siti)
    acting, own = acting_by(mandate), signed_in(siti, "applications")
    mothers = given(own, png(41))
    childs = given(acting, png(42))
    id = begin(acting)

    (offer,) = offers(acting, id)

    assert (offer["source"]["application"], offer["source"]["handed_in_by"]) == (childs, "Siti")
    assert take(acting, id, offer).status_code == 200
    receipt = DataAccess.objects.get()
    assert (receipt.person_id, receipt.reader_id, str(receipt.about)) == (mandate.principal_id, siti.id, childs)
    assert [each["source"]["application"] for each in offers(own, begin(own))] == [mothers]


def test_a_mandate_reaches_no_file_of_a_service_that_it_does_not_name(siti: User) -> None:
    services(access=FAMILY)
    acting = acting_by(child_of(siti))
    given(acting)
    assert len(offers(acting, begin(acting))) == 1

    Mandate.objects.update(services=["lain"])

    assert offers(acting, begin(acting)) == []


def test_a_mandate_that_ended_offers_and_takes_nothing(siti: User) -> None:
    services(access=FAMILY)
    mandate = child_of(siti)
    acting = acting_by(mandate)
    given(acting)
    id = begin(acting)
    found, tag = offers(acting, id), etag(acting, id)
    Mandate.objects.update(state="ended", ending="agent", ended_at=timezone.now())

    assert acting.get(f"{URL}{id}/files/offers/").status_code == 401
    assert take(acting, id, *found, tag=tag).status_code == 401
    own = signed_in(siti, "applications")
    mine = begin(own)
    assert offers(own, mine) == []
    assert problem(take(own, mine, *found)) == (409, "offer_changed")
    assert not ApplicationFile.objects.filter(application_id__in=[id, mine]).exists()


def test_an_offer_costs_the_same_however_much_was_given(
    app: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    given(app, png(41))
    id = begin(app)
    offers(app, id)
    with django_assert_num_queries(3):
        assert len(offers(app, id)) == 1
    for width in (42, 43, 44):
        given(app, png(width))

    with django_assert_num_queries(3):
        assert len(offers(app, id)) == 4
