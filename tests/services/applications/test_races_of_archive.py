"""The end of keeping against everybody else at the same moment: holds, bundles, copies, appeals."""

import io
import json
import zipfile
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.privacy.models import Export
from accounts.privacy.operations.export import ask_for_export, prepare_export
from services.applications.models import Application, BundlePart, Destruction, LegalHold, LifeBundle, SatisfactionCount
from services.applications.operations.retention import tend_retention
from services.applications.queries.chain import broken_links
from tests.at_once import at_once
from tests.problems import problem
from tests.services.applications.api.test_office import URL as OFFICE
from tests.services.applications.api.test_office import officer, take
from tests.services.applications.api.test_satisfaction import GOOD, put
from tests.services.applications.api.test_submit import URL, ready, submit
from tests.services.applications.test_retention import MARCH, OVER_ON, WARNED_ON, decided, tend

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 3  # who wins is chance


def another(app: Client, rina: Client) -> str:
    """Return one more application that was granted and fetched."""
    id = ready(app)
    assert submit(app, id).status_code == 200
    take(rina, id, "start_review")
    assert take(rina, id, "grant", reason="Lengkap").status_code == 200
    return id


def test_a_hold_that_comes_while_it_is_destroyed_saves_it_or_is_told_that_it_is_gone() -> None:
    with time_machine.travel(MARCH, tick=False) as clock:
        app, first = decided()
        rina, dewi = officer(email="lain@example.org"), officer("head", email="dewi@example.org")
        ids = [first] + [another(app, rina) for _ in range(TIMES - 1)]
        clock.move_to(WARNED_ON)
        tend()
        for id in ids:
            app.get(f"{URL}{id}/document/")
        clock.move_to(OVER_ON)
        now = timezone.now()

        def hold(id: str) -> Any:
            return dewi.post(f"{OFFICE}{id}/holds/", {"reason": "Perkara di PTUN"}, "application/json")

        done, *held = at_once(lambda: tend_retention(now=now), *(partial(hold, each) for each in ids))

        for id, answer in zip(ids, held, strict=True):
            erased = Application.objects.get(id=id).erased_at is not None
            assert (answer.status_code == 201) is not erased, answer.content
            assert answer.status_code == 201 or problem(answer) == (404, "not_found")
            assert LegalHold.objects.filter(application_id=id).exists() is not erased
        assert Destruction.objects.count() == done["erased"]
        assert tend_retention(now=now)["erased"] == 0
        assert list(broken_links()) == []


def bundled(*ids: str) -> LifeBundle:
    bundle = LifeBundle.objects.create(
        id=uuid4(),
        applicant=Application.objects.get(id=ids[0]).applicant,
        event="kelahiran",
        answers={"nama_ibu": "Siti Rahma"},
        created_at=timezone.now(),
    )
    for position, each in enumerate(ids):
        BundlePart.objects.create(bundle=bundle, application_id=each, service=f"uji-{position}", position=position)
    return bundle


def test_two_workers_that_end_the_last_two_of_a_life_event_let_go_of_its_answers() -> None:
    with time_machine.travel(MARCH, tick=False) as clock:
        app, first = decided()
        second = another(app, officer(email="lain@example.org"))
        bundle = bundled(first, second)
        clock.move_to(WARNED_ON)
        tend()
        app.get(f"{URL}{second}/document/")
        clock.move_to(OVER_ON)
        now = timezone.now()

        found = at_once(*[lambda: tend_retention(now=now)] * 3)

    assert sum(each["erased"] for each in found) == 2
    assert not LifeBundle.objects.filter(id=bundle.id).exists()
    assert Destruction.objects.count() == 2
    assert list(broken_links()) == []


def test_a_life_event_that_is_answered_and_handed_in_while_a_part_of_it_ends_keeps_the_rest() -> None:
    with time_machine.travel(MARCH, tick=False) as clock:
        app, old = decided()
        draft = ready(app)
        bundle = bundled(old, draft)
        clock.move_to(WARNED_ON)
        tend()
        clock.move_to(OVER_ON)
        now = timezone.now()
        at = f"/api/v1/bundles/{bundle.id}/"

        done, answered, sent, read = at_once(
            lambda: tend_retention(now=now),
            lambda: app.patch(at, {"answers": {"nama_ibu": "Siti Aminah"}}, "application/json"),
            lambda: app.post(f"{at}submit/", {}, "application/json"),
            lambda: app.get(at),
        )

        assert (done["erased"], answered.status_code, sent.status_code, read.status_code) == (1, 200, 200, 200)
        assert Application.objects.get(id=draft).state == "submitted"
        (left,) = BundlePart.objects.filter(bundle=bundle)
        assert str(left.application_id) == draft
        assert LifeBundle.objects.get(id=bundle.id).answers == {"nama_ibu": "Siti Aminah"}
        assert list(broken_links()) == []


def test_a_copy_of_ones_data_made_while_a_part_of_it_ends_is_made_and_holds_it_or_not() -> None:
    with time_machine.travel(MARCH, tick=False) as clock:
        _app, id = decided()
        siti = User.objects.get(email="siti@example.org")
        clock.move_to(WARNED_ON)
        tend()
        clock.move_to(OVER_ON)
        now = timezone.now()
        asked = ask_for_export(person_id=siti.pk, now=now)

        at_once(lambda: tend_retention(now=now), lambda: prepare_export(export_id=asked.pk, now=now))

        export = Export.objects.get(pk=asked.pk)
        assert export.state == Export.State.READY
        with default_storage.open(export.storage_key) as file, zipfile.ZipFile(io.BytesIO(file.read())) as archive:
            names = archive.namelist()
            lines = json.loads(archive.read(next(each for each in names if each.endswith("applications.json"))))
        assert [each["id"] for each in lines] in ([], [id])
        assert Application.objects.get(id=id).erased_at is not None


def test_the_survey_answered_from_two_phones_counts_the_one_that_stands() -> None:
    with time_machine.travel(MARCH, tick=False):
        app, id = decided()
        scores = [dict.fromkeys(GOOD, each) for each in (1, 2, 4)]

        answers = at_once(*(partial(put, app, id, each) for each in scores))

        assert [each.status_code for each in answers] == [200] * 3
        standing = app.get(f"{URL}{id}/satisfaction/").json()["scores"]
        assert standing in scores
        sums = SatisfactionCount.objects.values_list("element", "respondents", "total")
        assert {element: (n, total) for element, n, total in sums} == {key: (1, standing[key]) for key in GOOD}
