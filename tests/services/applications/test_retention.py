"""Kept as long as the definition says: warned of, then without the person, with proof; never undelivered or held."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.test import Client
from django.utils import timezone

from services.applications.models import (
    Application,
    ApplicationFile,
    BundlePart,
    Destruction,
    Event,
    Keeping,
    LifeBundle,
    Satisfaction,
    Submission,
)
from services.applications.operations import retention
from services.applications.operations.retention import tend_retention
from services.applications.queries.chain import broken_links
from services.documents.models import StoredFile
from services.notifications.models import Notice
from tests.at_once import at_once
from tests.problems import fields, problem
from tests.services.applications.api.test_office import URL as OFFICE
from tests.services.applications.api.test_office import officer, take
from tests.services.applications.api.test_satisfaction import GOOD, put
from tests.services.applications.api.test_submit import URL, ready, submit
from tests.services.applications.factory import publish_service, resident
from tests.services.applications.test_new_version import drain_all
from tests.services.applications.test_verify_history import tamper, verify
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db
MARCH = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)
WARNED_ON = datetime(2027, 2, 7, 1, 0, tzinfo=UTC)  # a year after the end, less thirty days
OVER_ON = datetime(2027, 3, 9, 1, 0, tzinfo=UTC)


def decided(*, fetched: bool = True, **rule: Any) -> tuple[Client, str]:
    """Return an application that was granted in March 2026 and is kept for a year."""
    publish_service(retention={"months": 12} | rule)
    app = signed_in(resident(), "applications", "account", "notifications")
    id = ready(app)
    assert submit(app, id).status_code == 200
    rina = officer()
    take(rina, id, "start_review")
    for what in ("notes", "messages"):
        said = rina.post(
            f"{OFFICE}{id}/{what}/",
            {"text": "Siti Rahma menelepon"},
            content_type="application/json",
            headers={"Idempotency-Key": f"{what} of {id}"},
        )
        assert said.status_code == 201, said.content
    take(rina, id, "grant", reason="Lengkap, Siti Rahma")
    drain_all()
    assert put(app, id, GOOD, "Terima kasih, Siti Rahma").status_code == 201
    if fetched:
        assert app.get(f"{URL}{id}/document/").status_code == 200
    return app, id


def tend() -> dict[str, int]:
    done = tend_retention(now=timezone.now())
    drain_all()
    return done


def kept_of(id: str) -> str:
    """Return everything that the tables of applications and documents hold, as text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT json_agg(a) FROM applications_application a)::text || (SELECT json_agg(e) FROM "
            "applications_event e)::text || coalesce((SELECT json_agg(s) FROM applications_submission s)::text, '') || "
            "(SELECT json_agg(d) FROM documents_issueddocument d)::text"
        )
        return str(cursor.fetchone()[0])


# What still hangs on an application without its person: the emptied chain, where it went, and counters.
EMPTIED = {"Event", "Hop", "News", "Keeping"}


def rows_of(id: str) -> set[str]:
    """Return the tables that hold something of an application: a new one fails until it is let go of, too."""
    return {
        each.related_model.__name__
        for each in Application._meta.related_objects
        if each.related_model is not Application
        and each.related_model._base_manager.filter(**{each.field.name: id}).exists()
    }


NOTHING = {"warned": 0, "erased": 0}


def test_it_is_warned_of_then_goes_without_the_person_and_its_chain_still_holds() -> None:
    with time_machine.travel(MARCH, tick=False) as clock:
        app, id = decided()
        stored = list(StoredFile.objects.values_list("storage_key", flat=True))
        number = app.get(f"{URL}{id}/").json()["number"]
        clock.move_to(WARNED_ON - timedelta(days=1))
        assert tend() == NOTHING
        clock.move_to(WARNED_ON)
        assert (tend(), tend()) == ({"warned": 1, "erased": 0}, NOTHING)
        warning = Notice.objects.get(kind="retention.near")
        assert "9 March 2027 at the earliest. Download your document" in warning.body["en"]
        clock.move_to(OVER_ON)
        assert (tend(), tend()) == ({"warned": 0, "erased": 1}, NOTHING)

        assert "Siti" not in kept_of(id)
        assert "6471014101900001" not in kept_of(id)
        assert not Submission.objects.exists()
        assert not Satisfaction.objects.exists()
        assert not ApplicationFile.objects.exists()
        assert not StoredFile.objects.exists()
        assert not any(default_storage.exists(key) for key in stored)
        assert {each for each in rows_of(id) if each not in EMPTIED} == set()
        assert problem(app.get(f"{URL}{id}/")) == (404, "not_found")
        late_officer = officer(email="telat@example.org")
        for what in ("notes", "messages"):
            late = late_officer.post(
                f"{OFFICE}{id}/{what}/",
                {"text": "Siti Rahma lagi"},
                content_type="application/json",
                headers={"Idempotency-Key": f"late {what}"},
            )
            assert problem(late) == (404, "not_found")
        assert app.get(URL).json()["results"] == []
        assert problem(officer(email="lain@example.org").get(f"{OFFICE}{id}/")) == (404, "not_found")
        assert [each.kind for each in Notice.objects.all()] == ["retention.done"]
        row = Application.objects.get()
        assert (row.end, row.number, row.applicant.is_active) == ("granted", number, False)
        assert list(Event.objects.order_by("sequence").values_list("type", flat=True))[:3] == [
            "submitted",
            "in_review",
            "granted",
        ]
        code, said = verify()
        assert code == 0, said

        head = signed_in(resident("kepala@example.org"), "office")
        assert problem(head.get("/api/v1/office/destructions/")) == (403, "not_staff")
        dewi = officer("head", email="dewi@example.org")
        [line] = dewi.get("/api/v1/office/destructions/").json()["results"]
        assert (line["reference"], line["then"], line["months"], line["files"]) == (number, "anonymise", 12, 1)
        assert line["head"] == Event.objects.order_by("-sequence")[0].hash
        assert problem(officer(email="petugas@example.org").get("/api/v1/office/destructions/")) == (403, "not_keeper")


def test_what_a_life_event_opened_goes_with_the_last_of_it() -> None:
    with time_machine.travel(MARCH, tick=False) as clock:
        app, id = decided()
        other = ready(app)
        bundle = LifeBundle.objects.create(
            id="3f0c7f0a-54c1-4a5e-9d0a-2f4e6f8a1b2c",
            applicant=Application.objects.get(id=id).applicant,
            event="kelahiran",
            answers={"nama_ibu": "Siti Rahma"},
            created_at=timezone.now(),
        )
        for position, each in enumerate((id, other)):
            BundlePart.objects.create(bundle=bundle, application_id=each, service=f"uji-{position}", position=position)
        clock.move_to(WARNED_ON)
        tend()
        clock.move_to(OVER_ON)
        assert tend()["erased"] == 1
        assert "BundlePart" not in rows_of(id)
        assert LifeBundle.objects.get().answers == {"nama_ibu": "Siti Rahma"}  # the other's still

        assert submit(app, other).status_code == 200
        rina = officer(email="petugas@example.org")
        take(rina, other, "start_review")
        take(rina, other, "grant", reason="Lengkap")
        drain_all()
        assert app.get(f"{URL}{other}/document/").status_code == 200
        clock.shift(timedelta(days=336))
        assert tend()["warned"] == 1
        clock.shift(timedelta(days=30))
        assert tend()["erased"] == 1
        assert not LifeBundle.objects.exists()


def test_destroyed_nothing_but_the_chain_is_left() -> None:
    with time_machine.travel(MARCH, tick=False) as clock:
        app, id = decided(then="destroy", basis="Jadwal retensi arsip")
        number = app.get(f"{URL}{id}/").json()["number"]
        clock.move_to(WARNED_ON)
        tend()
        clock.move_to(OVER_ON)
        assert tend()["erased"] == 1

    assert number not in kept_of(id)
    assert not Event.objects.exclude(type="", actor=None, reason="", to_state="", data={}).exists()
    assert (Destruction.objects.get().reference, Destruction.objects.get().basis) == (number, "Jadwal retensi arsip")
    assert list(broken_links()) == []


def test_a_document_that_nobody_fetched_is_kept_half_a_year_longer() -> None:
    with time_machine.travel(MARCH, tick=False) as clock:
        app, id = decided(fetched=False)
        clock.move_to(WARNED_ON)
        tend()
        clock.move_to(OVER_ON)
        assert tend() == NOTHING
        clock.move_to(WARNED_ON + timedelta(days=179))
        assert tend() == NOTHING
        assert app.get(f"{URL}{id}/document/").status_code == 200  # and now it is
        clock.shift(timedelta(days=1))
        assert tend()["erased"] == 1
    assert Destruction.objects.get().delivered_at is not None


def test_a_worker_that_was_dead_for_years_still_warns_first() -> None:
    with time_machine.travel(MARCH, tick=False) as clock:
        decided()
        clock.shift(timedelta(days=2000))
        assert tend() == {"warned": 1, "erased": 0}
        clock.shift(timedelta(days=29))
        assert tend() == NOTHING
        clock.shift(timedelta(days=1))
        assert tend()["erased"] == 1


def test_nothing_goes_under_a_hold_which_the_head_places_and_lifts_with_a_reason() -> None:
    with time_machine.travel(MARCH, tick=False) as clock:
        app, id = decided()
        rina, dewi = officer(email="petugas@example.org"), officer("head", email="dewi@example.org")
        holds = f"{OFFICE}{id}/holds/"

        def post(client: Client, url: str, reason: str = "Perkara di PTUN") -> Any:
            return client.post(url, {"reason": reason}, content_type="application/json")

        assert problem(post(rina, holds)) == (403, "not_keeper")
        assert problem(post(app, holds)) == (403, "insufficient_scope")
        assert problem(post(officer("head", email="lain@example.org", code="DPMPTSP"), holds)) == (404, "not_found")
        assert fields(post(dewi, holds, "")) == {"/reason": "blank"}
        placed = post(dewi, holds)
        assert placed.status_code == 201
        clock.move_to(OVER_ON + timedelta(days=400))
        assert tend() == NOTHING
        lift = f"{holds}{placed.json()['id']}/lift/"
        assert problem(post(rina, lift, "Bukan urusannya")) == (403, "not_keeper")
        assert post(dewi, lift, "Putusan berkekuatan tetap").status_code == 200
        assert problem(post(dewi, lift, "Sekali lagi")) == (409, "hold_lifted")
        [line] = dewi.get(holds).json()["results"]
        assert (line["placed_by"], line["lift_reason"]) == ("Dewi", "Putusan berkekuatan tetap")
        clock.shift(timedelta(days=2))
        assert tend() == {"warned": 1, "erased": 0}
        second = post(dewi, holds, "Diperiksa BPK").json()["id"]
        clock.shift(timedelta(days=40))
        assert tend() == NOTHING
        post(dewi, f"{holds}{second}/lift/", "Pemeriksaan selesai")
        clock.shift(timedelta(days=2))
        assert tend()["erased"] == 1


def test_what_is_objected_to_is_kept_as_long_as_the_objection_is_open() -> None:
    with time_machine.travel(MARCH, tick=False) as clock:
        app, id = decided()
        clock.move_to(WARNED_ON - timedelta(days=1))
        objection = ready(app)
        assert submit(app, objection).status_code == 200
        Application.objects.filter(id=objection).update(objects_to=id)
        clock.move_to(WARNED_ON)
        assert tend() == NOTHING
        Application.objects.filter(id=objection).update(objects_to=None)
        clock.shift(timedelta(days=1))
        assert tend() == {"warned": 1, "erased": 0}


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_write_one_line_and_the_register_is_a_chain() -> None:
    with time_machine.travel(MARCH, tick=False) as clock:
        decided()
        clock.move_to(WARNED_ON)
        tend()
        clock.move_to(OVER_ON)
        now = timezone.now()

        found = at_once(*[lambda: tend_retention(now=now)] * 3)

    assert sorted(each["erased"] for each in found) == [0, 0, 1]
    assert list(broken_links()) == []


def test_killed_in_between_everything_stands_and_the_next_call_does_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with time_machine.travel(MARCH, tick=False) as clock:
        app, id = decided()
        clock.move_to(WARNED_ON)
        tend()
        clock.move_to(OVER_ON)

        def killed(*_arguments: Any) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(retention, "_without_person", killed)
            with pytest.raises(KeyboardInterrupt):
                tend_retention(now=timezone.now())
        assert app.get(f"{URL}{id}/").status_code == 200
        assert not Destruction.objects.exists()
        assert list(broken_links()) == []

        assert tend()["erased"] == 1


def refused(write: Callable[[], object]) -> None:
    """Hold that the database refuses it for being append-only, and for no other reason."""
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        write()


def test_history_is_let_go_of_in_no_other_way_and_who_rewrites_the_proof_is_found() -> None:
    with time_machine.travel(MARCH, tick=False) as clock:
        decided()
        refused(lambda: Event.objects.update(reason="", data={}))
        refused(lambda: Submission.objects.all().delete())
        clock.move_to(WARNED_ON)
        tend()
        clock.move_to(OVER_ON)
        tend()

    refused(lambda: Event.objects.all().delete())
    refused(lambda: Event.objects.update(hash="0" * 64))
    refused(lambda: Event.objects.filter(sequence=1).update(reason="lain"))
    refused(lambda: Destruction.objects.update(months=1))
    refused(lambda: Destruction.objects.all().delete())
    tamper("UPDATE applications_destruction SET months = 1")
    assert "proof of its destruction was changed" in verify()[1]
    tamper("DELETE FROM applications_destruction")
    said = verify()[1]
    assert "erased without a proof" in said
    assert "changed event" in said
    assert Keeping.objects.count() == 1


def test_one_that_fails_is_tried_again_tomorrow_and_holds_up_no_other() -> None:
    with time_machine.travel(MARCH, tick=False) as clock:
        decided()
        with connection.cursor() as cursor:
            cursor.execute(
                """
                CREATE FUNCTION pg_temp.refuse() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'no warning today'; END $$;
                CREATE TRIGGER refused BEFORE UPDATE ON applications_keeping FOR EACH ROW
                WHEN (OLD.warned_at IS DISTINCT FROM NEW.warned_at) EXECUTE FUNCTION pg_temp.refuse()
                """
            )
        clock.move_to(WARNED_ON)

        assert tend_retention(now=timezone.now()) == {"warned": 0, "erased": 0}

    kept = Keeping.objects.get()
    assert (kept.warned_at, kept.next_on) == (None, WARNED_ON.date() + timedelta(days=1))
