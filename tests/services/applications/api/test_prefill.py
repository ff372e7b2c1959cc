"""What is known already is offered with its source and age, taken over by a yes, and leaves a receipt."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.mandates.models import Dependant
from accounts.models import User
from accounts.privacy.models import DataAccess
from accounts.proofing.models import Proof, Sealed
from accounts.proofing.vault import seal
from services.applications.models import Application, Event
from tests.bent import Bent
from tests.problems import fields, problem
from tests.services.applications.api.test_office import officer
from tests.services.applications.api.test_on_behalf import acting_by, child_of
from tests.services.applications.api.test_submit import URL, ready, submit
from tests.services.applications.factory import CONTENT, publish_service, resident
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db
MODULE = "module_opd_lentur"
PREFILL = {"/data/nama": "registry.name", "/data/nik": "registry.nik", "/data/pasangan": "module.pasangan"}
FORM = CONTENT["form"] | {"prefill": PREFILL}
NIK = "6471014503950001"


@pytest.fixture
def siti(bent: Bent) -> User:
    """Whose identity was proved ten days ago."""
    publish_service(module=MODULE, form=FORM)
    person = resident()
    person.full_name = "Siti Aminah"
    person.save()
    proved_at = timezone.now() - timedelta(days=10)
    Proof.objects.create(person=person, how="registry", assurance="verified", proved_at=proved_at)
    key_id, value = seal(NIK, person_id=person.id, kind="nik")
    Sealed.objects.create(person=person, kind="nik", key_id=key_id, value=value)
    return person


@pytest.fixture
def app(siti: User) -> Client:
    return signed_in(siti, "applications", "account")


def begin(app: Client, answers: dict[str, Any] | None = None) -> str:
    made = app.post(URL, {"service": "uji"}, content_type="application/json")
    id = str(made.json()["id"])
    if answers:
        patch(app, id, answers)
    return id


def etag(app: Client, id: str) -> str:
    return str(app.get(f"{URL}{id}/").headers["ETag"])


def patch(app: Client, id: str, answers: dict[str, Any]) -> Any:
    return app.patch(
        f"{URL}{id}/", {"answers": answers}, content_type="application/json", headers={"If-Match": etag(app, id)}
    )


def offers(app: Client, id: str) -> Any:
    answer = app.get(f"{URL}{id}/prefill/", HTTP_ACCEPT_LANGUAGE="en")
    assert answer.status_code == 200, answer.content
    return answer.json()


def take(app: Client, id: str, *chosen: tuple[str, Any], tag: str = "") -> Any:
    body = {"take": [{"pointer": f"/answers{pointer}", "value": value} for pointer, value in chosen]}
    match = {"If-Match": tag or etag(app, id)}
    return app.post(f"{URL}{id}/prefill/", body, content_type="application/json", headers=match)


def test_facts_are_offered_with_source_and_age_and_nothing_is_filled_in_by_itself(app: Client, bent: Bent) -> None:
    id = begin(app)

    found = offers(app, id)

    assert [(each["pointer"], each["value"], each["source"], each["age_days"]) for each in found["offers"]] == [
        ("/answers/data/nik", NIK, "The NIK that was matched", 10),
        ("/answers/data/nama", "Siti Aminah", "The name in the population registry", 10),
    ]
    assert {each["assurance"] for each in found["offers"]} == {"verified"}
    assert found["unavailable"] == []
    assert app.get(f"{URL}{id}/").json()["answers"] == {}


def test_a_yes_writes_the_fact_says_where_it_is_from_and_leaves_a_receipt(app: Client, siti: User) -> None:
    id = begin(app)
    first = offers(app, id)["offers"][1]

    taken = take(app, id, ("/data/nama", "Siti Aminah"))

    assert taken.status_code == 200, taken.content
    assert taken.json()["answers"] == {"data": {"nama": "Siti Aminah"}}
    (line,) = taken.json()["reused"]
    assert (line["pointer"], line["fact"], line["asserted_at"]) == (
        "/answers/data/nama",
        "registry.name",
        first["asserted_at"],
    )
    (receipt,) = app.get("/api/v1/me/access-log/").json()["results"]
    assert (receipt["what"], receipt["application"]) == ("facts", id)
    assert receipt["why"] == "Layanan uji: registry.name"
    assert receipt["reader"] == {"name": "Siti Aminah", "role": "resident"}
    assert [each["pointer"] for each in offers(app, id)["offers"]] == ["/answers/data/nik"]


def test_what_changed_since_it_was_shown_is_not_taken_over(app: Client, siti: User) -> None:
    id = begin(app)
    siti.full_name = "Siti Rahma"
    siti.save()

    answer = take(app, id, ("/data/nik", NIK), ("/data/nama", "Siti Aminah"))

    assert problem(answer) == (409, "offer_changed")
    assert fields(answer) == {"/take/1": "offer_changed"}
    assert app.get(f"{URL}{id}/").json()["answers"] == {}
    assert app.get("/api/v1/me/access-log/").json()["results"] == []


@pytest.mark.parametrize(
    ("pointer", "value"), [("/data/kawin", True), ("/data/pasangan", "x"), ("/data/nama", True), ("/x", "y")]
)
def test_what_is_not_offered_is_not_taken_over(app: Client, pointer: str, value: Any) -> None:
    id = begin(app)

    assert problem(take(app, id, (pointer, value))) == (409, "offer_changed")


def test_two_devices_do_not_overwrite_each_other(app: Client) -> None:
    id = begin(app)
    old = etag(app, id)
    patch(app, id, {"data": {"kawin": False}})

    assert take(app, id, ("/data/nama", "Siti Aminah"), tag=old).status_code == 412
    no_match = app.post(
        f"{URL}{id}/prefill/",
        {"take": [{"pointer": "/answers/data/nama", "value": "x"}]},
        content_type="application/json",
    )
    assert no_match.status_code == 428


def test_a_fact_of_the_module_is_offered_where_its_field_shows(app: Client, siti: User, bent: Bent) -> None:
    bent.does(
        prefill="""
            import datetime
            seen(person.name, person.nik, wanted)
            at = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
            words = {"id": "Buku nikah", "en": "Marriage register"}
            answer = {"module.pasangan": Fact("Ahmad", words, at, "verified"), "module.lain": Fact("x", words, at)}
        """
    )
    id = begin(app)
    assert "/answers/data/pasangan" not in [each["pointer"] for each in offers(app, id)["offers"]]

    patch(app, id, {"data": {"kawin": True}})

    found = offers(app, id)["offers"]
    assert [(each["value"], each["source"]) for each in found if each["fact"].startswith("module")] == [
        ("Ahmad", "Marriage register")
    ]
    assert bent.seen("prefill") == f"('Siti Aminah', '{NIK}', ('module.pasangan',))"
    assert take(app, id, ("/data/pasangan", "Ahmad")).status_code == 200


@pytest.mark.parametrize("value", ["5", "['x']", "''.join(['x'] * 3) if False else 12.5"])
def test_a_value_that_does_not_fit_its_field_is_not_offered(app: Client, bent: Bent, value: str) -> None:
    bent.does(
        prefill=f"""
            import datetime
            at = datetime.datetime.now(datetime.timezone.utc)
            answer = {{"module.pasangan": Fact({value}, {{"id": "x", "en": "y"}}, at)}}
        """
    )
    id = begin(app, {"data": {"kawin": True}})

    assert "/answers/data/pasangan" not in [each["pointer"] for each in offers(app, id)["offers"]]


@pytest.mark.parametrize("policy", ["block", "allow-editable", "allow-and-reverify"])
def test_a_module_that_fails_leaves_its_field_to_be_filled_in_and_says_so(app: Client, bent: Bent, policy: str) -> None:
    publish_service(module=MODULE, form=FORM, hooks={"on_failure": policy})
    bent.does(prefill="raise RuntimeError('ups')\nanswer")
    id = begin(app)

    found = offers(app, id)

    assert [each["fact"] for each in found["offers"]] == ["registry.nik", "registry.name"]
    assert found["unavailable"] == [
        {
            "pointer": "/answers/data/pasangan",
            "label": "Spouse",
            "fact": "module.pasangan",
            "detail": "No answer from the system of DISDUKCAPIL now: please fill this in yourself.",
        }
    ]
    assert patch(app, id, {"data": {"kawin": True, "pasangan": "Ahmad"}}).status_code == 200


def test_history_and_officer_know_what_was_taken_over_and_not_what_was_typed_over_it(
    app: Client, siti: User, bent: Bent
) -> None:
    id = ready(app)
    assert take(app, id, ("/data/nama", "Siti Aminah"), ("/data/nik", NIK)).status_code == 200
    patch(app, id, {"data": {"nama": "Siti Rahma"}})

    assert submit(app, id).status_code == 200

    kept = Event.objects.get(type="submitted").data["reused"]
    assert list(kept) == ["/data/nik"]
    assert (kept["/data/nik"]["fact"], kept["/data/nik"]["assurance"]) == ("registry.nik", "verified")
    assert NIK not in str(kept)
    seen = officer().get(f"/api/v1/office/applications/{id}/", HTTP_ACCEPT_LANGUAGE="en").json()["reused"]
    assert [(each["pointer"], each["source"]) for each in seen] == [("/answers/data/nik", "The NIK that was matched")]
    assert problem(app.get(f"{URL}{id}/prefill/")) == (409, "not_a_draft")


def test_a_stranger_sees_nothing_and_takes_nothing(app: Client) -> None:
    id = begin(app)
    stranger = signed_in(resident("tono@example.org"), "applications")

    assert stranger.get(f"{URL}{id}/prefill/").status_code == 404
    assert take(stranger, id, ("/data/nama", "Siti Aminah"), tag='"1"').status_code == 404
    assert Application.objects.get().reused is None


def test_who_was_not_proved_is_offered_nothing_of_the_registry(bent: Bent) -> None:
    publish_service(module=MODULE, form=FORM)
    app = signed_in(resident("budi@example.org", assurance="basic"), "applications")
    bent.does(prefill="seen(person.nik)\nanswer = {}")

    assert offers(app, begin(app))["offers"] == []
    assert bent.seen("prefill") == "(None,)"


def test_who_acts_for_a_child_is_offered_the_childs_facts_and_the_receipt_is_the_childs(siti: User, bent: Bent) -> None:
    family = {"audience": ["resident"], "assurance": "basic", "on_behalf_of": ["family"]}
    publish_service(module=MODULE, form=FORM, access=family)
    mandate = child_of(siti)
    Dependant.objects.create(person=mandate.principal, birth_date=date(2019, 3, 14), nik_index="x")
    acting = acting_by(mandate)
    id = begin(acting)

    assert [(each["fact"], each["value"]) for each in offers(acting, id)["offers"]] == [("registry.name", "Aisyah")]
    assert take(acting, id, ("/data/nama", "Aisyah")).status_code == 200

    receipt = DataAccess.objects.get()
    assert (receipt.person_id, receipt.reader_id, receipt.reader_name) == (
        mandate.principal_id,
        siti.id,
        "Siti Aminah",
    )
