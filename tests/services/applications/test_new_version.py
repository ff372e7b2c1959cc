"""A service changes under drafts and under what is under way: each goes on as its version's publisher said."""

import copy
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from services.applications.models import Application, Event, Submission
from services.applications.queries.chain import broken_links
from services.applications.sweeping import apply_law, hear_of_version, move_drafts
from services.catalogue.models import Service
from services.events.models import OutboxEvent
from services.events.operations import RetryLater, drain
from services.notifications.models import Notice
from tests.problems import fields, problem
from tests.services.applications.api.test_office import officer, take
from tests.services.applications.api.test_submit import URL, ready, submit
from tests.services.applications.factory import ANSWERS, CONTENT, new_version, publish_service, resident
from tests.services.documents.crafted import png
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db
LABEL = {"id": "Alamat", "en": "Address"}


def content() -> dict[str, Any]:
    """Return the service without required documents, so that a draft is its answers."""
    return copy.deepcopy(CONTENT) | {"requirements": []}


def group(changed: dict[str, Any]) -> Any:
    return changed["form"]["schema"]["properties"]["data"]


def with_address(changed: dict[str, Any], *, required: bool = True) -> dict[str, Any]:
    group(changed)["properties"]["alamat"] = {"type": "string", "minLength": 3, "x-label": LABEL}
    if required:
        group(changed)["required"].append("alamat")
    return changed


def stricter_name(changed: dict[str, Any]) -> dict[str, Any]:
    group(changed)["properties"]["nama"]["minLength"] = 5
    return changed


def without_nik(changed: dict[str, Any]) -> dict[str, Any]:
    del group(changed)["properties"]["nik"]
    group(changed)["required"].remove("nik")
    return changed


@pytest.fixture
def app() -> Client:
    publish_service(requirements=[])
    return signed_in(resident(), "applications", "notifications")


def draft(app: Client, answers: Any = ANSWERS) -> str:
    return ready(app, answers, files=False)


def seen(app: Client, id: str) -> Any:
    answer = app.get(f"{URL}{id}/")
    assert answer.status_code == 200, answer.content
    return answer.json() | {"etag": answer.headers["ETag"]}


def save(app: Client, id: str, answers: Any, etag: str = "*") -> Any:
    return app.patch(
        f"{URL}{id}/", data={"answers": answers}, content_type="application/json", headers={"If-Match": etag}
    )


def asked(told: Any) -> list[tuple[str, str]]:
    return [(each["pointer"], each["code"]) for each in told["must_answer_again"]]


def drain_all(later: timedelta = timedelta()) -> None:
    while drain(now=timezone.now() + later):
        pass


def test_a_draft_that_carries_on_is_submitted_under_the_version_it_began_with(app: Client) -> None:
    id = draft(app)
    new_version(with_address(content()), policy="carry_on")

    assert (seen(app, id)["version"], seen(app, id)["moved"]) == (1, None)
    answer = submit(app, id)

    assert (answer.status_code, answer.json()["version"]) == (200, 1)


def test_a_draft_that_is_upgraded_keeps_its_answers_and_tells_what_changed(app: Client) -> None:
    id = draft(app)
    new_version(with_address(content(), required=False), policy="upgrade")

    told = seen(app, id)

    assert (told["version"], told["answers"], asked(told), told["set_aside"]) == (2, ANSWERS, [], [])
    assert told["moved"]["from_version"] == 1
    assert told["moved"]["changes"] == ["“Alamat” ditanyakan, boleh dikosongkan"]
    assert submit(app, id).json()["version"] == 2


def test_only_the_changed_question_is_asked_again(app: Client) -> None:
    id = draft(app)
    new_version(stricter_name(with_address(content())), policy="re_ask")

    told = seen(app, id)
    refused = submit(app, id)

    assert asked(told) == [("/answers/data/alamat", "missing"), ("/answers/data/nama", "changed")]
    assert [each["detail"] for each in told["must_answer_again"]] == [
        "“Alamat” ditanyakan dan wajib diisi",
        "“Nama” panjang paling sedikit kini 5 (semula 3)",
    ]
    assert (problem(refused), fields(refused)) == (
        (422, "invalid_application"),
        {"/answers/data/alamat": "required", "/answers/data/nama": "answer_again"},
    )


def test_what_is_typed_again_is_answered_even_when_it_stays_the_same(app: Client) -> None:
    id = draft(app)
    new_version(stricter_name(with_address(content())), policy="re_ask")
    seen(app, id)

    first = save(app, id, {"data": {"nama": "Siti Rahma"}})
    second = save(app, id, {"data": {"alamat": "Jl. Mulawarman 1"}})

    assert asked(first.json()) == [("/answers/data/alamat", "missing")]
    assert asked(second.json()) == []
    assert submit(app, id).status_code == 200


def test_an_upgrade_asks_only_for_what_no_longer_fits(app: Client) -> None:
    short, long = draft(app, {"data": ANSWERS["data"] | {"nama": "Ani"}}), draft(app)
    new_version(stricter_name(content()), policy="upgrade")

    assert asked(seen(app, short)) == [("/answers/data/nama", "invalid")]
    assert asked(seen(app, long)) == []


def test_what_the_form_has_no_place_for_any_more_is_kept_shown_and_not_submitted(app: Client) -> None:
    id = draft(app)
    new_version(without_nik(content()), policy="upgrade")

    told = seen(app, id)
    answer = submit(app, id)

    assert told["set_aside"] == [{"pointer": "/answers/data/nik", "label": "NIK", "value": "6471014101900001"}]
    assert answer.status_code == 200, answer.content
    assert answer.json()["set_aside"] == told["set_aside"]
    assert Submission.objects.get().answers == {"data": {"nama": "Siti Rahma", "kawin": False}}


def test_rolling_back_gives_back_what_was_typed(app: Client) -> None:
    id = draft(app)
    new_version(without_nik(content()), policy="upgrade")
    assert "nik" not in seen(app, id)["answers"]["data"]

    new_version(content(), policy="upgrade")

    told = seen(app, id)
    assert (told["version"], told["answers"], told["set_aside"]) == (3, ANSWERS, [])


def test_what_was_typed_into_the_old_form_meanwhile_is_not_lost(app: Client) -> None:
    """A phone saves what it typed while it was offline; the form changed meanwhile."""
    id = draft(app)
    etag = seen(app, id)["etag"]
    new_version(stricter_name(without_nik(content())), policy="re_ask")

    answer = save(app, id, {"data": {"nama": "Siti Rahmawati", "nik": "6471014101900002"}}, etag)

    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert (told["version"], told["answers"]["data"]["nama"]) == (2, "Siti Rahmawati")
    assert [each["value"] for each in told["set_aside"]] == ["6471014101900002"]
    assert answer.headers["ETag"] == seen(app, id)["etag"]


def test_a_new_document_and_one_that_no_longer_fits_are_asked_for() -> None:
    publish_service()
    app = signed_in(resident(), "applications")
    id = ready(app)
    changed = copy.deepcopy(CONTENT)
    changed["requirements"][0]["accept"] = ["jpeg"]
    kk = {"id": "kk", "title": {"id": "Kartu keluarga", "en": "Family card"}, "accept": ["png"], "max_mb": 1}
    changed["requirements"].append(kk)
    new_version(changed, policy="upgrade")

    assert asked(seen(app, id)) == [("/files/foto", "invalid"), ("/files/kk", "missing")]
    assert fields(submit(app, id)) == {"/files/kk": "required", "/files/foto": "answer_again"}
    handed = app.post(f"{URL}{id}/files/", {"requirement": "kk", "file": SimpleUploadedFile("a.png", png())})
    assert handed.status_code == 201
    assert asked(seen(app, id)) == [("/files/foto", "invalid")]


def test_a_file_that_is_no_longer_asked_is_kept_and_not_submitted() -> None:
    publish_service()
    app = signed_in(resident(), "applications")
    id = ready(app)
    new_version(content(), policy="upgrade")

    assert seen(app, id)["set_aside"] == [{"pointer": "/files/foto", "label": "a.png", "value": None}]
    assert submit(app, id).status_code == 200

    assert Submission.objects.get().files == {}
    assert Application.objects.get().files.count() == 1


def test_a_fee_that_rose_is_shown_before_it_is_owed(app: Client) -> None:
    id = draft(app)
    new_version(content() | {"fee": {"amount": 25000, "basis": "Perda uji"}}, policy="upgrade")

    first = submit(app, id)
    second = submit(app, id)

    assert problem(first) == (409, "service_changed")
    assert "“Biaya” kini Rp25.000 (semula Rp10.000)" in first.json()["detail"]
    assert (second.status_code, second.json()["fee"]["amount"]) == (200, 25000)


def test_a_fee_that_was_shown_is_not_told_twice(app: Client) -> None:
    id = draft(app)
    new_version(content() | {"fee": {"amount": 25000, "basis": "Perda uji"}}, policy="upgrade")
    drain_all()

    assert seen(app, id)["moved"]["changes"] == ["“Biaya” kini Rp25.000 (semula Rp10.000)"]

    assert submit(app, id).status_code == 200


def test_a_change_that_the_admin_takes_as_breaking_is_asked_again(app: Client) -> None:
    id = draft(app)
    changed = content()
    group(changed)["properties"]["nama"]["x-label"] = {"id": "Nama sesuai akta", "en": "Name as on the certificate"}
    new_version(changed, policy="re_ask", chosen="breaking")

    assert asked(seen(app, id)) == [("/answers/data/nama", "changed")]


def test_a_draft_that_slept_over_several_versions_moves_to_the_latest_that_takes_drafts_along(
    app: Client,
) -> None:
    id = draft(app)
    new_version(stricter_name(content()), policy="re_ask")
    new_version(stricter_name(with_address(content())), policy="upgrade")
    new_version(content() | {"retention": {"months": 60}}, policy="carry_on")

    told = seen(app, id)

    assert (told["version"], told["moved"]["from_version"]) == (3, 1)
    assert asked(told) == [("/answers/data/alamat", "missing"), ("/answers/data/nama", "changed")]


def test_what_was_asked_stays_asked_over_the_next_move(app: Client) -> None:
    id = draft(app)
    new_version(stricter_name(with_address(content())), policy="re_ask")
    assert len(asked(seen(app, id))) == 2

    new_version(stricter_name(with_address(content())) | {"title": {"id": "Baru", "en": "New"}}, policy="upgrade")

    assert asked(seen(app, id)) == [("/answers/data/alamat", "missing"), ("/answers/data/nama", "changed")]


def test_a_cut_off_version_takes_no_submissions_and_its_draft_moves_on(app: Client) -> None:
    id = draft(app)
    new_version(with_address(content()), policy="carry_on", cut_off_at=timezone.now() - timedelta(minutes=1))

    refused = submit(app, id)

    assert fields(refused) == {"/answers/data/alamat": "required"}
    assert (seen(app, id)["version"], seen(app, id)["answers"]) == (2, ANSWERS)


def test_a_version_that_is_cut_off_with_nothing_after_it_keeps_the_draft(app: Client) -> None:
    id = draft(app)
    life = Service.objects.get(slug="uji").current.life  # type: ignore[union-attr]
    life.cut_off_at = timezone.now() - timedelta(minutes=1)
    life.save()

    assert problem(submit(app, id)) == (409, "version_cut_off")
    assert seen(app, id)["answers"] == ANSWERS


def test_a_retired_service_takes_the_drafts_that_were_begun(app: Client) -> None:
    id = draft(app)
    Service.objects.update(is_open=False, retired_at=timezone.now())

    assert submit(app, id).status_code == 200


def test_the_office_does_not_see_what_was_set_aside(app: Client) -> None:
    id = draft(app)
    new_version(without_nik(content()), policy="upgrade")
    seen(app, id)
    submit(app, id)

    read = officer().get(f"/api/v1/office/applications/{id}/").json()

    assert not {"set_aside", "moved", "must_answer_again"} & read.keys()
    assert "6471014101900001" not in str(read)


def test_the_law_marks_what_is_under_way_and_tells_resident_and_officer(app: Client) -> None:
    id = draft(app)
    submit(app, id)
    rina = officer()
    new_version(stricter_name(content()) | {"legal_basis": ["UU 1/2027 Pasal 3"]}, chosen="legal")

    drain_all()
    drain_all(timedelta(minutes=2))

    told = seen(app, id)
    assert (told["version"], told["state"]) == (1, "submitted")
    assert told["law_changed"] == {"version": 2, "basis": "UU 1/2027 Pasal 3"}
    assert rina.get(f"/api/v1/office/applications/{id}/").json()["law_changed"] == told["law_changed"]
    assert sorted(Notice.objects.filter(kind__contains="law_changed").values_list("kind", flat=True)) == [
        "application.law_changed",
        "service.law_changed",
    ]
    assert take(rina, id, "start_review").status_code == 200
    assert list(broken_links()) == []


def test_a_draft_never_carries_on_against_the_law(app: Client) -> None:
    id = draft(app)
    new_version(stricter_name(content()), policy="carry_on", chosen="legal")

    assert asked(seen(app, id)) == [("/answers/data/nama", "changed")]


def test_each_class_of_change_under_a_hundred_drafts_and_a_hundred_under_way(app: Client) -> None:
    """Published once in each class. Half of the drafts are touched by residents first, half by the worker."""
    drafts = [draft(app) for _ in range(100)]
    running = [draft(app) for _ in range(100)]
    for id in running:
        assert submit(app, id).status_code == 200
    submitted = dict(Submission.objects.values_list("application_id", "sha256"))
    rina = officer()
    drain_all()

    title = content() | {"title": {"id": "Layanan uji baru", "en": "New test service"}}
    new_version(title, policy="upgrade")
    _goes_on(app, drafts, running, version=2, expected=[])

    compatible = with_address(title, required=False)
    new_version(compatible, policy="upgrade")
    _goes_on(app, drafts, running, version=3, expected=[])

    breaking = stricter_name(copy.deepcopy(compatible))
    group(breaking)["required"].append("alamat")
    new_version(breaking, policy="re_ask")
    expected = [("/answers/data/alamat", "missing"), ("/answers/data/nama", "changed")]
    _goes_on(app, drafts, running, version=4, expected=expected)
    for id in drafts[45:55]:
        assert fields(submit(app, id)) == {"/answers/data/alamat": "required", "/answers/data/nama": "answer_again"}
    for id in drafts:
        assert save(app, id, {"data": {"alamat": "Jl. Mulawarman 1", "nama": "Siti Rahma"}}).status_code == 200
    told = Notice.objects.filter(kind="draft.moved").count()
    assert told == 50

    law = copy.deepcopy(breaking) | {"legal_basis": ["UU 1/2027 Pasal 3"]}
    group(law)["properties"]["alamat"]["minLength"] = 10
    new_version(law, policy="re_ask", chosen="legal")
    _goes_on(app, drafts, running, version=5, expected=[("/answers/data/alamat", "changed")])
    drain_all(timedelta(minutes=2))

    assert Event.objects.filter(type="law_changed").count() == 100
    assert Notice.objects.filter(kind="application.law_changed").count() == 100
    (staff,) = Notice.objects.filter(kind="service.law_changed")
    assert "applies to 100 applications" in staff.body["en"]
    for id in drafts:
        assert save(app, id, {"data": {"alamat": "Jl. Mulawarman 1"}}).status_code == 200
        assert submit(app, id).json()["version"] == 5
    for id in running[:10]:
        assert take(rina, id, "start_review").status_code == 200
    now = dict(Submission.objects.values_list("application_id", "sha256"))
    assert len(now) == 200
    assert submitted.items() <= now.items()
    assert list(broken_links()) == []


def _goes_on(
    app: Client, drafts: list[str], running: list[str], *, version: int, expected: list[tuple[str, str]]
) -> None:
    """Half are opened before the worker comes, and told twice; nothing typed is lost."""
    for id in drafts[:50]:
        assert seen(app, id)["version"] == version
    drain_all()
    for event in OutboxEvent.objects.filter(topic__in=("service.published", "drafts.due", "law.due")):
        {"service.published": hear_of_version, "drafts.due": move_drafts, "law.due": _law}[event.topic](
            event, timezone.now()
        )
    drain_all()
    for id in drafts:
        told = seen(app, id)
        assert (told["version"], asked(told)) == (version, expected)
        assert told["answers"]["data"].items() >= ANSWERS["data"].items()
    assert set(Application.objects.filter(id__in=running).values_list("version__number", "state")) == {(1, "submitted")}


def _law(event: OutboxEvent, now: Any) -> None:
    try:
        apply_law(event, now)
    except RetryLater:
        assert event.body["round"] == 2


def test_opening_a_draft_that_stays_costs_one_query_more_at_most(
    app: Client, django_assert_max_num_queries: Any
) -> None:
    id = draft(app)
    new_version(with_address(content()), policy="carry_on")
    seen(app, id)

    with django_assert_max_num_queries(2):
        seen(app, id)


def test_another_persons_draft_does_not_move_by_being_asked_for(app: Client) -> None:
    id = draft(app)
    new_version(with_address(content()), policy="upgrade")
    stranger = signed_in(resident("lain@example.org"), "applications")

    assert stranger.get(f"{URL}{id}/").status_code == 404
    assert stranger.post(f"{URL}{id}/submit/", headers={"Idempotency-Key": str(uuid4())}).status_code == 404

    assert Application.objects.get().version.number == 1
